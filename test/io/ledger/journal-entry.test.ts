import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeEntry, type Entry, encodeEntry } from '../../../io/ledger/journal-entry.js'

const number = fc.oneof(fc.maxSafeNat(), fc.double())
const id = fc.oneof(fc.uuid(), fc.string(), fc.string({ unit: 'binary', maxLength: 6 }))
const onLost = fc.constantFrom('charge' as const, 'release' as const)
const shares = fc.array(fc.tuple(number, number, number), { maxLength: 4 })
const numbers = fc.array(number, { maxLength: 4 })
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.tuple(fc.constant('reserve' as const), number, id, number, onLost, shares),
  fc.tuple(fc.constant('dispatched' as const), id),
  fc.tuple(fc.constant('settle' as const), number, id, numbers),
  fc.tuple(fc.constant('renew' as const), number, id, number, numbers),
  fc.tuple(fc.constant('lose' as const), number, id),
)

test('every entry is written as JSON.stringify writes it, and read back', () => {
  fc.assert(
    fc.property(entry, (entry) => {
      const line = encodeEntry(entry)
      assert.equal(line, JSON.stringify(entry))
      assert.deepEqual(decodeEntry(line), JSON.parse(line))
    }),
    { numRuns: 500 },
  )
})
