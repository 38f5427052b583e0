import type { Bucket, BucketState, Raise, Window } from '../../policies/budget/ledger.js'

/** What was committed to a rolling window within one slice of time, which ends at `end` (ms since the epoch). */
interface Slice {
  readonly end: number
  amount: number
}

/**
 * What one bucket holds, in its unit. Changed in place, for several are touched by every request; `committed` is up to date
 * only after `roll`.
 */
export interface Counter {
  /** Unique in the life of a journal; a bucket that was dropped comes back under another one. */
  readonly number: number
  bucket: Bucket
  committed: number
  reserved: number
  /** The limit of the latest claim. */
  limit: number
  /** What is added to the limit of every claim, until `raisedUntil` (ms since the epoch). */
  raised: number
  raisedUntil: number
  /** Claims of open leases, those of zero included: a counter that has some must not be dropped. */
  holders: number
  /** What the lease that is being judged asks for; zero at all other times. */
  asked: number
  /** How often it was reset: what was charged before is not there any more and cannot be taken back. */
  resets: number
  /** Of rolling windows: ordered by `end`, none empty. */
  readonly slices: Slice[]
  /** Whether the journal knows its bucket. */
  journaled: boolean
}

/** Buckets whose calendar window ended stay readable so long (ms). */
const GRACE_MS = 60_000

/** A counter that holds nothing. */
export function createCounter(number: number, bucket: Bucket): Counter {
  const empty = { committed: 0, reserved: 0, limit: 0, raised: 0, raisedUntil: 0, holders: 0, asked: 0, resets: 0 }
  return { number, bucket, ...empty, slices: [], journaled: false }
}

/** Forgets slices of which the last moment is a window's length ago, and a raise that is over. */
export function roll(counter: Counter, now: number): void {
  if (counter.raised > 0 && counter.raisedUntil <= now) counter.raised = 0
  const { window } = counter.bucket
  if (window.kind !== 'rolling') return
  for (let first = counter.slices[0]; first && first.end + window.length <= now; first = counter.slices[0]) {
    counter.committed -= first.amount
    counter.slices.shift()
  }
}

/** Adds to what is committed; returns the end of the slice that it went into, 0 where there are none. */
export function commit(counter: Counter, amount: number, now: number): number {
  const { window } = counter.bucket
  if (amount === 0) return 0
  counter.committed += amount
  if (window.kind !== 'rolling') return 0
  const end = sliceEnd(window, now)
  addToSlice(counter.slices, end, amount)
  return end
}

/** Takes back what `commit` added to the slice that ends at `end`; nothing if that slice has left the window. */
export function uncommit(counter: Counter, amount: number, end: number): void {
  if (counter.bucket.window.kind !== 'rolling') {
    counter.committed -= amount
    return
  }
  const at = counter.slices.findIndex((slice) => slice.end === end)
  const slice = counter.slices[at]
  if (!slice) return
  counter.committed -= amount
  slice.amount -= amount
  if (slice.amount === 0) counter.slices.splice(at, 1)
}

/** Forgets what is committed; returns how much that was. The counter must be rolled to now. */
export function clear(counter: Counter): number {
  const taken = counter.committed
  counter.committed = 0
  counter.slices.length = 0
  counter.resets += 1
  return taken
}

/** Raises the limit until the calendar window ends, for the length of a rolling one, or for good. */
export function raise(counter: Counter, { kind, amount }: Raise, now: number): void {
  const wanted = kind === 'by' ? counter.raised + amount : amount - counter.limit
  counter.raised = Math.max(0, Math.min(wanted, Number.MAX_SAFE_INTEGER - counter.limit))
  counter.raisedUntil = raisedUntil(counter.bucket, now)
}

function raisedUntil({ window }: Bucket, now: number): number {
  switch (window.kind) {
    case 'calendar':
      return window.end
    case 'rolling':
      return now + window.length
    case 'life':
      return Number.POSITIVE_INFINITY
  }
}

/** Whether nothing would be lost without it. */
export function isDroppable(counter: Counter, now: number): boolean {
  if (counter.holders > 0) return false
  roll(counter, now)
  const { window } = counter.bucket
  return counter.committed + counter.raised === 0 || (window.kind === 'calendar' && window.end + GRACE_MS <= now)
}

/** What is there now. `wanted` is how much would have to leave for a claim to fit. */
export function stateOf(counter: Counter, bucket: Bucket, limit: number, now: number, wanted = 0): BucketState {
  const { committed, reserved, raised } = counter
  const freesIn = timeToFree(counter, wanted, now)
  // Plain literals: spreading costs ten times as much.
  if (raised > 0) {
    const state = { bucket, committed, reserved, limit: limit + raised, raised }
    return freesIn === undefined ? state : { ...state, freesIn }
  }
  return freesIn === undefined
    ? { bucket, committed, reserved, limit }
    : { bucket, committed, reserved, limit, freesIn }
}

/** Milliseconds until `wanted` has left, or the next that leaves if the committed amounts do not come to so much. */
function timeToFree({ bucket: { window }, slices }: Counter, wanted: number, now: number): number | undefined {
  switch (window.kind) {
    case 'life':
      return undefined
    case 'calendar':
      return Math.max(0, window.end - now)
    case 'rolling': {
      let left = 0
      const enough = slices.find(({ amount }) => {
        left += amount
        return left >= wanted
      })
      const leaving = enough ?? slices[0]
      return leaving && Math.ceil(leaving.end + window.length - now)
    }
  }
}

function sliceEnd({ length, slices }: Extract<Window, { kind: 'rolling' }>, now: number): number {
  const size = length / slices
  return (Math.floor(now / size) + 1) * size
}

/** Looks from the end: only a clock that was set back makes an older slice. */
function addToSlice(slices: Slice[], end: number, amount: number): void {
  const before = slices.findLastIndex((slice) => slice.end <= end)
  const found = slices[before]
  if (found?.end === end) found.amount += amount
  else slices.splice(before + 1, 0, { end, amount })
}
