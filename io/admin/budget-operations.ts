import { z } from 'zod'
import { eachInSteps, inTurns, mapInSteps, type Steps, type Turns } from '../../core/turns.js'
import { type BucketState, type Ledger, LedgerUnavailable, type Raise } from '../../policies/budget/ledger.js'
import type { Rule } from '../../policies/budget/rules.js'
import { readBucketKey } from '../bucket-key.js'
import { systemSchedule, within } from '../ledger/deadline.js'
import { OWN_TURNS } from '../own-turns.js'
import type { Forecast } from '../spend/forecast.js'
import { BUDGET_ROW, rowOf, shownAmount } from './budget-rows.js'
import { type KeyOwner, seesBucket } from './budget-scope.js'
import { type Answer, json, type Operation, type Principal, ROLES, written } from './operation.js'
import { amountText, readAmount } from './query-values.js'
import { isEverything } from './scope.js'
import { operation } from './typed-operation.js'

export interface BudgetOperationsOptions {
  /** Undefined as long as nothing was ever counted. */
  ledger(): Pick<Ledger, 'list' | 'reset' | 'raise'> | undefined
  /** The rules in force. */
  rules(): readonly Rule[]
  /** Whose the virtual keys are, by their ids. */
  keyOwners?(): ReadonlyMap<string, KeyOwner>
  /** When buckets will be gone, by their keys; those of which nothing can be said are left out. Without it budgets are shown all the same. */
  forecasts?(states: readonly BucketState[]): Promise<ReadonlyMap<string, Forecast>>
  /** There are no forecasts now. */
  failed?(error: unknown): void
  /** What was taken from a bucket, or how its limit was raised. `amount` is below zero where something was taken away. */
  changed(change: BudgetChange): void
  /** There may be hundreds of thousands of buckets. */
  readonly turns?: Turns
}

/** Somebody changed a bucket. Amounts are in its unit (nano-dollars for `usd`). */
export type BudgetChange =
  | {
      readonly kind: 'reset'
      readonly budget: string
      readonly key: string
      readonly taken: number
      readonly by: string
    }
  | {
      readonly kind: 'raised'
      readonly budget: string
      readonly key: string
      readonly limit: number
      readonly by: string
    }

/** So many rows are sent at most. */
const MOST_ROWS = 10_000

/** What it takes to see whose a bucket is, and to show it, in units of `Steps`. */
const SEEING = 16
const SHOWING = 64

/** Milliseconds that whoever looks at budgets waits for their forecasts. */
const FORECAST_DEADLINE = 5_000

const KEY = z.string({ error: 'must be a key that GET /budgets shows' }).min(1).max(8192)
const RESET = z.strictObject({ key: KEY })
const RAISE = z
  .strictObject({
    key: KEY.optional(),
    budget: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'In place of `key`, with `subject` where it counts for each of several' }),
    subject: z
      .string()
      .optional()
      .meta({ description: 'As GET /budgets shows it', examples: ['user=ann'] }),
    by: amountText().optional().meta({
      description:
        'What is added to the limit: dollars as decimal text, or a whole number; below zero it is taken back, at most to what is configured',
    }),
    limit: amountText().optional().meta({ description: 'The limit from now on, in place of `by`' }),
    until: z.literal('window').optional().meta({
      description:
        'The only choice: until the window ends; of a rolling one, for its length from now; of one for life, for good',
    }),
  })
  .refine(({ key, budget }) => (key === undefined) !== (budget === undefined), { error: 'needs either key or budget' })
  .refine(({ by, limit }) => (by === undefined) !== (limit === undefined), { error: 'needs either by or limit' })

const SHOWN = z.object({ buckets: z.array(BUDGET_ROW), truncated: z.boolean() })
const RAISED = z.object({
  raised: z.boolean().meta({ description: 'False where there is no such bucket' }),
  limit: z.union([z.string(), z.int()]).optional(),
  until: z.string().nullable().optional().meta({ description: 'Null for good' }),
})

/**
 * What the buckets of budgets and limits hold, with when they will be gone; resetting and raising them. Buckets that hold nothing are
 * not among them. 503 when the store does not answer.
 */
export function budgetOperations(options: BudgetOperationsOptions): readonly Operation[] {
  const reads = { method: 'GET', tag: 'budgets', roles: ROLES, effect: 'reads' } as const
  const changes = { method: 'POST', tag: 'budgets', roles: ['admin'], effect: 'changes' } as const
  const unknown = { description: 'There is no such budget or limit' }
  return [
    {
      ...reads,
      path: '/budgets',
      id: 'listBudgets',
      summary: 'What budgets and limits hold, what is left, and when it will be gone',
      answers: { 200: { description: 'The buckets that hold something', json: SHOWN } },
      handle: ({ principal }) => unlessUnavailable(() => show(options, principal, undefined)),
    },
    {
      ...reads,
      path: '/budgets/{name}',
      id: 'getBudget',
      summary: 'The same of one budget or limit',
      answers: { 200: { description: 'Its buckets that hold something', json: SHOWN }, 404: unknown },
      handle: ({ principal, parameters }) => unlessUnavailable(() => show(options, principal, parameters['name'])),
    },
    operation({
      ...changes,
      path: '/budgets/reset',
      id: 'resetBudget',
      summary: 'Sets what is spent in one bucket to zero',
      body: RESET,
      answers: { 200: { description: 'Whether there was such a bucket', json: z.object({ reset: z.boolean() }) } },
      handle: ({ principal, body, note }) => unlessUnavailable(() => reset(options, principal, body.key, note)),
    }),
    operation({
      ...changes,
      path: '/budgets/raise',
      id: 'raiseBudget',
      summary: "Raises one bucket's limit for its present window, on every instance",
      body: RAISE,
      answers: { 200: { description: 'The limit in force', json: RAISED }, 404: unknown },
      handle: ({ principal, body, note }) => unlessUnavailable(() => raise(options, principal, body, note)),
    }),
  ]
}

type Note = Parameters<Operation['handle']>[0]['note']

async function unlessUnavailable(answer: () => Promise<Answer>): Promise<Answer> {
  try {
    return await answer()
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error
    return json(503, { error: 'the store of budgets and limits does not answer' })
  }
}

async function show(options: BudgetOperationsOptions, principal: Principal, name: string | undefined): Promise<Answer> {
  const { turns = OWN_TURNS } = options
  const states = (await options.ledger()?.list(name)) ?? []
  const rules = options.rules()
  if (name !== undefined && states.length === 0 && !rules.some((rule) => rule.name === name)) {
    return json(404, { error: `there is no budget or limit '${name}'` })
  }
  const ownership = { rules, keys: (!isEverything(principal) && options.keyOwners?.()) || new Map<string, KeyOwner>() }
  const isSeen = (state: BucketState) => seesBucket(principal, state, ownership)
  const seen = await inTurns(those(states, isSeen), turns)
  const shown = seen
    .slice(0, MOST_ROWS)
    .sort((a, b) => compare(a.bucket.budget, b.bucket.budget) || compare(a.bucket.key, b.bucket.key))
  const forecasts = await forecastsOf(options, shown)
  const row = (state: BucketState) => JSON.stringify(rowOf(state, rules, forecasts?.get(state.bucket.key)))
  const rows = await inTurns(mapInSteps(shown, SHOWING, row), turns)
  return written(200, `{"buckets":[${rows.join(',')}],"truncated":${seen.length > MOST_ROWS}}`)
}

/** Those that `isOne` is true of. */
function* those(states: readonly BucketState[], isOne: (state: BucketState) => boolean): Steps<readonly BucketState[]> {
  const found: BucketState[] = []
  yield* eachInSteps(
    states,
    () => SEEING,
    (state) => {
      if (isOne(state)) found.push(state)
    },
  )
  return found
}

/** Whatever becomes of them, the budgets are shown. */
async function forecastsOf(
  { forecasts, failed }: BudgetOperationsOptions,
  states: readonly BucketState[],
): Promise<ReadonlyMap<string, Forecast> | undefined> {
  if (!forecasts || states.length === 0) return undefined
  const made = await within(FORECAST_DEADLINE, systemSchedule, () => forecasts(states))
  if (made.kind === 'answered') return made.value
  failed?.(made.kind === 'failed' ? made.cause : new Error('the forecasts of budgets took too long'))
  return undefined
}

async function reset(
  options: BudgetOperationsOptions,
  { name: by }: Principal,
  key: string,
  note: Note,
): Promise<Answer> {
  note({ key })
  const taken = (await options.ledger()?.reset(key)) ?? false
  if (taken === false) return json(200, { reset: false })
  note({ taken })
  options.changed({ kind: 'reset', budget: budgetOf(key), key, taken, by })
  return json(200, { reset: true })
}

async function raise(
  options: BudgetOperationsOptions,
  { name }: Principal,
  body: z.infer<typeof RAISE>,
  note: Note,
): Promise<Answer> {
  const key = body.key ?? (await keyOf(options, body.budget ?? '', body.subject ?? ''))
  if (key === undefined)
    return json(404, { error: 'no bucket of that budget holds anything for that subject; name its key' })
  const { unit } = readBucketKey(key)
  const change = changeIn(body, unit)
  if (change === undefined) {
    const what = unit === 'usd' ? 'dollars with at most nine decimals' : 'a whole number'
    return json(400, { error: `the body's by or limit: must be ${what}` })
  }
  note({ key, [change.kind]: change.amount })
  const done = await options.ledger()?.raise(key, change)
  if (!done) return json(200, { raised: false })
  note({ limit: done.limit })
  options.changed({ kind: 'raised', budget: budgetOf(key), key, limit: done.limit, by: name })
  const until = done.until === undefined ? null : new Date(done.until).toISOString()
  return json(200, { raised: true, limit: shownAmount(unit, done.limit), until })
}

/** The bucket of a budget for a subject, of those that hold something; not one of a share. */
async function keyOf(options: BudgetOperationsOptions, budget: string, subject: string): Promise<string | undefined> {
  const rules = options.rules()
  const states = (await options.ledger()?.list(budget)) ?? []
  const isFor = (state: BucketState) => rowOf(state, rules, undefined).subject === subject
  const found = await inTurns(those(states, isFor), options.turns ?? OWN_TURNS)
  return found.length === 1 ? found[0]?.bucket.key : undefined
}

function changeIn({ by, limit }: z.infer<typeof RAISE>, unit: string): Raise | undefined {
  const written = by ?? limit
  const amount = written === undefined ? undefined : readAmount(written, unit)
  if (amount === undefined) return undefined
  return { kind: by === undefined ? 'to' : 'by', amount }
}

function budgetOf(key: string): string {
  return key.split('/')[1] ?? ''
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
