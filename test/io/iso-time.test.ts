import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isoTimes } from '../../io/iso-time.js'

test('times are told as Date tells them, whichever came before', () => {
  const time = fc.oneof(fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: -8.64e15, max: 8.64e15 }))
  const near = fc.integer({ min: 1_700_000_000_000, max: 1_700_000_003_000 })
  fc.assert(
    fc.property(fc.array(fc.oneof(time, near), { minLength: 1, maxLength: 30 }), (times) => {
      const isoTime = isoTimes()
      for (const time of times) assert.equal(isoTime(time), new Date(time).toISOString())
    }),
  )
})

test('what is no time is refused as by Date, and fractions of milliseconds are left out', () => {
  const isoTime = isoTimes()
  assert.throws(() => isoTime(Number.NaN), RangeError)
  assert.equal(isoTime(1000), '1970-01-01T00:00:01.000Z')
  assert.equal(isoTime(1000.7), '1970-01-01T00:00:01.000Z')
  assert.throws(() => isoTime(Number.POSITIVE_INFINITY), RangeError)
})
