import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { maskedPlaces } from '../../../../policies/guardrails/external/masked-places.js'

function put(text: string, masked: string): string {
  return [...maskedPlaces(text, masked)]
    .reverse()
    .reduce((whole, { start, end, replacement }) => whole.slice(0, start) + replacement + whole.slice(end), text)
}

test('each tag has its own place where the rest is as it was', () => {
  assert.deepEqual(maskedPlaces('Ask Jane Roe (j@x.com) or Bob', 'Ask {NAME} ({EMAIL}) or {NAME}'), [
    { start: 4, end: 12, replacement: '{NAME}' },
    { start: 14, end: 21, replacement: '{EMAIL}' },
    { start: 26, end: 29, replacement: '{NAME}' },
  ])
  assert.deepEqual(maskedPlaces('{NAME} is Bob', '{NAME} is {NAME}'), [{ start: 10, end: 13, replacement: '{NAME}' }])
  assert.deepEqual(maskedPlaces('as it was', 'as it was'), [])
})

test('what was changed in another way is one place from the first difference to the last', () => {
  assert.deepEqual(maskedPlaces('my pin is 1234.', 'my pin is ****.'), [{ start: 10, end: 14, replacement: '****' }])
  assert.deepEqual(maskedPlaces('a b', 'x {NAME} b'), [{ start: 0, end: 1, replacement: 'x {NAME}' }])
})

test('put into the text the places give the masked text', () => {
  const words = fc.constantFrom('a', 'b', ' ', '{NAME}', '{', '}', '{EMAIL}', 'ab', '😀')
  const some = fc.array(words, { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(some, some, (text, masked) => assert.equal(put(text, masked), masked)),
    { numRuns: 2000 },
  )
})
