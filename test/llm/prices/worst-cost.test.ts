import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Usage } from '../../../core/chat.js'
import { costOf, worstCostOf } from '../../../llm/prices/cost.js'
import type { Price, Rate } from '../../../llm/prices/price.js'

const flat = (base: bigint): Rate => ({ base, tiers: [] })

test('every token is at the dearest rate that may apply to it', () => {
  const price = { input: flat(1000n), output: flat(4000n), cacheWrite: flat(1250n), cacheWrite1h: flat(2000n) }
  assert.equal(worstCostOf(price, 10, 5), 40n)
  assert.equal(worstCostOf({ ...price, audioInput: flat(9000n), audioOutput: flat(8000n) }, 10, 5), 130n)
  assert.equal(worstCostOf({ input: flat(1000n), output: flat(0n), cachedInput: flat(100n) }, 10, 5), 10n)
})

test('a tier counts from the first token above its start', () => {
  const tiered: Rate = { base: 1000n, tiers: [{ above: 100, price: 2000n }] }
  const price = { input: tiered, output: { base: 10_000n, tiers: [{ above: 100, price: 15_000n }] } }
  assert.equal(worstCostOf(price, 100, 1), 110n)
  assert.equal(worstCostOf(price, 101, 1), 217n)
})

test('a tier that is cheaper does not lower it: the prompt may turn out smaller', () => {
  const price = { input: { base: 2000n, tiers: [{ above: 100, price: 1000n }] }, output: flat(0n) }
  assert.equal(worstCostOf(price, 101, 0), 202n)
})

test('searches that may happen are paid for, and without a known fee nothing is known', () => {
  const price = { input: flat(1000n), output: flat(4000n) }
  const withFee = { ...price, webSearch: 5_000_000n }
  assert.equal(worstCostOf(withFee, 1, 1, 3), 15_005n)
  assert.equal(worstCostOf(withFee, 1, 1), 5n)
  assert.equal(worstCostOf({ ...withFee, leastSearches: 1 }, 1, 1), 5005n)
  assert.equal(worstCostOf({ ...withFee, leastSearches: 1 }, 1, 1, 3), 15_005n)
  assert.equal(worstCostOf(price, 1, 1, 1), undefined)
  assert.equal(worstCostOf(price, 1, 1, 0), 5n)
})

test('a part of a nano-dollar is rounded up, once', () => {
  const price = { input: flat(250n), output: flat(250n) }
  assert.equal(worstCostOf(price, 0, 0), 0n)
  assert.equal(worstCostOf(price, 1, 0), 1n)
  assert.equal(worstCostOf(price, 2, 2), 1n)
  assert.equal(worstCostOf(price, 3, 2), 2n)
})

const pico = fc.bigInt({ min: 0n, max: 100_000_000n })
const tiers = fc
  .uniqueArray(fc.record({ above: fc.nat(2000), price: pico }), { maxLength: 3, selector: ({ above }) => above })
  .map((list) => list.sort((a, b) => a.above - b.above))
const rate: fc.Arbitrary<Rate> = fc.record({ base: pico, tiers })
const price: fc.Arbitrary<Price> = fc.record(
  {
    ...{ input: rate, output: rate, cachedInput: rate, cacheWrite: rate, cacheWrite1h: rate },
    ...{ audioInput: rate, audioOutput: rate, webSearch: pico, leastSearches: fc.nat(2) },
  },
  { requiredKeys: ['input', 'output'] },
)

/** Parts need not agree with the whole: providers have been seen to report more cached than prompt tokens. */
const usageWithin = (prompt: number, completion: number, webSearches: number): fc.Arbitrary<Usage> => {
  const part = fc.oneof(fc.integer({ min: -5, max: 3000 }), fc.double({ min: 0, max: 3000, noNaN: true }))
  return fc.record(
    {
      ...{ prompt: fc.nat(prompt), completion: fc.nat(completion), cachedPrompt: part, cacheWrite: part },
      ...{ cacheWrite1h: part, reasoning: part, audioPrompt: part, audioCompletion: part },
      webSearches: fc.nat(webSearches),
    },
    { requiredKeys: [] },
  )
}

const bounded = fc.record({ prompt: fc.nat(2500), completion: fc.nat(2500), searches: fc.nat(3) }).chain((bounds) => {
  const usage = usageWithin(bounds.prompt, bounds.completion, bounds.searches)
  return fc.record({ bounds: fc.constant(bounds), usage })
})

test('no usage within the bounds costs more, and none is unknown where the worst is known', () => {
  fc.assert(
    fc.property(price, bounded, (of, { bounds, usage }) => {
      const worst = worstCostOf(of, bounds.prompt, bounds.completion, bounds.searches)
      if (worst === undefined) return
      const cost = costOf(of, usage)
      assert.ok(cost !== undefined && cost <= worst)
    }),
    { numRuns: 2000 },
  )
})

test('more tokens or searches never lower it', () => {
  fc.assert(
    fc.property(price, fc.nat(2500), fc.nat(2500), fc.nat(100), (of, prompt, completion, more) => {
      const known = { ...of, webSearch: of.webSearch ?? 1n }
      const worst = (...amounts: readonly [number, number, number]) => worstCostOf(known, ...amounts) ?? -1n
      const least = worst(prompt, completion, 1)
      assert.ok(worst(prompt + more, completion, 1) >= least)
      assert.ok(worst(prompt, completion + more, 1) >= least)
      assert.ok(worst(prompt, completion, 1 + more) >= least)
    }),
  )
})
