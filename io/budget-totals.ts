import { eachInSteps, inTurns, type Steps, type Turns } from '../core/turns.js'
import type { BucketState } from '../policies/budget/ledger.js'
import type { Rule } from '../policies/budget/rules.js'
import { readBucketKey } from './bucket-key.js'
import { type Schedule, within } from './ledger/deadline.js'
import { OWN_TURNS } from './own-turns.js'

/** Where figures about budgets come from. */
export interface BudgetSource {
  /** The rules in force; figures have no other names than theirs. */
  rules(): readonly Rule[]
  /** What the buckets hold; may reject, or never answer. */
  budgets(): Promise<readonly BucketState[]>
}

/** What is spent and reserved in all buckets of one budget, in nano-dollars. */
export interface BudgetTotal {
  readonly budget: string
  readonly committed: number
  readonly reserved: number
}

/** Milliseconds that a reader of metrics waits for the store. */
const DEADLINE = 1000

/** What it takes to read a key, in units of `Steps`. */
const KEY = 2

/**
 * A reader of the totals of all budgets in dollars. It answers in a second whatever the store does, with the figures before when
 * there are no new ones. Calls at the same time share one reading. There may be hundreds of thousands of buckets, which are added up in
 * turns with other work.
 */
export function budgetTotals(
  source: BudgetSource,
  schedule: Schedule,
  turns: Turns = OWN_TURNS,
): () => Promise<readonly BudgetTotal[]> {
  let known: readonly BudgetTotal[] = []
  let reading: Promise<readonly BudgetTotal[]> | undefined
  const read = async () => {
    try {
      const answer = await within(DEADLINE, schedule, () => source.budgets())
      if (answer.kind === 'answered') known = await inTurns(totalsOf(answer.value, source.rules()), turns)
      return known
    } finally {
      reading = undefined
    }
  }
  return () => {
    reading ??= read()
    return reading
  }
}

function* totalsOf(states: readonly BucketState[], rules: readonly Rule[]): Steps<readonly BudgetTotal[]> {
  const totals = new Map<string, { budget: string; committed: number; reserved: number }>()
  for (const { name, unit } of rules) {
    if (unit === 'usd') totals.set(name, { budget: name, committed: 0, reserved: 0 })
  }
  yield* eachInSteps(
    states,
    () => KEY,
    ({ bucket, committed, reserved }) => {
      const total = totals.get(bucket.budget)
      if (!total) return
      const { unit, share } = readBucketKey(bucket.key)
      // What a share holds, the bucket that it is a share of holds too.
      if (unit !== 'usd' || share) return
      total.committed += committed
      total.reserved += reserved
    },
  )
  return [...totals.values()]
}
