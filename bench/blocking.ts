import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { findEnvoy } from '../cli/setup-envoy.js'
import type { JsonObject } from '../core/json.js'
import { EXTREMES, OTHER_APIS } from './blocking/extremes.js'
import { startChild } from './child.js'
import type { Form } from './parts.js'
import { alignedTable } from './table.js'
import { startTollgate, type TollgateStack } from './tollgate.js'
import { emptyWorkspace, eventually, pause } from './workspace.js'

/** No request may hold the event loop up for longer, in milliseconds. */
const GOAL = 20

/**
 * Where requests go: on as they are, or translated; `full`: through every policy that most use; `guarded`: through guards that change
 * texts, one of somebody else's, and into records that keep what was said.
 */
const WAYS = ['plain', 'plain-anthropic', 'plain-gemini', 'full', 'full-anthropic', 'guarded'] as const
type Way = (typeof WAYS)[number]

/** Models whose answers have 20 MB. */
const LONG_ANSWERS = ['long', 'long-anthropic'] as const

const ROUNDS = { full: 3, quick: 1 }
const WARM_UP = { full: 30, quick: 5 }

interface Cell {
  readonly status: number
  /** Milliseconds: the longest block, and the longest collection of garbage beside. */
  readonly blocked: number
  readonly collected: number
}

const gapsSchema = z.object({ blocked: z.number(), collected: z.number() })

/**
 * The longest that one request of each extreme kind holds up the event loop of a Tollgate behind Envoy: CPU of its main thread between
 * two rounds of the loop, garbage collection aside, the median of three; `quick`: of one. Returns 1 when the goal is missed. Writes nothing.
 */
export async function benchBlocking(form: Form): Promise<number> {
  const directory = emptyWorkspace('bench-blocking')
  const file = join(directory, 'gaps.json')
  const cleanUp: (() => Promise<void>)[] = []
  const keep = <T extends { stop(): Promise<void> }>(started: T): T => {
    cleanUp.unshift(started.stop)
    return started
  }
  try {
    console.log('blocking: starting Envoy with Tollgate')
    const preload = new URL('./blocking/gaps.js', import.meta.url)
    preload.searchParams.set('file', file)
    const provider = keep(startChild('blocking/provider', join(directory, 'provider.log')))
    const providerPort = Number(await provider.ask('port'))
    const stack = keep(
      await startTollgate({
        ...{ envoyPath: await findEnvoy(), directory, providerPort, workers: 1, gracefulClose: 'on' },
        config: config(providerPort),
        nodeArgs: ['--import', preload.href],
      }),
    )
    const measure = async (model: string, body: JsonObject, path?: string): Promise<Cell> => {
      await gapsOf(stack, file)
      const status = await ask(stack, path, JSON.stringify({ model, ...body }))
      await pause(100)
      return { status, ...(await gapsOf(stack, file)) }
    }
    const shortest = EXTREMES['a short one']?.() ?? {}
    for (let round = 0; round < WARM_UP[form]; round++) for (const way of WAYS) await measure(way, shortest)

    const rows: string[][] = []
    let worst = 0
    const row = async (what: string, ways: readonly string[], body: JsonObject, path?: string) => {
      const cells: Cell[] = []
      for (const way of ways) {
        const rounds: Cell[] = []
        for (let round = 0; round < ROUNDS[form]; round++) rounds.push(await measure(way, body, path))
        cells.push(median(rounds))
      }
      worst = Math.max(worst, ...cells.map(({ blocked }) => blocked))
      console.log(`blocking: ${what}: ${cells.map(textOf).join(', ')}`)
      const byWay = new Map(ways.map((way, index) => [way, textOf(cells[index] as Cell)]))
      rows.push([what, ...(path === undefined ? byWay.values() : WAYS.map((way) => byWay.get(way) ?? ''))])
    }
    for (const [what, make] of Object.entries(EXTREMES)) await row(what, WAYS, make())
    for (const [what, { path, ways, body }] of Object.entries(OTHER_APIS)) await row(what, ways, body(), path)
    await row('an answer of 20 MB', LONG_ANSWERS, shortest)
    console.log(`\n${alignedTable(['longest block in ms (+ garbage collection)', ...WAYS], rows)}\n`)
    if (worst > GOAL) console.log(`missed: no block over ${GOAL} ms; the longest was ${worst.toFixed(0)} ms`)
    return worst > GOAL ? 1 : 0
  } finally {
    for (const stop of cleanUp) await stop()
  }
}

const textOf = ({ status, blocked, collected }: Cell) =>
  `${blocked.toFixed(1)} (+${collected.toFixed(0)})${status === 200 ? '' : ` [${status}]`}`

function median(cells: readonly Cell[]): Cell {
  const inOrder = [...cells].sort((a, b) => a.blocked - b.blocked)
  return inOrder[Math.floor(inOrder.length / 2)] ?? { status: 0, blocked: 0, collected: 0 }
}

async function ask({ url }: TollgateStack, path: string | undefined, body: string): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(path === undefined ? url : new URL(path, url), {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(120_000),
  })
  await response.arrayBuffer()
  return response.status
}

/** What has been seen since it was asked last. */
async function gapsOf({ processorPid }: TollgateStack, file: string): Promise<z.infer<typeof gapsSchema>> {
  rmSync(file, { force: true })
  process.kill(processorPid, 'SIGUSR2')
  return eventually('no gaps from Tollgate', 30, async () => gapsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))))
}

function config(port: number): JsonObject {
  const at = (path: string) => ({ apiKey: 'bench', baseUrl: `http://127.0.0.1:${port}${path}` })
  const target = (provider: string, model: string) => ({ targets: [{ provider, model }] })
  const guards = [
    {
      name: 'webhook',
      kind: 'webhook',
      url: `http://127.0.0.1:${port}/webhook`,
      secret: 'a secret of the bench',
      cache: '0s',
    },
    { name: 'words', kind: 'words', action: 'flag', lists: [{ name: 'words', terms: ['lazy', 'brown fox'] }] },
    { name: 'patterns', kind: 'patterns', action: 'flag', patterns: [{ name: 'pattern', pattern: 'd[o0]g[0-9]?' }] },
    // What it changes must not grow: 32 MB are all that Envoy takes back, too.
    {
      name: 'terms',
      kind: 'terminology',
      action: 'mask',
      rules: [{ name: 'fox', terms: ['fox'], replacement: 'cat' }],
    },
    { name: 'injection', kind: 'injection', action: 'flag' },
  ]
  return {
    version: 1,
    providers: {
      openai: { kind: 'openai', ...at('/v1') },
      anthropic: { kind: 'anthropic', ...at('') },
      gemini: { kind: 'gemini', ...at('/v1beta') },
    },
    models: {
      plain: target('openai', 'plain'),
      'plain-anthropic': target('anthropic', 'plain'),
      'plain-gemini': target('gemini', 'plain'),
      full: target('openai', 'full'),
      'full-anthropic': target('anthropic', 'full'),
      guarded: target('openai', 'plain'),
      long: target('openai', 'long'),
      'long-anthropic': target('anthropic', 'long'),
    },
    pii: [{ name: 'full', mode: 'restore', match: { model: ['full', 'full-anthropic'] } }],
    limits: [{ name: 'tokens', match: { model: ['full', 'full-anthropic'] }, tokens: 1_000_000_000, per: 'minute' }],
    guardrails: guards.map((guard) => ({ ...guard, match: { model: 'guarded' }, timeout: '60s' })),
    audit: { dir: 'audit', rules: [{ name: 'guarded', match: { model: 'guarded' }, content: 'redacted' }] },
  } satisfies Record<string, unknown> & { version: number; models: Record<Way, object> & Record<string, object> }
}
