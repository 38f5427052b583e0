import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createPieceCache, LONGEST_PIECE } from '../../../llm/tokens/piece-cache.js'

const AREA = 64

test('what is known of a piece was said of the same bytes, wherever they stood and whatever followed', () => {
  const piece = fc.uint8Array({ minLength: 1, maxLength: LONGEST_PIECE, max: 3 })
  const said = fc.record({ piece, at: fc.nat({ max: AREA - LONGEST_PIECE }), rest: fc.nat({ max: 255 }) })
  fc.assert(
    fc.property(fc.array(said, { maxLength: 200 }), (all) => {
      const bytes = new Uint8Array(AREA + LONGEST_PIECE)
      const cache = createPieceCache(bytes)
      const counts = new Map<string, number>()
      for (const { piece, at, rest } of all) {
        bytes.fill(rest)
        bytes.set(piece, at)
        const known = cache.get(at, at + piece.length)
        const count = counts.get(piece.join()) ?? counts.size + 1
        assert.ok(known === 0 || known === counts.get(piece.join()))
        counts.set(piece.join(), count)
        cache.set(at, at + piece.length, count)
        assert.equal(cache.get(at, at + piece.length), count)
      }
    }),
  )
})
