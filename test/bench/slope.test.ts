import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFlat, slopeOf } from '../../bench/slope.js'

const hour = (value: (hours: number, index: number) => number) =>
  Array.from({ length: 600 }, (_, index) => ({ hours: index / 600, value: value(index / 600, index) }))

test('a straight rise is found without noise', () => {
  const slope = slopeOf(hour((hours) => 100 + 24 * hours))
  assert.ok(slope !== undefined && Math.abs(slope.perHour - 24) < 0.1 && slope.noise < 0.1)
  assert.equal(isFlat(slope), false)
})

test('a sawtooth, as collections of garbage make it, is flat', () => {
  const slope = slopeOf(hour((_, index) => 100 + (index % 37)))
  assert.ok(slope !== undefined && isFlat(slope) && slope.noise > 0)
})

test('a rise below a sawtooth is still seen', () => {
  const slope = slopeOf(hour((hours, index) => 100 + (index % 37) + 60 * hours))
  assert.ok(slope !== undefined && !isFlat(slope))
})

test('what shrinks is flat; too few readings are nothing', () => {
  const slope = slopeOf(hour((hours) => 100 - 30 * hours))
  assert.ok(slope !== undefined && isFlat(slope))
  assert.equal(slopeOf([]), undefined)
  assert.equal(
    slopeOf([
      { hours: 0, value: 1 },
      { hours: 1, value: 1 },
    ]),
    undefined,
  )
})
