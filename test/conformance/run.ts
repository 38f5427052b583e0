import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { projectRoot } from '../../cli/project-root.js'
import type { Host } from '../support/host.js'
import type { Difference } from './compare.js'
import { type Recording, readRecordings } from './recording.js'
import { CLIENTS } from './recordings/clients.js'
import { type Covered, type Outcome, replay } from './recordings/replay.js'
import { routeOf } from './recordings/routes.js'
import { startHost } from './subject.js'

const USAGE = `npm run conformance -- DIR [--client DIALECT]... [--provider NAME] [--api NAME] [--only ID] [--limit N] [--seed N]
  [--exceptions FILE]`

/** The largest share of the readings that may be listed as exceptions. */
const EXCEPTION_SHARE = 0.01

/** Without `client` it holds for every client. */
interface Exception {
  readonly id: string
  readonly client?: string
  readonly reason: string
}

/** What the runner needs from its surroundings; tests put their own in. */
export interface Surroundings {
  readonly host: Host
  readonly print: (line: string) => void
}

/**
 * Reads recordings through the whole path with the official client of every dialect and prints, per recording and client,
 * `ok`, `FAIL` with one line per differing field, or `EXCUSED`; then how many recordings stand outside of the matrix, by their API, and one
 * summary line. Resolves to the exit code: 1 on an unexcused failure, an exception that no longer fails, more than 1 %
 * exceptions, or when nothing ran; 2 on wrong arguments.
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
  const selected = (await readRecordings(options.dir)).filter(options.matches)
  const covered = selected.flatMap(withRoute).slice(0, options.limit)
  const exceptions = await readExceptions(options.exceptions)
  if (covered.length === 0) {
    print(`nothing to run: ${selected.length} recordings selected in ${options.dir}, none of a covered API`)
    return 1
  }
  const started = Date.now()
  const outcomes = await replay(covered, { clients: options.clients, host, seed: options.seed })
  const verdict = judge(outcomes, exceptions, options.whole ? EXCEPTION_SHARE : 1)
  for (const line of verdict.lines) print(line)
  const outside = selected.filter((recording) => routeOf(recording) === undefined)
  for (const [api, count] of countedBy(outside.map(({ api }) => api))) print(`outside of the matrix: ${api} ${count}`)
  print(
    `${verdict.passed} passed, ${verdict.failed} failed, ${verdict.excused} excused, ${outside.length} recordings outside, ` +
      `${covered.length} recordings through ${options.clients.length} clients, ` +
      `in ${((Date.now() - started) / 1000).toFixed(1)} s`,
  )
  return verdict.ok ? 0 : 1
}

function withRoute(recording: Recording): readonly Covered[] {
  const route = routeOf(recording)
  return route ? [{ recording, route }] : []
}

function countedBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of names.toSorted()) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

function readOptions(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        client: { type: 'string', multiple: true },
        provider: { type: 'string' },
        api: { type: 'string' },
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
    if (values.client?.some((name) => !Object.hasOwn(CLIENTS, name))) return undefined
    const filters = [values.provider, values.api, values.only, values.client]
    return {
      dir,
      limit,
      seed,
      clients: [...new Set(values.client ?? Object.keys(CLIENTS))],
      exceptions: values.exceptions,
      whole: limit === undefined && filters.every((filter) => filter === undefined),
      matches: (recording: Recording) =>
        (values.provider === undefined || recording.provider === values.provider) &&
        (values.api === undefined || recording.api === values.api) &&
        (values.only === undefined || recording.id === values.only),
    }
  } catch {
    return undefined
  }
}

async function readExceptions(file: string): Promise<readonly Exception[]> {
  return JSON.parse(await readFile(file, 'utf8')) as readonly Exception[]
}

function judge(outcomes: readonly Outcome[], exceptions: readonly Exception[], share: number) {
  const lines: string[] = []
  const count = { passed: 0, failed: 0, excused: 0 }
  const used = new Set<Exception>()
  for (const { id, client, differences } of outcomes) {
    const exception = exceptions.find((each) => each.id === id && (each.client === undefined || each.client === client))
    const excused = differences.length > 0 && exception !== undefined
    if (excused) used.add(exception)
    const word = differences.length === 0 ? 'ok' : excused ? 'EXCUSED' : 'FAIL'
    lines.push(`${word} ${id} ${client}${excused ? ` (${exception.reason})` : ''}`)
    if (!excused) lines.push(...differences.map(show))
    if (differences.length === 0) count.passed++
    else if (excused) count.excused++
    else count.failed++
  }
  const stale = exceptions.filter((each) => !used.has(each) && outcomes.some((outcome) => concerns(each, outcome)))
  for (const { id, client } of stale) {
    lines.push(`${[id, client].filter(Boolean).join(' ')} is listed as an exception but passes: take it off the list`)
  }
  const tooMany = count.excused > outcomes.length * share
  if (tooMany) lines.push(`more than ${share * 100} % are exceptions`)
  return { ...count, lines, ok: count.failed === 0 && stale.length === 0 && !tooMany }
}

const concerns = (exception: Exception, { id, client }: Outcome) =>
  exception.id === id && (exception.client === undefined || exception.client === client)

function show({ field, expected, actual }: Difference): string {
  const short = (value: unknown) => (JSON.stringify(value) ?? 'undefined').slice(0, 300)
  return `  ${field}: expected ${short(expected)}, got ${short(actual)}`
}
