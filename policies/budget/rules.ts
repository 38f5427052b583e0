/** What the configuration's `budgets` and `limits` say, validated and with names resolved. */

export const UNITS = ['usd', 'tokens', 'inputTokens', 'outputTokens', 'requests', 'concurrent'] as const

/** What is counted: nano-dollars, tokens, requests, or requests that are open at the same time. */
export type Unit = (typeof UNITS)[number]

/**
 * What a request is known by. `label` is what it is classified as; `model` is the name that the client used; `provider` matches when any target
 * of the chain is there.
 */
export const DIMENSIONS = ['user', 'team', 'organization', 'key', 'model', 'provider', 'route', 'label'] as const
export type Dimension = (typeof DIMENSIONS)[number] | `tag:${string}`

/** All must hold. A request without the dimension matches only `not`. */
export type Match = ReadonlyMap<Dimension, { readonly kind: 'in' | 'not'; readonly values: readonly string[] }>

/** Calendar units begin at midnight in `timeZone` (weeks on Monday); `hour` and `minute` likewise follow its wall clock. */
export type Period =
  | { readonly kind: 'calendar'; readonly unit: CalendarUnit; readonly timeZone: string }
  /** `slices` is the precision. */
  | { readonly kind: 'rolling'; readonly length: number; readonly slices: number }
  | { readonly kind: 'life' }

export const CALENDAR_UNITS = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const
export type CalendarUnit = (typeof CALENDAR_UNITS)[number]

export type OnExhausted =
  | { readonly kind: 'refuse' }
  /** Serve by this configured model instead. */
  | { readonly kind: 'use'; readonly model: string }
  /** Hold the request for at most so many milliseconds until something is freed. */
  | { readonly kind: 'wait'; readonly atMost: number }
  /** Count, warn, and let it pass. */
  | { readonly kind: 'alert' }

export type OnStoreDown = 'refuse' | 'admit' | 'local-share'

/** What the budgets of virtual keys are called, in errors, in metrics and where budgets are shown. */
export const KEY_BUDGET = 'virtual-key'

/** One limit on one unit; a `limits` entry with requests and tokens becomes two rules. */
export interface Rule {
  readonly name: string
  /** Decides the error: `budget_exceeded` or `rate_limit_exceeded`. */
  readonly section: 'budgets' | 'limits'
  readonly match: Match
  /** One counter for each combination of these; a request that lacks one of them is not counted by this rule. Empty: one for all. */
  readonly each: readonly Dimension[]
  readonly unit: Unit
  /** In the unit; nano-dollars for `usd`. */
  readonly limit: number
  readonly period: Period
  readonly onExhausted: OnExhausted
  readonly onStoreDown: OnStoreDown
  readonly onLost: 'charge' | 'release'
  /** Lower the request's output cap to what the budget can still pay instead of refusing. */
  readonly clampOutput: boolean
  /** Output tokens reserved where the client set no cap. */
  readonly assumeOutput: number
  /** What becomes of a stream whose reservation is used up and cannot be extended. */
  readonly onStreamLimit: 'stop' | 'continue'
  /** The largest part (0 to 1) of the limit that one `by` may use. */
  readonly fairShare?: { readonly by: Dimension; readonly most: number }
}
