import { z } from 'zod'
import { didYouMean, listed } from './suggest.js'

/** Issues of a map's key, as opposed to its value, carry this. */
export const AT_KEY = { at: 'key' } as const

/** A map with exactly these keys. Unknown keys are refused, one line of the message for each. */
export function keyed<const Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess(toObject, strict(shape))
}

/** As `keyed`, for a section that may be left out or left empty: its keys' defaults apply. */
export function section<const Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess((input) => toObject(input ?? new Map()), strict(shape))
}

/** A map from names to values, in the file's order; it must have an entry unless `least` is 0. */
export function named<Value extends z.ZodType>(names: z.ZodString, value: Value, least: 0 | 1, what: string) {
  const error = `must be a map of ${what}`
  return z.map(names, value, { error }).min(least, { error: `must not be empty; it ${error}` })
}

/** As `named`, for a section that may be left out or left empty. */
export function namedSection<Value extends z.ZodType>(names: z.ZodString, value: Value, what: string) {
  return z.preprocess((input) => input ?? new Map(), named(names, value, 0, what))
}

/** The names of providers: they appear in Envoy's configuration and in metrics. */
export function providerName() {
  const error = 'is not a provider name; 1 to 64 of A-Z a-z 0-9 . _ - are allowed'
  return z.string({ error }).refine((name) => /^[A-Za-z0-9._-]{1,64}$/.test(name), { error, params: AT_KEY })
}

/** The names of models, as a map's key. */
export function modelKey() {
  return z.string().refine(isModelName, { error: `is not a model name; ${MODEL_NAME}`, params: AT_KEY })
}

/** The name of a model, as a value. */
export function modelName() {
  const error = `must be a model name; ${MODEL_NAME}`
  return z.string({ error }).refine(isModelName, { error })
}

const MODEL_NAME = '1 to 256 printable characters without spaces are allowed'

function isModelName(name: string): boolean {
  return name.length <= 256 && /^[^\s\p{C}\p{Z}]+$/u.test(name)
}

function toObject(input: unknown): unknown {
  return input instanceof Map ? Object.fromEntries(input) : null
}

function strict<const Shape extends z.ZodRawShape>(shape: Shape) {
  const allowed = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return `must be a map with the keys ${listed(allowed)}`
      return issue.keys
        .map((key) => `is an unknown key; allowed: ${listed(allowed)}${didYouMean(key, allowed)}`)
        .join('\n')
    },
  })
}
