/** Money in integer nano-dollars: 1 USD = 1_000_000_000n. Nothing float ever touches a price or a limit. */
export type NanoUsd = bigint

/** Prints nano-dollars as a plain decimal of dollars, without trailing zeros: 1_500_000_000n is `1.5`. */
export function formatUsd(nano: NanoUsd): string {
  const sign = nano < 0n ? '-' : ''
  const digits = (nano < 0n ? -nano : nano).toString().padStart(10, '0')
  const point = digits.length - 9
  let end = digits.length
  while (end > point && digits.charCodeAt(end - 1) === ZERO) end--
  const whole = digits.slice(0, point)
  return end === point ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(point, end)}`
}

const ZERO = 0x30
