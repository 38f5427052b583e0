import { z } from 'zod'

const DATE = /^\d{4}-\d{2}-\d{2}$/
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/

/** A moment in ISO 8601 with its zone, or a date (its beginning in UTC), read as milliseconds since the epoch. */
export function instant() {
  const error = 'must be a moment such as 2026-05-01T00:00:00Z, or a date'
  return z
    .string({ error })
    .transform((text, context) => {
      const time = DATE.test(text) || INSTANT.test(text) ? Date.parse(text) : Number.NaN
      if (!Number.isNaN(time) && isDate(text.slice(0, 10))) return time
      context.addIssue({ code: 'custom', message: error })
      return z.NEVER
    })
    .meta({ examples: ['2026-05-01T00:00:00Z'] })
}

/** Whether a text is a day that there is; `Date` makes the first of March of the thirtieth of February. */
export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text
}

/** An amount of a bucket's unit: dollars as decimal text, or a whole number. */
export function amountText() {
  const error = 'must be dollars as text such as "12.50", or a whole number'
  return z.union([z.string().regex(/^-?\d{1,9}(\.\d{1,9})?$/, { error }), z.int({ error })], { error })
}

/** An amount in integers of the unit (nano-dollars for `usd`); undefined where it cannot be one of that unit. */
export function readAmount(written: string | number, unit: string): number | undefined {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(written)) ?? []
  if (whole === '' || (unit !== 'usd' && fraction !== '')) return undefined
  const size = unit === 'usd' ? BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0')) : BigInt(whole)
  const amount = Number(sign === '-' ? -size : size)
  return Number.isSafeInteger(amount) ? amount : undefined
}
