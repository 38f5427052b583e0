/** The value below which a share of sorted values lies, with interpolation between neighbours; NaN of none. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = (sorted.length - 1) * share
  const low = sorted[Math.floor(place)] ?? Number.NaN
  const high = sorted[Math.ceil(place)] ?? Number.NaN
  // Infinite values have no between.
  return low === high ? low : low + (high - low) * (place - Math.floor(place))
}

/** Half of the values are no larger; NaN of none. */
export function median(values: readonly number[]): number {
  // Typed arrays sort by number, and several times as fast.
  return quantile(Float64Array.from(values).sort(), 0.5)
}

/** The median distance to `centre`, scaled to be the standard deviation of a normal distribution. */
export function spread(values: readonly number[], centre: number): number {
  return 1.4826 * median(values.map((value) => Math.abs(value - centre)))
}
