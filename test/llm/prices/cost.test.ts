import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costOf } from '../../../llm/prices/cost.js'
import { picoPerSearch, picoPerToken } from '../../../llm/prices/pico.js'

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

test('searches cost their fee, and nobody knows what they cost without one', () => {
  const price = { input: flat(1000n), output: flat(4000n) }
  const withFee = { ...price, webSearch: 10_000_000_000n }
  const usage = { prompt: 3, completion: 2, webSearches: 4 }
  assert.equal(costOf(withFee, usage), 40_000_011n)
  assert.equal(costOf({ ...price, webSearch: 0n }, usage), 11n)
  assert.equal(costOf(price, usage), undefined)
  assert.equal(costOf(price, { ...usage, webSearches: 0 }), 11n)
  assert.equal(costOf(withFee, { ...usage, webSearches: -1 }), 11n)
})

test('a model that searches before every answer pays for it unless the provider says otherwise', () => {
  const price = { input: flat(1000n), output: flat(4000n), webSearch: 5_000_000n, leastSearches: 1 }
  assert.equal(costOf(price, { prompt: 1 }), 5001n)
  assert.equal(costOf(price, { prompt: 1, webSearches: 3 }), 15_001n)
  assert.equal(costOf(price, { prompt: 1, webSearches: 0 }), 1n)
})

test('a fee per thousand searches becomes an integer per search', () => {
  assert.equal(picoPerSearch(10), 10_000_000_000n)
  assert.equal(picoPerSearch(2.5), 2_500_000_000n)
  assert.throws(() => picoPerSearch(-1), RangeError)
})

test('decimal prices become integers without float products', () => {
  assert.equal(picoPerToken(0.0375), 37_500n)
  assert.equal(picoPerToken(1.1), 1_100_000n)
  assert.equal(picoPerToken(1e-6), 1n)
  assert.equal(picoPerToken(600), 600_000_000n)
  for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY]) assert.throws(() => picoPerToken(value), RangeError)
})
