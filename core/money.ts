/** Money in integer nano-dollars: 1 USD = 1_000_000_000n. Nothing float ever touches a price or a limit. */
export type NanoUsd = bigint

/** Prints nano-dollars as a plain decimal of dollars, without trailing zeros: 1_500_000_000n is `1.5`. */
export function formatUsd(nano: NanoUsd): string {
  const sign = nano < 0n ? '-' : ''
  const digits = (nano < 0n ? -nano : nano).toString().padStart(10, '0')
  const whole = digits.slice(0, -9)
  const fraction = digits.slice(-9).replace(/0+$/, '')
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`
}
