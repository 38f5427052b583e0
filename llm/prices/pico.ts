/**
 * USD per million tokens in pico-dollars per token: 0.0375 is 37_500n. By way of the decimal string, so that no float
 * product creeps in; digits after the sixth decimal are rounded. Throws RangeError for what is no price.
 */
export function picoPerToken(usdPerMillion: number): bigint {
  if (!(usdPerMillion >= 0 && usdPerMillion < 1e15)) throw new RangeError(`${usdPerMillion} is no price`)
  return BigInt(usdPerMillion.toFixed(6).replace('.', ''))
}

/** USD per thousand searches in pico-dollars per search, read as `picoPerToken` reads its own. */
export function picoPerSearch(usdPerThousand: number): bigint {
  return picoPerToken(usdPerThousand) * 1000n
}
