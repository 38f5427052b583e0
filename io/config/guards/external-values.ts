import { z } from 'zod'
import type { Window } from '../../../policies/guardrails/external/settings.js'
import { byShape } from '../by-shape.js'
import { AT_KEY } from '../maps.js'
import { listed } from '../suggest.js'
import { duration, integer, oneOf, text } from '../values.js'

/** UTF-16 units; less is no context to judge by. */
const LEAST_WINDOW = 100
const MOST_WINDOW = 100_000

/** How much of an answer a service is shown at once. */
export function window(otherwise: Window) {
  const whole = oneOf(['whole'], `a whole number from ${LEAST_WINDOW} to ${MOST_WINDOW}, or this word`)
  return byShape<Window>((input) =>
    typeof input === 'number' ? integer(LEAST_WINDOW, MOST_WINDOW) : whole.transform((): Window => 'whole'),
  ).prefault(otherwise)
}

/** How long a verdict is good for; 0s to ask each time. */
export function cache(otherwise: number) {
  return duration(0).default(otherwise)
}

/** An API key, or none. */
export function apiKey() {
  const key = 'a key of printable ASCII characters without spaces'
  return text(key)
    .regex(/^[\x21-\x7e]*$/, { error: `must be ${key}` })
    .optional()
}

/** The keys of a map, each one of these. */
export function keyAmong(names: readonly string[], what: string) {
  return z.string().refine((name) => names.includes(name), {
    error: `is no ${what}; allowed: ${listed(names)}`,
    params: AT_KEY,
  })
}

/** A number, or `off`. */
export function unlessOff(number: z.ZodType<number>, what: string) {
  const off = oneOf(['off'], `${what}, or this word`)
  return byShape<number | 'off'>((input) =>
    typeof input === 'number' ? number : off.transform((): number | 'off' => 'off'),
  )
}
