import type { Row } from './row.js'

/** A row that waits for its sink, and how long its line is, in bytes. */
export interface Waiting {
  readonly row: Row
  readonly bytes: number
}

/** Which of the rows that wait for a sink go out together. */
export interface Cut {
  /** The most rows that may wait. */
  readonly rows: number
  /** The most bytes that may wait, but for the row with which they get more. */
  readonly bytes: number
  /**
   * How many of the rows, from the first, make the next batch; 0 for none yet. `now` is in milliseconds since the epoch. When all is
   * `ending` nothing more will come.
   */
  next(waiting: readonly Waiting[], now: number, when: 'usual' | 'ending'): number
}

export interface BatchLimits {
  readonly rows: number
  readonly bytes: number
  /** Milliseconds that a row waits for others at most. */
  readonly age: number
}

/** Batches of so many rows or bytes, or of what there is when the first row is so old. A row that is larger than a batch goes alone. */
export function batches({ rows, bytes, age }: BatchLimits): Cut {
  return {
    rows,
    bytes,
    next(waiting, now, when) {
      const fitting = fit(waiting, { rows, bytes })
      const first = waiting[0]
      if (!first || fitting < waiting.length || fitting >= rows) return fitting
      return when === 'ending' || now - Date.parse(first.row.at) >= age ? fitting : 0
    },
  }
}

export interface SliceLimits {
  /** Milliseconds; slices end where a multiple of it does, UTC. */
  readonly every: number
  readonly rows: number
  readonly bytes: number
}

/** How long after the end of a span rows of it may still come, in milliseconds. */
const LATE = 5_000

/**
 * Slices of time, each cut where the rows themselves say so: after the last row of a span of time, or where it gets too large.
 * Whoever cuts the same rows again gets the same slices.
 */
export function slices({ every, rows, bytes }: SliceLimits): Cut {
  const spanOf = (at: string) => Math.floor(Date.parse(at) / every)
  return {
    rows,
    bytes,
    next(waiting, now) {
      const first = waiting[0]
      if (!first) return 0
      const span = spanOf(first.row.at)
      const other = waiting.findIndex(({ row }) => spanOf(row.at) !== span)
      const same = other === -1 ? waiting : waiting.slice(0, other)
      const fitting = fit(same, { rows, bytes })
      if (other !== -1 || fitting < same.length || fitting >= rows) return fitting
      return now >= (span + 1) * every + LATE ? fitting : 0
    },
  }
}

function fit(waiting: readonly Waiting[], most: { readonly rows: number; readonly bytes: number }): number {
  let bytes = 0
  let count = 0
  for (const one of waiting) {
    bytes += one.bytes
    if (count > 0 && (count >= most.rows || bytes > most.bytes)) break
    count += 1
  }
  return count
}
