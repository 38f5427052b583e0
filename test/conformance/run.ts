import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import OpenAI from 'openai'
import { stringify } from 'yaml'
import { projectRoot } from '../../cli/project-root.js'
import type { Host } from '../support/host.js'
import { readAnswer } from './answer.js'
import { asksForUsage, clientRequest } from './client-request.js'
import { type Difference, differences } from './compare.js'
import { type Recording, readRecordings } from './recording.js'
import { REPLAY_PREFIX, startReplayingProvider } from './replaying-provider.js'
import { startHost } from './subject.js'

const USAGE = `npm run conformance -- DIR [--provider NAME] [--only ID] [--limit N] [--seed N] [--exceptions FILE]`
const CONCURRENCY = 8
/** The largest share of recordings that may be listed as exceptions. */
const EXCEPTION_SHARE = 0.02

/** APIs whose recordings are fed through, with the provider kind that serves them. */
const COVERED: Readonly<Record<string, 'openai' | 'anthropic'>> = {
  'chat.completions': 'openai',
  messages: 'anthropic',
}

interface Exception {
  readonly id: string
  readonly reason: string
}

interface Outcome {
  readonly recording: Recording
  readonly differences: readonly Difference[]
}

/** What the runner needs from its surroundings; tests put their own in. */
export interface Surroundings {
  readonly host: Host
  readonly print: (line: string) => void
}

/**
 * Feeds recordings through the whole path and prints, per recording, `ok`, `FAIL` with one line per differing field, or
 * `EXCUSED`; then one summary line. Resolves to the exit code: 1 on an unexcused failure, an exception that no longer
 * fails, more than 2 % exceptions, or when nothing ran; 2 on wrong arguments.
 */
export async function main(
  args: readonly string[],
  { host, print }: Surroundings = { host: startHost, print: console.log },
): Promise<number> {
  const options = readOptions(args)
  if (options === undefined) {
    print(USAGE)
    return 2
  }
  const all = await readRecordings(options.dir)
  const selected = all.filter(options.matches)
  const covered = selected.filter((recording) => COVERED[recording.api] !== undefined).slice(0, options.limit)
  const exceptions = await readExceptions(options.exceptions)
  if (covered.length === 0) {
    print(`nothing to run: ${selected.length} recordings selected in ${options.dir}, none of a covered API`)
    return 1
  }
  const started = Date.now()
  const outcomes = await replay(covered, host, options.seed)
  const verdict = judge(outcomes, exceptions, options.whole ? EXCEPTION_SHARE : 1)
  for (const line of verdict.lines) print(line)
  const notCovered = selected.length - selected.filter((recording) => COVERED[recording.api] !== undefined).length
  print(
    `${verdict.passed} passed, ${verdict.failed} failed, ${verdict.excused} excused, ${notCovered} not covered, ` +
      `in ${((Date.now() - started) / 1000).toFixed(1)} s`,
  )
  return verdict.ok ? 0 : 1
}

function readOptions(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        provider: { type: 'string' },
        only: { type: 'string' },
        limit: { type: 'string' },
        seed: { type: 'string', default: '1' },
        exceptions: { type: 'string', default: join(projectRoot(), 'test/conformance/exceptions.json') },
      },
    })
    const [dir] = positionals
    const limit = values.limit === undefined ? undefined : Number(values.limit)
    const seed = Number(values.seed)
    if (dir === undefined || positionals.length > 1) return undefined
    if (!Number.isInteger(seed) || (limit !== undefined && !Number.isInteger(limit))) return undefined
    return {
      dir,
      limit,
      seed,
      exceptions: values.exceptions,
      whole: limit === undefined && values.provider === undefined && values.only === undefined,
      matches: (recording: Recording) =>
        (values.provider === undefined || recording.provider === values.provider) &&
        (values.only === undefined || recording.id === values.only),
    }
  } catch {
    return undefined
  }
}

async function readExceptions(file: string): Promise<ReadonlyMap<string, string>> {
  const list = JSON.parse(await readFile(file, 'utf8')) as readonly Exception[]
  return new Map(list.map(({ id, reason }) => [id, reason]))
}

/** Sends every recording's request, a few at a time, and compares. */
async function replay(recordings: readonly Recording[], host: Host, seed: number): Promise<readonly Outcome[]> {
  const provider = await startReplayingProvider(recordings, seed)
  try {
    const gateway = await host({ config: configFor(recordings, provider.url) })
    try {
      const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'client', maxRetries: 0, timeout: 30_000 })
      const queue = recordings.values()
      const outcomes: Outcome[] = []
      const worker = async () => {
        for (const recording of queue) outcomes.push({ recording, differences: await check(recording, client) })
      }
      await Promise.all(Array.from({ length: CONCURRENCY }, worker))
      return outcomes.sort((a, b) => (a.recording.id < b.recording.id ? -1 : 1))
    } finally {
      await gateway.stop()
    }
  } finally {
    await provider.stop()
  }
}

async function check(recording: Recording, client: OpenAI): Promise<readonly Difference[]> {
  try {
    const request = clientRequest(recording, recording.id)
    const answer = await readAnswer(client, request)
    return differences(recording.expected, answer, asksForUsage(request) ? 'yes' : 'no')
  } catch (error) {
    return [{ field: 'request', expected: 'a request that can be sent', actual: String(error) }]
  }
}

/** One model per recording, named like it; its only target asks the replaying provider for it. */
function configFor(recordings: readonly Recording[], providerUrl: string): string {
  return stringify({
    version: 1,
    providers: {
      openai: { kind: 'openai', apiKey: 'test', baseUrl: `${providerUrl}/v1` },
      anthropic: { kind: 'anthropic', apiKey: 'test', baseUrl: providerUrl },
    },
    models: Object.fromEntries(
      recordings.map(({ id, api }) => [id, { targets: [{ provider: COVERED[api], model: `${REPLAY_PREFIX}${id}` }] }]),
    ),
  })
}

function judge(outcomes: readonly Outcome[], exceptions: ReadonlyMap<string, string>, share: number) {
  const lines: string[] = []
  const count = { passed: 0, failed: 0, excused: 0 }
  let stale = 0
  for (const { recording, differences } of outcomes) {
    const reason = exceptions.get(recording.id)
    const excused = differences.length > 0 && reason !== undefined
    const word = differences.length === 0 ? 'ok' : excused ? 'EXCUSED' : 'FAIL'
    lines.push(`${word} ${recording.id}${excused ? ` (${reason})` : ''}`)
    if (!excused) lines.push(...differences.map(show))
    if (differences.length === 0) count.passed++
    else if (excused) count.excused++
    else count.failed++
    if (reason !== undefined && !excused) {
      stale++
      lines.push('  is listed as an exception but passes: take it off the list')
    }
  }
  const tooMany = count.excused > outcomes.length * share
  if (tooMany) lines.push(`more than ${share * 100} % of the recordings are exceptions`)
  return { ...count, lines, ok: count.failed === 0 && stale === 0 && !tooMany }
}

function show({ field, expected, actual }: Difference): string {
  const short = (value: unknown) => (JSON.stringify(value) ?? 'undefined').slice(0, 300)
  return `  ${field}: expected ${short(expected)}, got ${short(actual)}`
}
