import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cutRandomly } from './cutting.js'

test('pieces are the body, none is empty, and a seed cuts in the same places', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.string(), (bytes, seed) => {
      const pieces = cutRandomly(Buffer.from(bytes), 50, seed)
      assert.deepEqual(Buffer.concat(pieces), Buffer.from(bytes))
      assert.ok(pieces.every((piece) => piece.length > 0))
      assert.deepEqual(cutRandomly(Buffer.from(bytes), 50, seed), pieces)
    }),
  )
})

test('a long body is cut in many places', () => {
  assert.ok(cutRandomly(Buffer.alloc(100_000), 50, 'seed').length > 45)
})
