import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coresFigures } from '../../bench/cores-figures.js'

test('two workers that share evenly and cost no more have twice the capacity', () => {
  const figures = coresFigures([{ requests: 1000, cpu: [400] }], [{ requests: 1000, cpu: [200, 200] }])
  assert.deepEqual([figures.capacity.median, figures.cost.median, figures.busiest.median], [2, 1, 0.5])
})

test('capacity falls with what a request costs in several processes; the busiest is told apart', () => {
  const figures = coresFigures([{ requests: 1000, cpu: [400] }], [{ requests: 2000, cpu: [600, 400] }])
  assert.deepEqual([figures.cost.median, figures.capacity.median, figures.busiest.median], [1.25, 1.6, 0.6])
})

test('each round is compared with the one beside it', () => {
  const one = [{ requests: 10, cpu: [10] }, { requests: 10, cpu: [20] }] // biome-ignore format: pairs
  const two = [{ requests: 10, cpu: [5, 5] }, { requests: 10, cpu: [10, 10] }] // biome-ignore format: pairs
  const { capacity } = coresFigures(one, two)
  assert.deepEqual([capacity.low, capacity.high], [2, 2])
})
