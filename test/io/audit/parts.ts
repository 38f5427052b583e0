import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Line } from '../../../io/audit/line.js'
import { createAuditReader } from '../../../io/audit/reader.js'
import type { AuditRecord } from '../../../io/audit/record.js'
import { type AuditWriterOptions, createAuditWriter } from '../../../io/audit/writer.js'

export const DAY = 86_400_000
/** 2026-11-21T10:00:00Z. */
export const NOON = Date.UTC(2026, 10, 21, 10)

/** A directory that is gone after the test. */
export async function directoryFor(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tollgate-audit-'))
  context.after(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** A record of ann's, of a request that one attempt served. */
export function recordAt(time: number, more: Partial<AuditRecord> = {}): AuditRecord {
  return {
    kind: 'request',
    at: new Date(time).toISOString(),
    request: 'r-1',
    path: '/v1/chat/completions',
    caller: { user: 'ann', team: 'blue', tags: {} },
    model: 'gpt',
    how: 'complete',
    status: 200,
    chain: ['oa/gpt-4o'],
    attempts: [
      {
        target: 'oa/gpt-4o',
        provider: 'oa',
        outcome: 'served',
        status: 200,
        usage: { prompt: 10, completion: 2 },
        usageSource: 'provider',
        nano: '1500000',
        durationMs: 20,
      },
    ],
    guards: [],
    policyVersion: 'v1',
    nano: '1500000',
    durationMs: 25,
    overheadMs: 1,
    auditRule: 'default',
    content: 'off',
    ...more,
  }
}

let writers = 0

/** A writer whose time is turned by `tick`. */
export function writerIn(directory: string, more: Partial<AuditWriterOptions> = {}) {
  const ticks = new Set<() => void>()
  const states: string[] = []
  const writer = createAuditWriter({
    directory,
    clock: { now: () => NOON, monotonic: () => 0 },
    pause: () => setImmediate(),
    mostWaiting: 1024 * 1024,
    id: `w${++writers}`,
    member: 'here',
    every(_, tick) {
      ticks.add(tick)
      return () => ticks.delete(tick)
    },
    state: (state) => void states.push(state),
    settled: async () => {},
    ...more,
  })
  const tick = () => {
    for (const run of ticks) run()
  }
  return { writer, states, tick }
}

/** The reader of all directories in one. */
export function readerOf(parent: string) {
  return createAuditReader(() => ({ parent, isOurs: (name) => name.startsWith('audit-') }))
}

/** All lines below a directory, by their file's name. */
export async function linesIn(directory: string): Promise<Readonly<Record<string, readonly Line[]>>> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.jsonl') && name !== 'erasures.jsonl').sort()
  const files = names.map(async (name) => {
    const text = await readFile(join(directory, name), 'utf8')
    const lines = text.split('\n').filter((line) => line !== '')
    return [name, lines.map((line) => JSON.parse(line) as Line)] as const
  })
  return Object.fromEntries(await Promise.all(files))
}

/** The requests of all lines below a directory. */
export async function requestsIn(directory: string): Promise<readonly string[]> {
  const lines = Object.values(await linesIn(directory)).flat()
  return lines.flatMap((line) => (line.kind === 'request' ? [line.request] : []))
}
