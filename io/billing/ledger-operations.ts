import { z } from 'zod'
import { LedgerUnavailable } from '../../policies/budget/ledger.js'
import { json, type Operation } from '../admin/operation.js'
import { operation } from '../admin/typed-operation.js'
import { COUNTERS, type Counters, readingOf } from './counter-reading.js'
import type { LedgerFigures } from './ledger-metrics.js'
import type { RowFiles } from './sink.js'
import { verifyLedgers } from './verify.js'

export interface LedgerOperationsOptions {
  /** The root directory; undefined where no ledger is kept. */
  root(): string | undefined
  readonly files: (root: string) => Pick<RowFiles, 'sources' | 'segments'>
  /** How writing goes in this process. */
  writing(): LedgerFigures & { readonly source: string | undefined }
  sinks(): readonly SinkState[]
  /** Rejects with `LedgerUnavailable`. */
  counters(): Promise<Counters>
}

/** How far a sink is; positions are by source. */
export interface SinkState {
  readonly name: string
  readonly up: boolean
  readonly failure?: string | undefined
  readonly behind: number
  readonly sources: readonly { readonly source: string; readonly position?: number | undefined }[]
}

const STATUS = z.object({
  kept: z.boolean(),
  writing: z.object({ up: z.boolean(), rows: z.int(), waiting: z.int(), lost: z.int() }),
  sources: z.array(z.object({ source: z.string(), first: z.int(), last: z.int(), segments: z.int(), bytes: z.int() })),
  sinks: z.array(
    z.object({
      name: z.string(),
      up: z.boolean(),
      failure: z.string().nullable(),
      behind: z.int().meta({ description: 'Rows that it does not have' }),
      sources: z.array(z.object({ source: z.string(), position: z.int().nullable() })),
    }),
  ),
})

const ATTEMPT_FINDING = z.object({
  source: z.string(),
  seq: z.int(),
  request: z.string(),
  attempt: z.int(),
  what: z.string(),
  leases: z.array(z.string()),
})

/** What `POST /ledger/verify` answers, and `tollgate ledger verify --json` prints. */
const REPORT = z.object({
  ok: z.boolean(),
  sources: z.array(
    z.object({
      root: z.string(),
      source: z.string(),
      rows: z.int(),
      first: z.int(),
      last: z.int(),
      state: z.enum(['running', 'ended', 'stopped']),
    }),
  ),
  attempts: z.int(),
  running: z.int(),
  findings: z.array(z.object({ source: z.string(), file: z.string(), line: z.int(), seq: z.int(), what: z.string() })),
  attemptFindings: z.array(ATTEMPT_FINDING),
  gaps: z.array(z.object({ source: z.string(), seq: z.int(), rows: z.int(), reason: z.string() })),
  compared: z.int().optional().meta({ description: 'How many counters were compared' }),
  mismatches: z.array(z.object({ key: z.string(), committed: z.int(), least: z.int(), most: z.int() })),
  uncharged: z.array(ATTEMPT_FINDING),
})

const NO_LEDGER = { error: 'no ledger is kept: the section ledger turns it off' }

/** `GET /ledger`, `GET /ledger/counters` and `POST /ledger/verify`, for admins and auditors. */
export function ledgerOperations(options: LedgerOperationsOptions): readonly Operation[] {
  const common = { tag: 'ledger', roles: ['admin', 'auditor'], effect: 'reads' } as const
  return [
    operation({
      ...common,
      method: 'GET',
      path: '/ledger',
      id: 'showLedger',
      summary: 'What is in the ledger of what was spent, and how far its sinks are',
      answers: { 200: { description: 'Sources, and sinks', json: STATUS } },
      handle: async () => json(200, await statusOf(options)),
    }),
    operation({
      ...common,
      method: 'GET',
      path: '/ledger/counters',
      id: 'readLedgerCounters',
      summary:
        'What the counters of budgets and limits have committed, in their units, for the ledger to be compared with',
      answers: { 200: { description: 'All counters of one moment', json: COUNTERS } },
      handle: () => unlessUnavailable(async () => json(200, await options.counters())),
    }),
    operation({
      ...common,
      method: 'POST',
      path: '/ledger/verify',
      id: 'verifyLedger',
      summary:
        'Checks the chains of all rows, that each attempt has exactly one, and that their sums are what the counters have',
      answers: {
        200: { description: 'What is wrong; nothing where `ok` is true', json: REPORT },
        404: { description: 'No ledger is kept', json: z.object({ error: z.string() }) },
      },
      handle: () =>
        unlessUnavailable(async () => {
          const root = options.root()
          if (root === undefined) return json(404, NO_LEDGER)
          // In this order: rows are written before they are counted.
          const reading = readingOf(await options.counters())
          return json(200, await verifyLedgers({ roots: [root], reading }))
        }),
    }),
  ]
}

async function statusOf({ root, files, writing, sinks }: LedgerOperationsOptions) {
  const directory = root()
  const { up, rows, waiting, lost } = writing()
  const told = sinks().map(({ name, up, failure = null, behind, sources }) => ({
    ...{ name, up, failure, behind },
    sources: sources.map(({ source, position = null }) => ({ source, position })),
  }))
  const sources = directory === undefined ? [] : await sourcesOf(files(directory))
  return { kept: directory !== undefined, writing: { up, rows, waiting, lost }, sources, sinks: told }
}

async function sourcesOf(files: Pick<RowFiles, 'sources' | 'segments'>) {
  const names = await files.sources()
  const shelves = await Promise.all(names.map(async (source) => ({ source, segments: await files.segments(source) })))
  return shelves.flatMap(({ source, segments }) => {
    const [first, last] = [segments[0], segments.at(-1)]
    if (!first || !last) return []
    const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
    return [{ source, first: first.first, last: last.last, segments: segments.length, bytes }]
  })
}

async function unlessUnavailable(answer: () => Promise<ReturnType<typeof json>>) {
  try {
    return await answer()
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error
    return json(503, { error: 'the store of budgets and limits does not answer' })
  }
}
