import assert from 'node:assert/strict'
import { test } from 'node:test'
import { percentile, quotients, spread } from '../../bench/statistics.js'

test('the median of an odd number of values is the middle one, of an even number the mean of two', () => {
  assert.deepEqual(spread([9, 1, 5]), { median: 5, low: 1, high: 9 })
  assert.deepEqual(spread([4, 1, 2, 3]), { median: 2.5, low: 1, high: 4 })
})

test('a percentile is one of the values, whatever their order', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index)
  assert.equal(percentile(values, 0.5), 51)
  assert.equal(percentile(values, 0.99), 100)
  assert.equal(percentile(values, 1), 100)
  assert.ok(Number.isNaN(percentile([], 0.5)))
})

test('quotients pair measurements by round and leave out rounds without a divisor', () => {
  assert.deepEqual(quotients([4, 9, 5], [2, 3]), [2, 3])
  assert.deepEqual(quotients([4, 9], [0, 3]), [3])
})
