import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costOf } from '../../../llm/prices/cost.js'
import { picoPerToken } from '../../../llm/prices/pico.js'

const flat = (base: bigint) => ({ base, tiers: [] })

test('the total is rounded half up to a nano-dollar, once', () => {
  const price = { input: flat(250n), output: flat(250n) }
  assert.equal(costOf(price, { prompt: 1, completion: 0 }), 0n)
  assert.equal(costOf(price, { prompt: 1, completion: 1 }), 1n)
  assert.equal(costOf(price, { prompt: 3, completion: 2 }), 1n)
})

test('a tier holds for the whole request, and only above its start', () => {
  const price = {
    input: { base: 1000n, tiers: [{ above: 100, price: 2000n }] },
    output: { base: 10_000n, tiers: [{ above: 100, price: 15_000n }] },
  }
  assert.equal(costOf(price, { prompt: 100, completion: 1 }), 110n)
  assert.equal(costOf(price, { prompt: 101, completion: 1 }), 217n)
})

test('usage that contradicts itself never costs less than nothing', () => {
  const price = { input: flat(1000n), output: flat(1000n), cachedInput: flat(100n), cacheWrite: flat(1250n) }
  assert.equal(costOf(price, { prompt: 10, cachedPrompt: 50, cacheWrite: 50 }), 1n)
  assert.equal(costOf(price, { prompt: -5, completion: Number.NaN }), 0n)
})

test('decimal prices become integers without float products', () => {
  assert.equal(picoPerToken(0.0375), 37_500n)
  assert.equal(picoPerToken(1.1), 1_100_000n)
  assert.equal(picoPerToken(1e-6), 1n)
  assert.equal(picoPerToken(600), 600_000_000n)
  for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY]) assert.throws(() => picoPerToken(value), RangeError)
})
