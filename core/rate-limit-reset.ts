import { retryAfterOf } from './failure.js'

type HeaderOf = (name: string) => string | undefined

/** How the vendors' headers on one limit are called: what is left of it, and when there is more. */
const LIMITS: readonly (readonly [remaining: string, reset: string])[] = [
  // OpenAI, Azure, Groq, Together, Cerebras: https://platform.openai.com/docs/guides/rate-limits
  ['x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'],
  ['x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens'],
  // Anthropic: https://docs.anthropic.com/en/api/rate-limits
  ['anthropic-ratelimit-requests-remaining', 'anthropic-ratelimit-requests-reset'],
  ['anthropic-ratelimit-tokens-remaining', 'anthropic-ratelimit-tokens-reset'],
  ['anthropic-ratelimit-input-tokens-remaining', 'anthropic-ratelimit-input-tokens-reset'],
  ['anthropic-ratelimit-output-tokens-remaining', 'anthropic-ratelimit-output-tokens-reset'],
  // OpenRouter and others: https://openrouter.ai/docs/api-reference/limits
  ['x-ratelimit-remaining', 'x-ratelimit-reset'],
]

/**
 * Seconds that an answer with 429 says to wait: its `retry-after`, else until the last of the limits that are used up begins
 * anew; undefined where it does not say. `now` is milliseconds since the epoch.
 */
export function waitOf(header: HeaderOf, now: number): number | undefined {
  const asked = retryAfterOf(header, now)
  if (asked !== undefined) return asked
  const waits = LIMITS.flatMap(([remaining, reset]) => {
    const left = header(remaining)
    const again = header(reset)
    if (left === undefined || again === undefined || !/^\s*0+(\.0+)?\s*$/.test(left)) return []
    return secondsUntil(again.trim(), now) ?? []
  })
  return waits.length === 0 ? undefined : Math.max(...waits)
}

const UNITS: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001 }
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|[dhms]))+$/
const PART = /(\d+(?:\.\d+)?)(ms|[dhms])/g

/** From here on a plain number is a time since the epoch, in seconds or, later still, in milliseconds. */
const EPOCH_SECONDS = 1e9
const EPOCH_MS = 1e12

/** `6m0s`, `12ms`, `59.7` (seconds), `1754000000` (since the epoch) or `2026-01-31T12:00:00Z`. */
function secondsUntil(text: string, now: number): number | undefined {
  if (DURATION.test(text)) {
    let seconds = 0
    for (const [, amount = '', unit = ''] of text.matchAll(PART)) seconds += Number(amount) * (UNITS[unit] ?? 0)
    return seconds
  }
  if (/^\d+(\.\d+)?$/.test(text)) {
    const value = Number(text)
    if (value < EPOCH_SECONDS) return value
    return Math.max(0, ((value < EPOCH_MS ? value * 1000 : value) - now) / 1000)
  }
  const date = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000)
}
