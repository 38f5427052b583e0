import { z } from 'zod'
import { didYouMean, listed } from './suggest.js'

const MIB = 1024 * 1024
const DAY = 24 * 3_600_000
const MS = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
])
const BYTES = new Map([
  ['', 1],
  ['KiB', 1024],
  ['MiB', MIB],
  ['GiB', 1024 * MIB],
])

/** Text of at least one character; `what` says what it should be. */
export function text(what: string) {
  return z.string({ error: `must be ${what}` }).min(1, { error: `must not be empty; it must be ${what}` })
}

/** `true` or `false`. */
export function flag() {
  return z.boolean({ error: 'must be true or false' })
}

/** A whole number of at least `min` and at most `max`. */
export function integer(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error })
}

/** US dollars per so many of something, 0 or more. */
export function usdPer(amount: 'million tokens' | '1,000 searches') {
  const error = `must be a number of US dollars per ${amount}, 0 or more`
  return z.number({ error }).min(0, { error })
}

/** A duration such as `500ms`, `5s`, `2m` or `1h`, up to 24h, read as milliseconds. */
export function duration(min: number) {
  const error = `must be a duration such as 500ms, 5s, 2m or 1h, from ${min === 0 ? '0s' : `${min}ms`} to 24h`
  return z.string({ error }).transform((written, context) => {
    const length = quantity(/^(\d{1,12})(ms|s|m|h)$/.exec(written), MS)
    if (length >= min && length <= DAY) return length
    context.addIssue({ code: 'custom', message: error })
    return z.NEVER
  })
}

/** A size such as `32MiB`, `64KiB` or `1000`, read as bytes. */
export function size(min: number, max: number) {
  const error = `must be a size such as 32MiB, 64KiB or 1000 (bytes), from ${bytes(min)} to ${bytes(max)}`
  return z.union([z.string(), z.number()], { error }).transform((written, context) => {
    const length = quantity(/^(\d{1,12})(|KiB|MiB|GiB)$/.exec(String(written)), BYTES)
    if (length >= min && length <= max) return length
    context.addIssue({ code: 'custom', message: error })
    return z.NEVER
  })
}

/** Digits times what their unit is worth; NaN, which is in no range, without a match. */
function quantity(match: RegExpExecArray | null, worth: ReadonlyMap<string, number>): number {
  const [, digits, unit = ''] = match ?? []
  return Number(digits ?? Number.NaN) * (worth.get(unit) ?? Number.NaN)
}

function bytes(count: number): string {
  return count % MIB === 0 ? `${count / MIB}MiB` : `${count / 1024}KiB`
}

/** One of `allowed`. What was written is not repeated: it may have come from a secret. */
export function oneOf(allowed: readonly string[], what: string) {
  const error = `must be ${what}: ${listed(allowed)}`
  return z.string({ error }).superRefine((written, context) => {
    if (allowed.includes(written)) return
    context.addIssue({ code: 'custom', message: `${error}${didYouMean(written, allowed)}` })
  })
}

/** An absolute http or https URL without credentials, query or fragment, normalised to have no slash at its end. */
export function baseUrl() {
  const error = 'must be a URL such as https://api.example.com/v1'
  return z.string({ error }).transform((written, context) => {
    const url = /^https?:\/\/[^\s\\/]/i.test(written) && !/[\s\\]/.test(written) ? parsed(written) : undefined
    const message = url === undefined ? `${error}, starting with http:// or https://` : surplus(url, written)
    if (url !== undefined && message === undefined) return url.href.replace(/\/+$/, '')
    context.addIssue({ code: 'custom', message: message ?? error })
    return z.NEVER
  })
}

function parsed(written: string): URL | undefined {
  return URL.canParse(written) ? new URL(written) : undefined
}

function surplus(url: URL, written: string): string | undefined {
  if (url.username !== '' || url.password !== '') return 'must not hold credentials; use apiKey'
  if (written.includes('?') || written.includes('#')) return 'must have neither query (?) nor fragment (#)'
  return undefined
}
