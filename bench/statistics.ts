/** Middle value and extremes of some measurements. */
export interface Spread {
  readonly median: number
  readonly low: number
  readonly high: number
}

/** The value below which `share` (0 to 1) of the sorted values lie; NaN when there are none. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

/** Median (the mean of the middle two for an even count), lowest and highest. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const half = sorted.length / 2
  const median = sorted.length % 2 === 1 ? at(Math.floor(half)) : (at(half - 1) + at(half)) / 2
  return { median, low: at(0), high: at(sorted.length - 1) }
}

/** The mean; NaN when there are no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Quotients of paired measurements, in their order; pairs without a divisor are left out. */
export function quotients(dividends: readonly number[], divisors: readonly number[]): readonly number[] {
  return dividends.flatMap((dividend, index) => {
    const divisor = divisors[index]
    return divisor === undefined || divisor === 0 ? [] : [dividend / divisor]
  })
}
