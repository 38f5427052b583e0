import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { atOnce } from '../../../../core/turns.js'
import { joinPlaces, mergePlaces } from '../../../../policies/guardrails/external/places.js'

test('places are put in order; those that overlap become one, which keeps what is written there where it holds the others', () => {
  const merged = mergePlaces([
    { text: 1, start: 0, end: 4 },
    { text: 0, start: 10, end: 14, replacement: 'A' },
    { text: 0, start: 11, end: 13, replacement: 'B' },
    { text: 0, start: 20, end: 24, replacement: 'C' },
    { text: 0, start: 22, end: 30, replacement: 'D' },
    { text: 0, start: 30, end: 31, replacement: 'E' },
  ])
  assert.deepEqual(merged, [
    { text: 0, start: 10, end: 14, replacement: 'A' },
    { text: 0, start: 20, end: 30 },
    { text: 0, start: 30, end: 31, replacement: 'E' },
    { text: 1, start: 0, end: 4 },
  ])
})

test('lists that overlap with their neighbours are joined as all of them are merged', () => {
  const place = fc.record({ text: fc.nat(2), start: fc.nat(30), length: fc.integer({ min: 1, max: 6 }) })
  fc.assert(
    fc.property(fc.array(place), fc.array(fc.nat(9)), (given, cuts) => {
      const places = given
        .map(({ text, start, length }) => ({ text, start, end: start + length }))
        .sort((left, right) => left.text - right.text || left.start - right.start)
      const lists = [0, ...cuts.sort((left, right) => left - right)].map((cut, index) => places.slice(cut, cuts[index]))
      assert.deepEqual(atOnce(joinPlaces(lists)), mergePlaces(places))
    }),
  )
})
