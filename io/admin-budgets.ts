import { z } from 'zod'
import { formatUsd } from '../core/money.js'
import { type BucketState, type Ledger, LedgerUnavailable } from '../policies/budget/ledger.js'
import type { Rule } from '../policies/budget/rules.js'
import { type Access, guarded } from './admin-access.js'
import { type AdminAnswer, type AdminRoute, type AdminTask, jsonAnswer } from './admin-route.js'
import { type BucketKey, readBucketKey } from './bucket-key.js'

export interface AdminBudgetsOptions extends Access {
  /** Undefined as long as nothing was ever counted. */
  ledger(): Pick<Ledger, 'list' | 'reset'> | undefined
  /** The rules in force. */
  rules(): readonly Rule[]
  /** A bucket was set to zero. */
  reset(fields: { readonly budget: string; readonly key: string }): void
}

/** A bucket as `GET /budgets` shows it. Amounts in `usd` are decimal strings of dollars, exact to the nano-dollar; others are integers. */
export interface BudgetRow {
  readonly budget: string
  readonly section: string
  readonly unit: string
  /** For whom it counts, as `user=ann, team=red`; empty when one bucket counts for all. */
  readonly subject: string
  /** What `POST /budgets/reset` takes. */
  readonly key: string
  readonly committed: string | number
  readonly reserved: string | number
  /** Never below zero. */
  readonly remaining: string | number
  readonly limit: string | number
  /** When its calendar window ends, in ISO 8601; null for rolling windows and for life. */
  readonly windowEnd: string | null
  /** `held`: nothing is left now, but some of it is only reserved and may come back. */
  readonly state: 'open' | 'held' | 'exhausted'
}

/** So many rows are sent at most. */
const MOST_ROWS = 10_000
const MOST_BODY = 64 * 1024

const RESET = z.strictObject({ key: z.string().min(1) })

/**
 * `GET /budgets` and `GET /budgets/{name}`: what the buckets hold, as `{ "buckets": BudgetRow[], "truncated": boolean }`; buckets that
 * hold nothing are not among them. `POST /budgets/reset` with `{ "key" }` sets one to zero: `{ "reset": boolean }`. 503 when the
 * store does not answer.
 */
export function adminBudgets(options: AdminBudgetsOptions): readonly AdminRoute[] {
  return guarded(options, [
    { method: 'GET', path: '/budgets', handle: () => unlessUnavailable(() => show(options, undefined)) },
    { method: 'GET', path: '/budgets/{name}', handle: ({ name }) => unlessUnavailable(() => show(options, name)) },
    { method: 'POST', path: '/budgets/reset', handle: (task) => unlessUnavailable(() => reset(options, task)) },
  ])
}

async function unlessUnavailable(answer: () => Promise<AdminAnswer>): Promise<AdminAnswer> {
  try {
    return await answer()
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error
    return jsonAnswer(503, { error: 'the store of budgets and limits does not answer' })
  }
}

async function show(options: AdminBudgetsOptions, name: string | undefined): Promise<AdminAnswer> {
  const states = (await options.ledger()?.list(name)) ?? []
  const rules = options.rules()
  if (name !== undefined && states.length === 0 && !rules.some((rule) => rule.name === name)) {
    return jsonAnswer(404, { error: `there is no budget or limit '${name}'` })
  }
  const buckets = states.slice(0, MOST_ROWS).map((state) => rowOf(state, rules))
  buckets.sort((a, b) => compare(a.budget, b.budget) || compare(a.key, b.key))
  return jsonAnswer(200, { buckets, truncated: states.length > MOST_ROWS })
}

async function reset(options: AdminBudgetsOptions, { headers, body }: AdminTask): Promise<AdminAnswer> {
  // Web pages may send any other type here without asking first.
  if (!/^application\/json *(;|$)/i.test(headers['content-type'] ?? '')) {
    return jsonAnswer(415, { error: "the body's content-type must be application/json" })
  }
  const text = await body(MOST_BODY)
  if (text === undefined) return jsonAnswer(413, { error: `the body is longer than ${MOST_BODY} bytes` })
  const read = RESET.safeParse(jsonIn(text))
  if (!read.success) return jsonAnswer(400, { error: 'the body must be {"key": "..."}, a key that GET /budgets shows' })
  const { key } = read.data
  const done = (await options.ledger()?.reset(key)) ?? false
  if (done) options.reset({ budget: key.split('/')[1] ?? '', key })
  return jsonAnswer(200, { reset: done })
}

function rowOf({ bucket, committed, reserved, limit }: BucketState, rules: readonly Rule[]): BudgetRow {
  const { key, budget, window } = bucket
  const read = readBucketKey(key)
  const amount = (value: number) => (read.unit === 'usd' ? formatUsd(BigInt(value)) : value)
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
    windowEnd: window.kind === 'calendar' ? new Date(window.end).toISOString() : null,
    state: left > 0 ? 'open' : committed < limit ? 'held' : 'exhausted',
  }
}

/** Values get their dimensions' names as long as the rule in force still counts by as many. */
function subjectOf({ subject, share }: BucketKey, each: Rule['each'] = []): string {
  const named = subject.map((value, index) => (each.length === subject.length ? `${each[index]}=${value}` : value))
  if (share) named.push(share.value === undefined ? `share without ${share.by}` : `share of ${share.by}=${share.value}`)
  return named.join(', ')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
