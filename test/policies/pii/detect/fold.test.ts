import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createDetector } from '../../../../policies/pii/detect/detector.js'
import { fold, foldSliced } from '../../../../policies/pii/detect/scan/fold.js'

const detector = createDetector()

/** What is hidden, the entity, and the characters of the original that are found. */
const HIDDEN: readonly (readonly [text: string, entity: string, found: string])[] = [
  ['card 4111\u200b1111\u200b1111\u200b1111!', 'credit_card', '4111\u200b1111\u200b1111\u200b1111'],
  ['card ４１１１ １１１１ １１１１ １１１１!', 'credit_card', '４１１１ １１１１ １１１１ １１１１'],
  ['card 𝟒𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 1111 1111', 'credit_card', '𝟒𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 1111 1111'],
  ['card 4111\u00a01111\u00a01111\u00a01111', 'credit_card', '4111\u00a01111\u00a01111\u00a01111'],
  ['card 4111‑1111‑1111‑1111', 'credit_card', '4111‑1111‑1111‑1111'],
  ['card 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', 'credit_card', '4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1'],
  ['write to jоhn@exаmple.net now', 'email', 'jоhn@exаmple.net'],
  ['write to ann＠firm．de', 'email', 'ann＠firm．de'],
  ['write to ann [at] firm [dot] de', 'email', 'ann [at] firm [dot] de'],
  ['write to ann(at)firm(dot)de', 'email', 'ann(at)firm(dot)de'],
  ['write to ann at firm dot de', 'email', 'ann at firm dot de'],
  ['SSN ١٢٣-٤٥-٦٧٨٩', 'us_ssn', '١٢٣-٤٥-٦٧٨٩'],
  ['my s\u00ads\u00adn: 234567890', 'us_ssn', '234567890'],
]

for (const [text, entity, found] of HIDDEN) {
  test(`finds ${JSON.stringify(found)} where it stands`, () => {
    const findings = detector.find(text).filter((finding) => finding.entity === entity)
    assert.deepEqual(
      findings.map(({ start, end }) => text.slice(start, end)),
      [found],
    )
  })
}

test('a spoken at without a spoken dot is no address', () => {
  assert.deepEqual(detector.find('look at firm.de or meet at noon dot dot dot'), [])
})

test('offsets go back to the original', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '1', '\u200b', '１', '𝟏', '😀', 'é', 'о') }), (text) => {
      const folded = fold(text)
      let end = 0
      for (let index = 0; index < folded.text.length; index++) {
        const start = folded.originalStart(index)
        assert.ok(start >= end, 'units stay in order')
        end = folded.originalEnd(index + 1)
        assert.ok(end > start && end <= text.length)
        assert.equal(folded.indexOf(start), index)
      }
      assert.equal(folded.originalStart(folded.text.length), text.length)
    }),
  )
})

test('folding looks at one code point at a time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (left, right) => {
      assert.equal(fold(left + right).text, fold(left).text + fold(right).text)
    }),
  )
})

/** Texts that are folded in several pieces. */
const LONG = [
  'x'.repeat(40_000),
  `${'x'.repeat(16_383)}𝟏${'y'.repeat(20_000)}`,
  `${'x'.repeat(16_383)}😀${'y'.repeat(16_382)}\u200b𝟏`,
  `${'é'.repeat(20_000)}１${'x'.repeat(20_000)}`,
  `${'x'.repeat(16_384)}１${'\u200b'.repeat(20_000)}1`,
  `${'x'.repeat(20_000)}\ud835`,
]

test('what is folded in pieces is what its parts are', () => {
  for (const text of LONG) {
    const { text: whole, codes, originalStart } = fold(text)
    const parts: string[] = []
    for (const character of text) parts.push(fold(character).text)
    assert.equal(whole, parts.join(''))
    for (let index = 0; index < whole.length; index++) {
      assert.equal(codes[index], whole.charCodeAt(index))
      assert.equal(fold(String.fromCodePoint(text.codePointAt(originalStart(index)) ?? 0)).text[0], whole[index])
    }
    assert.equal(codes[whole.length], 0, 'nothing is left behind the end')
  }
})

test('slices fold what one piece does, and rest after each', () => {
  for (const text of LONG) {
    const slices = foldSliced(text)
    let rests = 0
    let step = slices.next()
    for (; !step.done; step = slices.next()) rests++
    assert.deepEqual(step.value.text, fold(text).text)
    assert.deepEqual(step.value.codes, fold(text).codes)
    assert.equal(rests, Math.ceil(text.length / 16_384))
  }
})

test('memory that is written over leaves nothing of the text before', () => {
  const scratch = new Uint16Array(256)
  for (const text of ['1'.repeat(200), 'é１\u200b', '12', '']) {
    const { codes, text: found } = fold(text, scratch)
    assert.equal(codes, scratch)
    for (let index = 0; index < 32; index++) assert.equal(codes[found.length + index], 0)
  }
})
