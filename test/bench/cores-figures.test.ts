import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coresFigures } from '../../bench/cores-figures.js'

test('two workers that share evenly and cost no more have twice the capacity', () => {
  const figures = coresFigures([{ requests: 1000, cpu: [400] }], [{ requests: 1000, cpu: [200, 200] }])
  assert.deepEqual([figures.capacity.median, figures.cost.median, figures.busiest.median], [2, 1, 0.5])
})

test('capacity is that of the busiest, and falls with what a request costs', () => {
  const figures = coresFigures([{ requests: 1000, cpu: [400] }], [{ requests: 2000, cpu: [500, 380] }])
  assert.deepEqual([figures.capacity.median, figures.cost.median.toFixed(2)], [1.6, '1.10'])
  assert.equal(figures.busiest.median.toFixed(3), '0.568')
})

test('each round is compared with the one beside it', () => {
  const one = [{ requests: 10, cpu: [10] }, { requests: 10, cpu: [20] }] // biome-ignore format: pairs
  const two = [{ requests: 10, cpu: [5, 5] }, { requests: 10, cpu: [10, 10] }] // biome-ignore format: pairs
  const { capacity } = coresFigures(one, two)
  assert.deepEqual([capacity.low, capacity.high], [2, 2])
})
