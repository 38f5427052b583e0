import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCounters } from '../../cli/ledger-counters.js'
import type { BucketState } from '../../policies/budget/ledger.js'

const state = (key: string): BucketState => ({
  bucket: { key, budget: key, window: { kind: 'life' } },
  committed: 5,
  reserved: 1,
  limit: 10,
})

test('rows are compared with budgets and limits, and not with the quotas of provider keys', async () => {
  const keys = ['budgets/a/usd', 'limits/b/requests', 'provider-keys/openai/requests/key1/2026-11-21T00:00:00.000Z']
  const { at, counters } = await readCounters({ list: () => keys.map(state) }, [], () => 7)
  assert.equal(at, 7)
  assert.deepEqual(counters, [
    { key: 'budgets/a/usd', committed: 5, window: { kind: 'life' } },
    { key: 'limits/b/requests', committed: 5, window: { kind: 'life' } },
  ])
})
