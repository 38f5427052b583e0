import { z } from 'zod'

/** 2^53 - 1 nano-dollars are a little more. */
const MOST_USD = 9_000_000
const SECOND = 1000
const SECONDS = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
])
const LONGEST = 366 * 86_400 * SECOND

/** US dollars as a number or as text, with up to 9 decimals, read as integer nano-dollars without any rounding. */
export function usdAmount() {
  const error = `must be a number of US dollars with at most 9 decimals, more than 0 and at most ${MOST_USD}`
  return z.union([z.number(), z.string()], { error }).transform((written, context) => {
    const nano = nanoDollars(typeof written === 'string' ? written : decimalOf(written))
    if (nano > 0 && nano <= MOST_USD * 1e9) return nano
    context.addIssue({ code: 'custom', message: error })
    return z.NEVER
  })
}

/** The number with 9 decimals, where these are all that it has. */
function decimalOf(value: number): string {
  const decimal = Math.abs(value) <= MOST_USD ? value.toFixed(9) : ''
  return Number(decimal) === value ? decimal : ''
}

/** NaN for what is no plain decimal. Put together as digits: multiplied, 1.1 would not come out even. */
function nanoDollars(decimal: string): number {
  const [, whole = '', decimals = ''] = /^(\d{1,7})(?:\.(\d{1,9}))?$/.exec(decimal) ?? []
  return whole === '' ? Number.NaN : Number(BigInt(whole + decimals.padEnd(9, '0')))
}

/** A span of time such as `0s`, `30m`, `24h` or `7d`, read as milliseconds; whole seconds, up to 366 days. */
export function span() {
  const error = 'must be a span of time such as 0s, 30m, 24h or 7d, up to 366d'
  return z.string({ error }).transform((written, context) => {
    const length = spanOf(written)
    if (length >= 0 && length <= LONGEST) return length
    context.addIssue({ code: 'custom', message: error })
    return z.NEVER
  })
}

/** Milliseconds; NaN for what is no span. */
function spanOf(written: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(written) ?? []
  return digits === '' ? Number.NaN : Number(digits) * (SECONDS.get(unit) ?? Number.NaN) * SECOND
}

/** The length of a rolling window, such as `90s`, `24h` or `30d`, read as milliseconds; whole seconds, up to 366 days. */
export function windowLength() {
  const error = 'must be the length of a window such as 90s, 24h or 30d, from 1s to 366d'
  return z.string({ error }).transform((written, context) => {
    const length = spanOf(written)
    if (length >= SECOND && length <= LONGEST) return length
    context.addIssue({ code: 'custom', message: error })
    return z.NEVER
  })
}
