import { formatUsd } from '../../core/money.js'
import { eachInSteps, type Steps } from '../../core/turns.js'
import type { BucketState } from '../budget/ledger.js'
import type { Rule } from '../budget/rules.js'

/** A bucket as alerts speak of it. */
export interface NamedBucket {
  readonly state: BucketState
  readonly unit: string
  /** For whom it counts, as `user=ann`; empty where it counts for all. */
  readonly subject: string
  /** The teams that it is about; none where it is about others too. */
  readonly teams: readonly string[]
}

/** What a bucket's key tells. */
export interface KeyParts {
  readonly section: string
  readonly unit: string
  readonly subject: readonly string[]
  readonly share?: unknown
}

/** What it takes to name a bucket, in units of `Steps`. */
const NAMING = 8

/** The buckets of budgets that are worth alerts: those of limits come and go, and shares are within others. */
export function* namedBuckets(
  states: readonly BucketState[],
  rules: readonly Rule[],
  partsOf: (key: string) => KeyParts,
): Steps<readonly NamedBucket[]> {
  // A limit may have a budget's name, and comes after it.
  const byName = new Map(rules.toReversed().map((rule) => [rule.name, rule]))
  const buckets: NamedBucket[] = []
  yield* eachInSteps(
    states,
    () => NAMING,
    (state) => {
      const { section, unit, subject, share } = partsOf(state.bucket.key)
      if (section === 'limits' || unit === 'concurrent' || share !== undefined || state.limit <= 0) return
      const rule = byName.get(state.bucket.budget)
      const each = rule?.each.length === subject.length ? rule.each : []
      const named = subject.map((value, index) => (each[index] === undefined ? value : `${each[index]}=${value}`))
      buckets.push({ state, unit, subject: named.join(', '), teams: teamsOf(rule, subject) })
    },
  )
  return buckets
}

function teamsOf(rule: Rule | undefined, subject: readonly string[]): readonly string[] {
  const index = rule?.each.length === subject.length ? rule.each.indexOf('team') : -1
  const own = subject[index]
  if (own !== undefined) return [own]
  const matched = rule?.match.get('team')
  return matched?.kind === 'in' ? matched.values : []
}

/** An amount as people read it: dollars to the cent, or a number with its unit. */
export function spoken(unit: string, amount: number): string {
  if (unit !== 'usd') return `${Math.round(amount).toLocaleString('en-US')} ${unit}`
  return `$${(amount / 1e9).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
}

/** An amount as programs read it: exact decimal dollars, or an integer. */
export function written(unit: string, amount: number): string | number {
  return unit === 'usd' ? formatUsd(BigInt(Math.round(amount))) : Math.round(amount)
}

/** The budget and whom its bucket is for. */
export function nameOf({ state, subject }: NamedBucket): string {
  return subject === '' ? state.bucket.budget : `${state.bucket.budget} (${subject})`
}

/** What every alert on a bucket tells. */
export function bucketFacts({ state, unit, subject }: NamedBucket): Readonly<Record<string, string | number | null>> {
  const { bucket, committed, limit } = state
  return {
    ...{ budget: bucket.budget, bucket: bucket.key, for: subject, unit },
    ...{ committed: written(unit, committed), limit: written(unit, limit) },
    windowEnd: bucket.window.kind === 'calendar' ? new Date(bucket.window.end).toISOString() : null,
  }
}

const YEAR = 365 * 86_400_000

/** When an alert on a bucket is forgotten at the latest. */
export function forgottenAt({ state: { bucket } }: NamedBucket, now: number): number {
  return bucket.window.kind === 'calendar' ? bucket.window.end + 3_600_000 : now + YEAR
}
