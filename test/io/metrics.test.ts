import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics, type SpendingSource } from '../../io/metrics.js'
import { type BucketState, LedgerUnavailable } from '../../policies/budget/ledger.js'
import { ruleOf, statesOf } from '../support/buckets.js'

const eng = ruleOf({ name: 'eng', each: ['user'], fairShare: { by: 'team', most: 0.5 } })
const idle = ruleOf({ name: 'idle' })
const requests = ruleOf({ name: 'calls', section: 'limits', unit: 'requests' })
const rules = [eng, idle, requests]

const STATES = [
  ...statesOf(eng, { committed: 1_500_000_000, reserved: 250_000_000 }, { user: 'ann-4711' }),
  ...statesOf(eng, { committed: 2_000_000_001, reserved: 0 }, { user: 'bob', team: 'red' }),
  ...statesOf(requests, { committed: 7, reserved: 1 }),
  ...statesOf(ruleOf({ name: 'of-another-configuration' }), { committed: 5, reserved: 5 }),
]

const source = (members: Partial<SpendingSource> = {}): SpendingSource => ({
  rules: () => rules,
  budgets: async () => STATES,
  storeUp: () => true,
  ...members,
})

const budgetLines = (text: string) => text.split('\n').filter((line) => /^tollgate_(budget|store)/.test(line))

test('budgets in dollars are summed over their subjects, each amount once, under configured names only', async () => {
  const text = await createMetrics(() => 0, { spending: source() }).text()
  assert.deepEqual(budgetLines(text), [
    'tollgate_budget_spent_usd{budget="eng"} 3.500000001',
    'tollgate_budget_spent_usd{budget="idle"} 0',
    'tollgate_budget_reserved_usd{budget="eng"} 0.25',
    'tollgate_budget_reserved_usd{budget="idle"} 0',
    'tollgate_store_up 1',
  ])
  assert.doesNotMatch(text, /ann-4711/)
})

test('a bucket whose window has ended counts no more', async () => {
  let states: readonly BucketState[] = STATES
  const metrics = createMetrics(() => 0, { spending: source({ budgets: async () => states }) })
  await metrics.text()
  states = []
  assert.match(await metrics.text(), /^tollgate_budget_spent_usd\{budget="eng"\} 0$/m)
})

test('a store that is down leaves the figures before and is told', async () => {
  let up = true
  const budgets = async () => {
    if (!up) throw new LedgerUnavailable('down')
    return STATES
  }
  const metrics = createMetrics(() => 0, { spending: source({ budgets, storeUp: () => up }) })
  const before = budgetLines(await metrics.text())
  up = false
  const after = budgetLines(await metrics.text())
  assert.deepEqual(after, [...before.slice(0, -1), 'tollgate_store_up 0'])
})

test('refusals are counted by budget, and without a source of budgets nothing is said of them', async () => {
  const metrics = createMetrics(() => 0)
  metrics.refused('eng')
  metrics.refused('eng')
  assert.deepEqual(budgetLines(await metrics.text()), ['tollgate_budget_refused_total{budget="eng"} 2'])
})
