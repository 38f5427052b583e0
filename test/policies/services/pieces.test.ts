import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AT_ONCE, atOnce } from '../../../core/turns.js'
import { codePointOffsets, codePointsBefore } from '../../../policies/services/code-points.js'
import { groupsOf, piecesOf } from '../../../policies/services/pieces.js'

const text = fc.string({ unit: fc.constantFrom('a', ' ', 'é', '😀', '\ud83d', '\n'), maxLength: 60 })

test('pieces cover everything but white space, are short enough and cut no character', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (written) => {
      const texts = written.map((text) => ({ text }))
      const pieces = atOnce(piecesOf(texts, { most: 10, overlap: 3 }))
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
      const pieces = atOnce(piecesOf([{ text }], { most: 10, overlap: 4 }))
      assert.ok(pieces.some(({ content }) => content.includes(word.replace(/\p{Surrogate}/gu, '\ufffd'))))
    }),
  )
})

test('neighbours are grouped as long as they fit', () => {
  const groups = atOnce(
    groupsOf([5, 5, 1, 9, 20, 1], (group, next) => group.reduce((sum, one) => sum + one, next) <= 10),
  )
  assert.deepEqual(groups, [[5, 5], [1, 9], [20], [1]])
})

test('no step of cutting is long', () => {
  const prose = 'Guten Morgen, schöne Grüße \u{1f600} '.repeat(100_000)
  const words = Array.from({ length: 100_000 }, () => ({ text: 'good morning' }))
  const limits = { most: 20_000, overlap: 300 }
  for (const steps of [
    piecesOf([{ text: prose }], limits),
    piecesOf(words, limits),
    groupsOf(words, (group) => group.length < 3),
    codePointOffsets(prose),
    codePointsBefore(prose, prose.length),
  ]) {
    let yields = 0
    for (let step = steps.next(); !step.done; step = steps.next(), yields++) assert.ok(step.value <= AT_ONCE / 4)
    assert.ok(yields >= 40, `${yields} yields`)
  }
})
