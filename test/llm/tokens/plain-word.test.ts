import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { plainWordEnd } from '../../../llm/tokens/plain-word.js'
import { splitCl100k, splitO200k } from '../../../llm/tokens/split.js'

const encoder = new TextEncoder()

function endIn(text: string): { readonly plain: number; readonly pieces: readonly number[] } {
  const encoded = encoder.encode(text)
  const bytes = new Uint8Array(encoded.length + 8)
  bytes.set(encoded)
  const plain = plainWordEnd(bytes, new DataView(bytes.buffer), 0)
  return { plain, pieces: [splitO200k, splitCl100k].map((split) => split(bytes, 0, encoded.length)) }
}

test('a plain word ends where both encodings end the piece', () => {
  const unit = fc.constantFrom(..."azAZ az`{@[ '0.\n\u0000\u00e9\u0301好")
  fc.assert(
    fc.property(fc.string({ unit, minLength: 1, maxLength: 12 }), (text) => {
      const { plain, pieces } = endIn(text)
      if (plain > 0) assert.deepEqual([plain, plain], pieces)
    }),
    { numRuns: 2000 },
  )
})

test('words of any length are found, and what may be more is left to others', () => {
  for (const word of ['a', ' a', 'abc', ' abcd', 'Abcdefgh', ' Abcdefghijklmnopqrstuvwxyz']) {
    for (const next of ['', ' ', '.', '\n', '1', '{', '`']) assert.equal(endIn(word + next).plain, word.length)
    for (const next of ["'s", 'Z', 'é', '好']) assert.equal(endIn(word + next).plain, 0)
  }
  for (const text of ['', ' ', '  a', '1', '.a', 'é', "'s"]) assert.equal(endIn(text).plain, 0)
})
