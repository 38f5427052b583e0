import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../../io/system-clock.js'
import type { Price } from '../../../llm/prices/price.js'
import { createEncodings } from '../../../llm/tokens/encoding.js'
import { createMeter } from '../../../policies/metering/meter.js'
import { target } from '../fakes.js'

const PRICES: Readonly<Record<string, Price>> = {
  tokens: { input: { base: 1000n, tiers: [] }, output: { base: 4000n, tiers: [] } },
  searching: { input: { base: 1000n, tiers: [] }, output: { base: 4000n, tiers: [] }, webSearch: 5_000_000n },
}

const unread = async () => {
  throw new Error('nobody should count here')
}
const meter = createMeter({
  encodings: createEncodings(unread, unread),
  tokenizerName: () => undefined,
  price: ({ name }) => PRICES[name],
  turns: { clock: systemClock, pause: unread },
})

test('searches are priced and bounded where their fee is known', () => {
  const usage = { prompt: 1, completion: 1, webSearches: 2 }
  assert.equal(meter.cost(usage, target('searching'), 0), 10_005n)
  assert.equal(meter.worstCost(1, 1, target('searching'), 0, 2), 10_005n)
  assert.equal(meter.worstCost(1, 1, target('searching'), 0), 5n)
})

test('without a fee, or without any price, nothing is known of a request that searches', () => {
  const usage = { prompt: 1, completion: 1, webSearches: 2 }
  for (const name of ['tokens', 'nobody-knows']) {
    assert.equal(meter.cost(usage, target(name), 0), undefined)
    assert.equal(meter.worstCost(1, 1, target(name), 0, 2), undefined)
  }
  assert.equal(meter.cost({ prompt: 1, completion: 1 }, target('tokens'), 0), 5n)
  assert.equal(meter.worstCost(1, 1, target('tokens'), 0), 5n)
})
