import { z } from 'zod'
import { formatUsd } from '../../core/money.js'
import type { BucketState } from '../../policies/budget/ledger.js'
import type { Rule } from '../../policies/budget/rules.js'
import { type BucketKey, readBucketKey } from '../bucket-key.js'
import type { Forecast } from '../spend/forecast.js'

const AMOUNT = z.union([z.string(), z.int()])

const FORECAST = z.object({
  exhaustedAt: z
    .string()
    .nullable()
    .meta({ description: 'The median of when the limit is reached; null where not in this window' }),
  earliest: z.string().nullable().meta({ description: 'One in ten futures is earlier' }),
  latest: z.string().nullable().meta({ description: 'One in ten futures is later' }),
  probability: z.number().meta({ description: 'Of reaching the limit before the window ends' }),
  projected: AMOUNT.meta({
    description: 'What the window will have taken at its end: the median, and the ends of an 80 % interval',
  }),
  projectedLow: AMOUNT,
  projectedHigh: AMOUNT,
})

/** The shape of a row. */
export const BUDGET_ROW = z.object({
  budget: z.string(),
  section: z.string(),
  unit: z.string(),
  subject: z.string(),
  key: z.string(),
  committed: AMOUNT,
  reserved: AMOUNT,
  remaining: AMOUNT,
  limit: AMOUNT,
  raised: AMOUNT,
  windowEnd: z.string().nullable(),
  state: z.enum(['open', 'held', 'exhausted']),
  forecast: FORECAST.nullable(),
})

/** A bucket as `GET /budgets` shows it. Amounts in `usd` are decimal strings of dollars, exact to the nano-dollar; others are integers. */
export interface BudgetRow {
  readonly budget: string
  readonly section: string
  readonly unit: string
  /** For whom it counts, as `user=ann, team=red`; empty when one bucket counts for all. */
  readonly subject: string
  /** What `POST /budgets/reset` and `POST /budgets/raise` take. */
  readonly key: string
  readonly committed: Amount
  readonly reserved: Amount
  /** Never below zero. */
  readonly remaining: Amount
  /** With what it is raised by. */
  readonly limit: Amount
  readonly raised: Amount
  /** When its calendar window ends, in ISO 8601; null for rolling windows and for life. */
  readonly windowEnd: string | null
  /** `held`: nothing is left now, but some of it is only reserved and may come back. */
  readonly state: 'open' | 'held' | 'exhausted'
  /** Null where there is nothing to go by. */
  readonly forecast: ForecastRow | null
}

export type Amount = string | number

type ForecastRow = Omit<Forecast, 'projected' | 'projectedLow' | 'projectedHigh'> &
  Readonly<Record<'projected' | 'projectedLow' | 'projectedHigh', Amount>>

/** A bucket as it is shown. `rules` are those in force. */
export function rowOf(state: BucketState, rules: readonly Rule[], forecast: Forecast | undefined): BudgetRow {
  const { bucket, committed, reserved, limit, raised = 0 } = state
  const { key, budget, window } = bucket
  const read = readBucketKey(key)
  const amount = (value: number) => shownAmount(read.unit, value)
  const left = limit - committed - reserved
  return {
    budget,
    section: read.section,
    unit: read.unit,
    subject: subjectOf(read, rules.find((rule) => rule.name === budget)?.each),
    key,
    committed: amount(committed),
    reserved: amount(reserved),
    remaining: amount(Math.max(0, left)),
    limit: amount(limit),
    raised: amount(raised),
    windowEnd: window.kind === 'calendar' ? new Date(window.end).toISOString() : null,
    state: left > 0 ? 'open' : committed < limit ? 'held' : 'exhausted',
    forecast: forecast ? forecastRow(forecast, amount) : null,
  }
}

/** Dollars as exact text, other units as they are. */
export function shownAmount(unit: string, value: number): Amount {
  return unit === 'usd' ? formatUsd(BigInt(Math.round(value))) : value
}

function forecastRow(forecast: Forecast, amount: (value: number) => Amount): ForecastRow {
  const { projected, projectedLow, projectedHigh } = forecast
  return {
    ...forecast,
    ...{ projected: amount(projected), projectedLow: amount(projectedLow), projectedHigh: amount(projectedHigh) },
  }
}

/** Values get their dimensions' names as long as the rule in force still counts by as many. */
function subjectOf({ subject, share }: BucketKey, each: Rule['each'] = []): string {
  const named = subject.map((value, index) => (each.length === subject.length ? `${each[index]}=${value}` : value))
  if (share) named.push(share.value === undefined ? `share without ${share.by}` : `share of ${share.by}=${share.value}`)
  return named.join(', ')
}
