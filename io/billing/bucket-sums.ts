import type { Window } from '../../policies/budget/ledger.js'
import type { Row } from './row.js'
import { amountsOf, type Totals } from './totals.js'

/** A counter of a budget or limit, as its store has it; amounts are integers in its unit. */
export interface Counted {
  readonly key: string
  readonly committed: number
  readonly window: Window
}

/** A counter that has not what the rows come to. With requests in the middle of being settled there is a span of what may be. */
export interface Mismatch {
  readonly key: string
  readonly committed: number
  readonly least: number
  readonly most: number
}

/** The counters that rows are compared with, all of one moment. */
export interface CounterReading {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly counters: readonly Counted[]
  /** How long, in ms, after a row is written it may take until it is counted, clocks that differ included; 5 s unless said. */
  readonly settling?: number
  /** The window of now of a bucket that holds nothing; undefined where it is over, or nobody knows. */
  windowOf(key: string): Window | undefined
}

/** The sums of rows per bucket. */
export interface BucketSums {
  /** Rows are those of another source from here on, from whose beginning so much was removed. */
  source(totals: Totals): void
  row(row: Row): void
  /** The buckets whose counters have something else. */
  mismatches(): readonly Mismatch[]
}

const SETTLING = 5_000

/** What a row changed. It was counted between two moments, in ms since the epoch. */
interface Change {
  readonly at: number
  until: number
  readonly amount: number
}

/** What a process wrote so long before it died, in milliseconds, the next one may have counted anew. */
const COUNTED_ANEW = 10_000

/** With so many, or twice as many as were left, those that are older are forgotten. */
const MOST_UNSURE = 10_000

/** No rows yet. They must be read after the counters. */
export function createBucketSums(reading: CounterReading): BucketSums {
  const { at: readAt, counters, windowOf, settling = SETTLING } = reading

  const windows = new Map<string, Window | undefined>(counters.map(({ key, window }) => [key, window]))
  /** What was certainly counted by then, and each change that may or may not have been. */
  const settled = new Map<string, number>()
  const recent = new Map<string, Change[]>()
  /** Of windows that roll. */
  const rolling = new Map<string, Change[]>()
  let removedAt = Number.NEGATIVE_INFINITY

  const windowFor = (key: string): Window | undefined => {
    if (!windows.has(key)) windows.set(key, windowOf(key))
    return windows.get(key)
  }
  /** What the process may not have counted before it died, of windows that roll. */
  let unsure: { readonly key: string; readonly length: number; readonly change: Change }[] = []
  let forgetAt = MOST_UNSURE

  const mayCount = (length: number, { until }: Change) => until > readAt - 2 * length - settling
  const roll = (key: string, length: number, change: Change) => {
    if (mayCount(length, change)) push(rolling, key, change)
    unsure.push({ key, length, change })
    if (unsure.length < forgetAt) return
    unsure = unsure.filter((each) => each.change.at > change.at - COUNTED_ANEW)
    forgetAt = Math.max(MOST_UNSURE, 2 * unsure.length)
  }
  const countAnew = (at: number) => {
    const died = unsure.at(-1)?.change.at ?? at
    for (const { key, length, change } of unsure) {
      if (change.at <= died - COUNTED_ANEW) continue
      const counted = mayCount(length, change)
      change.until = at + COUNTED_ANEW
      if (!counted && mayCount(length, change)) push(rolling, key, change)
    }
    unsure = []
  }
  const add = (key: string, change: Change) => {
    const window = windowFor(key)
    if (window?.kind === 'rolling') {
      roll(key, window.length, change)
    } else if (change.at > readAt - settling) {
      push(recent, key, change)
    } else if (window) {
      settled.set(key, (settled.get(key) ?? 0) + change.amount)
    }
  }
  const span = (key: string): Pick<Mismatch, 'least' | 'most'> => {
    const base = settled.get(key) ?? 0
    const amounts = (recent.get(key) ?? []).map(({ amount }) => amount)
    const sum = (some: readonly number[]) => some.reduce((total, amount) => total + amount, 0)
    const rises = sum(amounts.filter((amount) => amount > 0))
    const falls = sum(amounts.filter((amount) => amount < 0))
    return { least: base + falls, most: base + rises }
  }
  /** A slice counts until all of it has left the window, so the edge of that is somewhere within one. */
  const rollingSpan = (key: string, { length, slices }: Extract<Window, { kind: 'rolling' }>) => {
    const all = rolling.get(key) ?? []
    // What was set to zero is not there to leave the window.
    const reset = all.findLast(({ amount }) => amount < 0)
    const slice = length / slices
    const from = readAt - length
    const sum = (counts: (change: Change) => boolean) =>
      all.reduce((total, change) => (change.amount > 0 && counts(change) ? total + change.amount : total), 0)
    const after = (reset?.until ?? Number.NEGATIVE_INFINITY) + settling
    const before = (reset?.at ?? Number.NEGATIVE_INFINITY) - settling
    const least = sum(({ at, until }) => at > Math.max(from + slice + settling, after) && until <= readAt)
    const most = sum(({ until }) => until > Math.max(from - slice - settling, before))
    return { least, most }
  }
  const spanIn = (key: string, window: Window): Pick<Mismatch, 'least' | 'most'> | undefined => {
    if (window.kind !== 'rolling') return span(key)
    // Rows of the window were removed: nobody can tell.
    return removedAt > readAt - 2 * window.length ? undefined : rollingSpan(key, window)
  }

  return {
    source({ amounts, at }) {
      unsure = []
      for (const [key, amount] of amounts) {
        if (windowFor(key)?.kind !== 'rolling') settled.set(key, (settled.get(key) ?? 0) + amount)
      }
      if (at !== undefined) removedAt = Math.max(removedAt, Date.parse(at))
    },
    row(row) {
      const at = Date.parse(row.at)
      if (row.kind === 'opened') countAnew(at)
      for (const [key, amount] of amountsOf(row)) if (amount !== 0) add(key, { at, until: at + settling, amount })
    },
    mismatches() {
      const counted = new Map(counters.map(({ key, committed }) => [key, committed]))
      return [...windows].flatMap(([key, window]) => {
        const committed = counted.get(key) ?? 0
        const spanned = window && spanIn(key, window)
        if (!spanned || (committed >= spanned.least && committed <= spanned.most)) return []
        return [{ key, committed, ...spanned }]
      })
    },
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
