import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOUR, slotsIn } from '../../../policies/alerts/weeks.js'

test('the week begins on Monday at midnight of the zone', () => {
  assert.equal(slotsIn('UTC')(Date.UTC(2026, 5, 15)), 0)
  assert.equal(slotsIn('UTC')(Date.UTC(2026, 5, 14, 23)), 167)
  assert.equal(slotsIn('Europe/Berlin')(Date.UTC(2026, 5, 14, 22)), 0)
})

test('after a change of the clock nine in the morning is nine again from Monday on', () => {
  const slotOf = slotsIn('Europe/Berlin')
  // The clock goes back on 25 October 2026.
  const friday = Date.UTC(2026, 9, 23, 7)
  const monday = Date.UTC(2026, 9, 26, 8)
  assert.equal(slotOf(friday) % 24, 9)
  assert.equal(slotOf(monday) % 24, 9)
  for (let hour = friday; hour < monday; hour += HOUR) assert.ok(slotOf(hour) >= 0 && slotOf(hour) < 168)
})
