import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { placesFor } from '../../core/places.js'

/** `a` is the first target's own place, `a'` a spare one of it. */
const written = (keys: readonly number[]) =>
  placesFor(keys)
    .map(({ index, kind }) => `${'abcdefgh'[index]}${kind === 'spare' ? "'" : ''}`)
    .join(' ')

test('a chain of targets with one key each has one place for each', () => {
  assert.equal(written([1, 1, 1]), 'a b c')
})

test('the last target has a spare place for each other key, at most two', () => {
  assert.deepEqual([[2], [3], [9], [1, 3]].map(written), ["a a'", "a a' a'", "a a' a'", "a b b' b'"])
})

test('before the last target the first one with another key has one spare place', () => {
  assert.equal(written([3, 1]), "a a' b")
  assert.equal(written([1, 3, 3, 2]), "a b b' c d d'")
})

test('a target without a usable key has its own place all the same', () => {
  assert.equal(written([0, 0]), 'a b')
})

test('no chain has more than eight places, and every target has its own, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 8 }), (keys) => {
      const places = placesFor(keys)
      assert.ok(places.length <= 8)
      const own = places.filter(({ kind }) => kind === 'own').map(({ index }) => index)
      assert.deepEqual(own, [...keys.keys()])
      assert.deepEqual(
        places.map(({ index }) => index),
        places.map(({ index }) => index).sort((a, b) => a - b),
      )
      for (const [at, { index, kind }] of places.entries()) {
        if (kind === 'spare') assert.equal(places[at - 1]?.index, index)
      }
    }),
  )
})
