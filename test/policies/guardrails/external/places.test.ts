import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atOnce } from '../../../../core/turns.js'
import { mergePlaces } from '../../../../policies/guardrails/external/places.js'

test('places are put in order; those that overlap become one, which keeps what is written there where it holds the others', () => {
  const merged = atOnce(
    mergePlaces([
      { text: 1, start: 0, end: 4 },
      { text: 0, start: 10, end: 14, replacement: 'A' },
      { text: 0, start: 11, end: 13, replacement: 'B' },
      { text: 0, start: 20, end: 24, replacement: 'C' },
      { text: 0, start: 22, end: 30, replacement: 'D' },
      { text: 0, start: 30, end: 31, replacement: 'E' },
    ]),
  )
  assert.deepEqual(merged, [
    { text: 0, start: 10, end: 14, replacement: 'A' },
    { text: 0, start: 20, end: 30 },
    { text: 0, start: 30, end: 31, replacement: 'E' },
    { text: 1, start: 0, end: 4 },
  ])
})
