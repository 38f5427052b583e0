import type { Dimension } from '../budget/rules.js'

/** What a rule can look at besides what budgets know a request by. `region` is that of the target's provider. */
export type AccessDimension = Dimension | 'role' | 'region'

/** Some networks, as IP addresses are asked for in them. */
export interface NetworkSet {
  /** Whether one of them has the address. */
  has(address: string): boolean
}

/** A day of a month: from 1, or its last one. */
export type MonthDay = number | 'last'

/** Days from a first to a last one, both included. */
export interface DayRange<Day> {
  readonly first: Day
  readonly last: Day
}

/**
 * When something holds, by the wall clock of a time zone: on days that are in all of the lists that are given, from one time of day
 * to another. Where it ends before it begins it goes over midnight, and belongs to the day on which it begins.
 */
export interface TimeWindow {
  readonly zone: string
  /** 0 is Sunday. */
  readonly days?: readonly number[]
  readonly monthDays?: readonly DayRange<MonthDay>[]
  /** Dates as days since the epoch. */
  readonly dates?: readonly DayRange<number>[]
  /** Milliseconds since midnight, on the wall clock: the first that is inside, and the first that is not. */
  readonly from: number
  readonly to: number
}

/** One condition of a rule; `not` holds where none of what is listed does. */
export type AccessCondition = { readonly how: 'in' | 'not' } & (
  | { readonly kind: 'value'; readonly dimension: AccessDimension; readonly values: readonly string[] }
  | { readonly kind: 'network'; readonly networks: NetworkSet; readonly written: readonly string[] }
  | { readonly kind: 'time'; readonly windows: readonly TimeWindow[] }
)

export type Effect = 'allow' | 'deny'

/** One rule on calls. All conditions must hold; a rule without any is for every call. */
export interface AccessRule {
  readonly name: string
  readonly effect: Effect
  readonly conditions: readonly AccessCondition[]
  /** What clients are told beside the rule's name. */
  readonly reason?: string | undefined
}

/** The configuration's `access`: for each target of a call the first rule that matches decides. */
export interface AccessSettings {
  /** What is done with a call that no rule is for. */
  readonly byDefault: Effect
  readonly rules: readonly AccessRule[]
}

/** What denies where no rule of the configuration does, in logs and metrics; no rule can have these names. */
export const DEFAULT_RULE = 'default'
export const GRANT_RULE = 'key'
