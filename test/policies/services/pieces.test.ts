import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { groupsOf, piecesOf } from '../../../policies/services/pieces.js'

const text = fc.string({ unit: fc.constantFrom('a', ' ', 'é', '😀', '\ud83d', '\n'), maxLength: 60 })

test('pieces cover everything but white space, are short enough and cut no character', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (written) => {
      const texts = written.map((text) => ({ text }))
      const pieces = piecesOf(texts, { most: 10, overlap: 3 })
      for (const { text, start, end, content } of pieces) {
        const whole = texts[text]?.text ?? ''
        assert.ok(end - start <= 10 && content.length === end - start && !/\p{Surrogate}/u.test(content))
        assert.equal(content, whole.slice(start, end).replace(/\p{Surrogate}/gu, '\ufffd'))
        const inPair = (at: number) => /^[\ud800-\udbff][\udc00-\udfff]$/.test(whole.slice(Math.max(0, at - 1), at + 1))
        assert.ok(!inPair(start) && !inPair(end))
      }
      for (const [index, { text }] of texts.entries()) {
        for (let at = 0; at < text.length; at++) {
          if (text[at]?.trim() === '') continue
          assert.ok(pieces.some((piece) => piece.text === index && piece.start <= at && at < piece.end))
        }
      }
    }),
  )
})

test('what is no longer than the overlap stands whole in some piece', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 80 }), fc.nat(), (text, from) => {
      const word = text.slice(from % text.length, (from % text.length) + 3)
      if (word.trim() !== word || word === '') return
      const pieces = piecesOf([{ text }], { most: 10, overlap: 4 })
      assert.ok(pieces.some(({ content }) => content.includes(word.replace(/\p{Surrogate}/gu, '\ufffd'))))
    }),
  )
})

test('neighbours are grouped as long as they fit', () => {
  const groups = groupsOf([5, 5, 1, 9, 20, 1], (group, next) => group.reduce((sum, one) => sum + one, next) <= 10)
  assert.deepEqual(groups, [[5, 5], [1, 9], [20], [1]])
})
