import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { atOnce } from '../../../../core/turns.js'
import { batchesOf } from '../../../../policies/pii/external/analyzer-batches.js'

const of = (...texts: readonly string[]) => atOnce(batchesOf(texts.map((text) => ({ text }))))

test('short texts go together, apart from each other; each only once, and none without words', () => {
  const batches = of('Jane Roe', '4711', 'Paris', 'Jane Roe', '', 'a-1')
  assert.deepEqual(
    batches.map(({ text }) => text),
    ['Jane Roe\n\nParis'],
  )
  const parts = batches[0]?.parts.map(({ at, length, pieces }) => [at, length, pieces.map(({ text }) => text)])
  assert.deepEqual(parts, [
    [0, 8, [0, 3]],
    [10, 5, [2]],
  ])
})

test('no more than fits goes together; long texts are cut', () => {
  const word = (letter: string, length: number) => letter.repeat(length)
  assert.deepEqual(
    of(
      word('a', 2000),
      word('b', 1900),
      word('c', 200),
      word('d', 9000),
      `${word('e', 20_000)}${word('f', 25_000)}`,
    ).map(({ text }) => text.length),
    [3902, 200, 9000, 20_000, 20_000, 5600],
  )
})

test('every part of a batch reads as the pieces that it stands for', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3000 }), { maxLength: 8 }), (texts) => {
      for (const { text, parts } of of(...texts)) {
        for (const { at, length, pieces } of parts) {
          for (const piece of pieces) {
            assert.equal(text.slice(at, at + length), texts[piece.text]?.slice(piece.start, piece.end))
          }
        }
      }
    }),
  )
})
