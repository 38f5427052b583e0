import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measureMemory } from '../../bench/ledger-memory.js'
import { ledgerRequests, USED } from '../../bench/ledger-requests.js'
import { createMemoryLedger } from '../../io/ledger/memory-ledger.js'

const NOW = 1_760_000_000_000
const clock = { now: () => NOW, monotonic: () => 0 }

test('no two requests of a series share an id, and a thousand keys share one organization', () => {
  const requests = ledgerRequests('a', 2000, 'hierarchy', NOW)
  assert.equal(new Set(requests.map(({ lease }) => lease.id)).size, 2000)
  const buckets = (place: number) => new Set(requests.map(({ lease }) => lease.claims[place]?.bucket.key)).size
  assert.deepEqual([0, 1, 2, 3].map(buckets), [1000, 200, 20, 1])
})

test('with one claim only the key is asked', () => {
  const [first] = ledgerRequests('a', 1, 'key', NOW)
  assert.deepEqual(
    first?.lease.claims.map(({ bucket }) => bucket.budget),
    ['per-key'],
  )
  assert.equal(first?.used.length, 1)
})

test('every request is settled, also when there are fewer than may be open', () => {
  for (const count of [3, 50, 51, 300]) {
    const ledger = createMemoryLedger({ clock })
    assert.ok(measureMemory(ledger, ledgerRequests('a', count, 'hierarchy', NOW)) > 0)
    const [state] = ledger.list('organization')
    assert.deepEqual([state?.committed, state?.reserved], [count * USED, 0])
  }
})

test('a reservation that is not admitted ends the measurement', () => {
  const late = { ...clock, now: () => NOW + 100 * 86_400_000 }
  const requests = ledgerRequests('a', 1, 'hierarchy', NOW)
  assert.throws(() => measureMemory(createMemoryLedger({ clock: late }), requests), /other-window/)
})
