import { formatUsd } from '../../core/money.js'
import { csvLine } from '../csv.js'
import type { SpendAmounts, SpendCell } from '../spend/spend-store.js'
import { type GroupBy, type TimeOf, valueIn } from './spend-groups.js'

/** One line of a report: what its cells have in common, null where they have none of it, and their sums. */
export interface SpendRow extends SpendSums {
  readonly group: Readonly<Record<string, string | null>>
}

/** Sums as they are shown. `cost` is decimal text of dollars, exact to the nano-dollar. */
export interface SpendSums extends Omit<SpendAmounts, 'nano'> {
  readonly cost: string
}

export interface SpendReport {
  readonly rows: readonly SpendRow[]
  readonly total: SpendSums
}

const COUNTS = [
  ...(['requests', 'attempts', 'failed', 'promptTokens', 'cachedTokens', 'cacheWriteTokens'] as const),
  ...(['completionTokens', 'reasoningTokens', 'unpriced'] as const),
] as const

const NOTHING: SpendAmounts = {
  ...{ requests: 0, attempts: 0, failed: 0, promptTokens: 0, cachedTokens: 0, cacheWriteTokens: 0 },
  ...{ completionTokens: 0, reasoningTokens: 0, nano: 0n, unpriced: 0 },
}

/** Puts cells together. By time rows are in its order, others by what they cost, the most expensive first. */
export function reportOf(cells: readonly SpendCell[], by: readonly GroupBy[], timeOf: TimeOf): SpendReport {
  const groups = new Map<string, { readonly values: readonly (string | null)[]; amounts: SpendAmounts }>()
  const time = by.findIndex((one) => one === 'hour' || one === 'day' || one === 'month')
  // By these, not by the text: the hour that comes twice when summer time ends has the later offset first.
  const begins = new Map<string | null | undefined, number>()
  let total = NOTHING
  for (const cell of cells) {
    const values = by.map((one) => valueIn(cell, one, timeOf) ?? null)
    const key = JSON.stringify(values)
    const { amounts } = groups.get(key) ?? { amounts: NOTHING }
    groups.set(key, { values, amounts: plus(amounts, cell.amounts) })
    total = plus(total, cell.amounts)
    begins.set(values[time], Math.min(begins.get(values[time]) ?? cell.hour, cell.hour))
  }
  const sorted = [...groups.values()].sort((a, b) => {
    const earlier = (begins.get(a.values[time]) ?? 0) - (begins.get(b.values[time]) ?? 0)
    return earlier || compare(b.amounts.nano, a.amounts.nano) || compare(keyOf(a.values), keyOf(b.values))
  })
  const rows = sorted.map(({ values, amounts }) => {
    return { group: Object.fromEntries(by.map((one, at) => [one, values[at] ?? null])), ...shown(amounts) }
  })
  return { rows, total: shown(total) }
}

/** The same as CSV (RFC 4180), with a line of names, piece by piece. */
export async function* csvOf({ rows }: SpendReport, by: readonly GroupBy[]): AsyncGenerator<string> {
  const names = ['requests', 'attempts', 'failed', 'promptTokens', 'cachedTokens', 'cacheWriteTokens'] as const
  const more = ['completionTokens', 'reasoningTokens', 'cost', 'unpriced'] as const
  const columns = [...names, ...more]
  yield csvLine([...by, ...names, 'completionTokens', 'reasoningTokens', 'costUsd', 'unpriced'])
  for (let at = 0; at < rows.length; at += PIECE) {
    const lines = rows
      .slice(at, at + PIECE)
      .map((row) => csvLine([...by.map((one) => row.group[one] ?? ''), ...columns.map((name) => String(row[name]))]))
    yield lines.join('')
  }
}

const PIECE = 500

function plus(a: SpendAmounts, b: SpendAmounts): SpendAmounts {
  const counts = COUNTS.map((name) => [name, a[name] + b[name]])
  return { ...a, ...Object.fromEntries(counts), nano: a.nano + b.nano }
}

function shown({ nano, ...counts }: SpendAmounts): SpendSums {
  return { ...counts, cost: formatUsd(nano) }
}

function keyOf(values: readonly (string | null)[]): string {
  return values.map((value) => value ?? '').join('\u0000')
}

function compare<Value extends string | bigint>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0
}
