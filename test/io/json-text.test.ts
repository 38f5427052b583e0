import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { msMember, numberMember, numbersObject, quoted, textMember } from '../../io/json-text.js'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('a"b', 'a\\b', '\n', '\ud800', '\u2028'),
)

test('strings, numbers and their members are as JSON.stringify has them', () => {
  fc.assert(
    fc.property(text, fc.option(fc.double(), { nil: undefined }), (text, number) => {
      assert.equal(quoted(text), JSON.stringify(text))
      assert.equal(`{"a":1${textMember('b', text)}}`, JSON.stringify({ a: 1, b: text }))
      assert.equal(`{"a":1${numberMember('b', number)}}`, JSON.stringify({ a: 1, b: number }))
      assert.equal(numbersObject({ a: number, b: 2 }), JSON.stringify({ a: number, b: 2 }))
    }),
  )
  assert.equal(textMember('b', undefined), '')
  assert.equal(numbersObject({}), '{}')
})

test('milliseconds have two decimals at most', () => {
  const anyMs = fc.oneof(
    fc.double(),
    fc.double({ min: 0, max: 1e8, noNaN: true }),
    fc.constantFrom(0, 0.004, 0.005, 12.3456),
  )
  fc.assert(
    fc.property(anyMs, (ms) => {
      assert.equal(`{"a":1${msMember('ms', ms)}}`, JSON.stringify({ a: 1, ms: Math.round(ms * 100) / 100 }))
    }),
  )
  assert.equal(msMember('ms', undefined), '')
})
