import assert from 'node:assert/strict'
import { test } from 'node:test'
import { budgetTotals } from '../../io/budget-totals.js'
import type { BucketState } from '../../policies/budget/ledger.js'
import { ruleOf, statesOf } from '../support/buckets.js'
import { createFakeTime } from './ledger/fake-time.js'

const rule = ruleOf({ name: 'eng' })
const EARLIER = [{ budget: 'eng', committed: 1, reserved: 2 }]
const NOW = [{ budget: 'eng', committed: 3, reserved: 4 }]

/** A store whose answers are given one by one, and a reader of its totals. */
function reader() {
  const time = createFakeTime()
  const asked: ((states: readonly BucketState[]) => void)[] = []
  const read = budgetTotals(
    { rules: () => [rule], budgets: () => new Promise((resolve) => asked.push(resolve)) },
    time.schedule,
  )
  const answer = (at: number, committed: number, reserved: number) =>
    asked[at]?.(statesOf(rule, { committed, reserved }))
  return { time, asked, read, answer }
}

test('a store that hangs costs a second, leaves the figures before, and is asked anew the next time', async () => {
  const { time, asked, read, answer } = reader()
  const first = read()
  answer(0, 1, 2)
  assert.deepEqual(await first, EARLIER)
  let answered = 0
  const hanging = read().finally(() => (answered += 1))
  await time.advance(999)
  assert.equal(answered, 0)
  await time.advance(1)
  assert.deepEqual(await hanging, EARLIER)
  const next = read()
  answer(2, 3, 4)
  assert.deepEqual([await next, asked.length], [NOW, 3])
  // Older than what is known by now.
  answer(1, 5, 6)
  await time.advance(0)
  const last = read()
  await time.advance(1000)
  assert.deepEqual(await last, NOW)
  assert.equal(time.timers(), 0)
})

test('readers at the same time share one reading', async () => {
  const { asked, read, answer } = reader()
  const both = [read(), read()]
  answer(0, 1, 2)
  assert.deepEqual([await Promise.all(both), asked.length], [[EARLIER, EARLIER], 1])
})

test('a store that fails before it ever answered leaves nothing to tell', async () => {
  const failing = { rules: () => [rule], budgets: () => Promise.reject(new Error('down')) }
  assert.deepEqual(await budgetTotals(failing, createFakeTime().schedule)(), [])
})

test('many buckets are added up in turns with other work', async () => {
  let pauses = 0
  const turns = { clock: { monotonic: () => 0 }, pause: async () => void pauses++ }
  const [state] = statesOf(rule, { committed: 3, reserved: 4 })
  assert.ok(state)
  const other = { ...state, bucket: { ...state.bucket, budget: 'another' } }
  const states = Array.from({ length: 50_000 }, (_, i) => (i % 2 === 0 ? state : other))
  const read = budgetTotals({ rules: () => [rule], budgets: async () => states }, createFakeTime().schedule, turns)
  assert.deepEqual(await read(), [{ budget: 'eng', committed: 75_000, reserved: 100_000 }])
  assert.ok(pauses >= 6, `${pauses} pauses`)
})
