import type { Outlook } from '../../policies/alerts/forecast.js'
import type { BucketState } from '../../policies/budget/ledger.js'

/** When a bucket of a budget will be gone, and what its window will have cost, both with an 80 % interval. */
export interface Forecast {
  /** The median of when its limit is reached, ISO 8601; null where that is not before the window ends. */
  readonly exhaustedAt: string | null
  /** One in ten futures is earlier, one in ten is later; null where that future does not reach the limit before the window ends. */
  readonly earliest: string | null
  readonly latest: string | null
  /** The share of futures that reach the limit before the window ends, from 0 to 1. */
  readonly probability: number
  /** What the window will have taken at its end, in the budget's unit (nano-dollars for `usd`): the median and the interval. */
  readonly projected: number
  readonly projectedLow: number
  readonly projectedHigh: number
}

/** Says of buckets when they will be gone. */
export interface Forecasts {
  /**
   * By the buckets' keys; those of which nothing can be said are not among them: rolling windows, requests that are open, and buckets
   * nobody has taken anything from. Rejects when the spend store does not answer.
   */
  of(states: readonly BucketState[]): Promise<ReadonlyMap<string, Forecast>>
}

/** A forecast as it is shown. */
export function shownForecast({ exhaustedAt, earliest, latest, ...figures }: Outlook): Forecast {
  return { exhaustedAt: iso(exhaustedAt), earliest: iso(earliest), latest: iso(latest), ...figures }
}

function iso(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString()
}
