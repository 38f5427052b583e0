import { z } from 'zod'
import { percentile } from '../statistics.js'
import { FIGURES, ratiosOf } from './figures.js'
import type { Rounds } from './rounds.js'
import type { Row } from './rows.js'
import type { System } from './systems.js'

/** How much higher a ratio may be than the committed one. Shared machines move ratios by a quarter, and regressions worth a stop are larger. */
const WIDTH = 1.35

/** By how much a count per request may differ: streams that were open as the counters were read. */
const COUNT_TOLERANCE = 0.1

const spreadSchema = z.object({ median: z.number() })
const bySystem = z.record(z.string(), z.record(z.string(), spreadSchema))

/** What the guard reads of `bench/results.json`. */
export const committedSchema = z.object({ guard: z.object({ overTwoLevels: bySystem, messages: bySystem }) })
export type Committed = z.infer<typeof committedSchema>['guard']

/** One thing that must not get worse: a cost over the two-level no-op's, or a count per request. */
interface Guarded {
  readonly row: Row
  readonly figure: string
  readonly system: System
}

const GUARDED: readonly Guarded[] = [
  { row: 'json', figure: 'processor CPU per request', system: 'pass' },
  { row: 'json', figure: 'processor CPU per request', system: 'full' },
  { row: 'stream', figure: 'processor CPU per chunk', system: 'restore' },
  { row: 'json', figure: 'ext_proc messages per request', system: 'pass' },
  { row: 'json', figure: 'gRPC streams per request', system: 'pass' },
  { row: 'json', figure: 'gRPC streams per request', system: 'full' },
]

export interface Judgement extends Guarded {
  readonly committed: number
  readonly limit: number
  /** The median of the rounds. */
  readonly measured: number
  /** `noisy` is over the limit in the median, but not in three of four rounds. */
  readonly verdict: 'kept' | 'regressed' | 'noisy' | 'not measured'
}

/** Compares a short run with the committed results. Times are not compared, only ratios within rounds, and counts. */
export function judge(rounds: Rounds, committed: Committed): readonly Judgement[] {
  return GUARDED.flatMap((guarded) => {
    const { row, figure: name, system } = guarded
    const figure = FIGURES.find((candidate) => candidate.row === row && candidate.name === name)
    if (figure === undefined) return []
    const isCount = figure.unit === ''
    const before = isCount
      ? committed.messages[`${row}, ${name}`]
      : committed.overTwoLevels[`${row}, ${name} (${figure.unit})`]
    const known = before?.[system]?.median
    // A system that is new has nothing to be worse than.
    if (known === undefined) return []
    const values = isCount
      ? (rounds[row][system] ?? []).flatMap((m, _, [first = m]) => figure.of(m, first) ?? [])
      : ratiosOf(rounds, figure, system, 'noopTwo')
    const limit = isCount ? known + COUNT_TOLERANCE : known * WIDTH
    return [{ ...guarded, committed: known, limit, measured: percentile(values, 0.5), verdict: verdict(values, limit) }]
  })
}

function verdict(values: readonly number[], limit: number): Judgement['verdict'] {
  if (values.length === 0) return 'not measured'
  if (percentile(values, 0.5) <= limit) return 'kept'
  return percentile(values, 0.25) > limit ? 'regressed' : 'noisy'
}

/** What a judgement says, on one line. */
export function judgementText({ row, figure, system, committed, limit, measured, verdict: found }: Judgement): string {
  const numbers = `${measured.toFixed(2)}, committed ${committed.toFixed(2)}, at most ${limit.toFixed(2)}`
  return `${found}: ${row}, ${figure}, ${system}: ${numbers}`
}
