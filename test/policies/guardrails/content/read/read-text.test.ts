import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readText } from '../../../../../policies/guardrails/content/read/read-text.js'
import { symbolsIn } from '../../../../../policies/guardrails/content/read/symbols.js'
import { atOnce } from '../../../pii/at-once.js'

const read = (text: string, term = '') => {
  const made = atOnce(readText(text, symbolsIn(term)))
  return made.part(0, made.length)
}

test('a text is read as small letters without accents and single spaces', () => {
  assert.equal(read('Éric’s  “naïve” Straße'), 'erics naive strasse')
  assert.equal(read('ŁÓDŹ, Ærø'), 'lodz aero')
  assert.equal(read('ｆｕｌｌ ①'), 'full 1')
  assert.equal(read('п\u0430р'), read('пaр'), 'look-alikes')
  assert.equal(read('a\u200bb\u00adc\u0301'), 'abc')
  assert.equal(read('日本 語'), '日本 語')
})

test('sentences and paragraphs end in a break, and so do wide gaps', () => {
  assert.equal(read('one. Two'), 'one \ntwo')
  assert.equal(read('one.Two'), 'one two')
  assert.equal(read('one\n\ntwo\r\n\r\nthree'), 'one \ntwo \nthree')
  assert.equal(read('one\ntwo'), 'one two')
  assert.equal(read('one ------ two'), 'one two')
  assert.equal(read('one -------- two'), 'one \ntwo')
})

test('signs are kept where they are asked for', () => {
  assert.equal(read('c++, c#', 'c++'), 'c++ c ')
  assert.equal(read('🔫 🔪', '🔫'), '🔫 \ud83d ', 'halves are told apart by what follows')
})

test('what is read leads back to where it stands', () => {
  const unit = fc.constantFrom('a', 'É', 'ß', '\u200b', '\u0301', '𝐚', '🔫', ' ', '. ', '\n', "'", 'ﬁ')
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 20 }), (units) => {
      const original = units.join('')
      const found = atOnce(readText(original))
      let before = 0
      for (let index = 0; index < found.length; index++) {
        const [start, end] = [found.startOf(index), found.endOf(index + 1)]
        assert.ok(before <= start && start < end && end <= original.length)
        assert.equal(found.indexOf(start) <= index, true)
        const letter = found.part(index, index + 1)
        if (/[a-z]/.test(letter)) assert.ok(read(original.slice(start, end)).includes(letter))
        before = start
      }
      assert.equal(found.startOf(found.length), original.length)
    }),
  )
})

test('what is read of a beginning stays whatever follows', () => {
  const unit = fc.constantFrom('a', 'É', ' ', '.', '\n', '-', '\u200b')
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 30 }), fc.nat(30), (units, cut) => {
      const text = units.join('')
      assert.ok(read(text).startsWith(read(text.slice(0, cut))))
    }),
  )
})
