import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sortedInSteps } from '../../core/sorted.js'
import { AT_ONCE, atOnce } from '../../core/turns.js'

const byKey = (left: readonly number[], right: readonly number[]) => (left[0] ?? 0) - (right[0] ?? 0)

test('items are sorted as toSorted does it, equal ones in the order in which they came', () => {
  const keys = fc.oneof(fc.array(fc.nat(50)), fc.array(fc.nat(500), { minLength: 5000, maxLength: 20_000 }))
  fc.assert(
    fc.property(keys, (keys) => {
      const items = keys.map((key, index) => [key, index])
      assert.deepEqual(atOnce(sortedInSteps(items, byKey)), items.toSorted(byKey))
    }),
    { numRuns: 50 },
  )
})

test('what is in order stays the same list, and no step is long', () => {
  const items = Array.from({ length: 100_000 }, (_, index) => [index])
  assert.equal(atOnce(sortedInSteps(items, byKey)), items)
  const steps = sortedInSteps(items.toReversed(), byKey)
  let yields = 0
  for (let step = steps.next(); !step.done; step = steps.next(), yields++) assert.ok(step.value <= AT_ONCE / 4)
  assert.ok(yields > 40, `${yields} yields`)
})
