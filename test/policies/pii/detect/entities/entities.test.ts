import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDetector } from '../../../../../policies/pii/detect/detector.js'
import { entityNames } from '../../../../../policies/pii/detect/options.js'
import { ALL_FIXTURES, plainText } from './all-fixtures.js'

const detector = createDetector()

/** The places between « and » in the text without them. */
function marked(text: string): readonly (readonly [number, number])[] {
  const places: (readonly [number, number])[] = []
  let start = 0
  let removed = 0
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '«') start = index - removed++
    if (text[index] === '»') places.push([start, index - removed++])
  }
  return places
}

for (const { entity, accepts, rejects } of ALL_FIXTURES) {
  test(`${entity}: finds what is one and nothing else`, () => {
    for (const text of accepts) {
      const found = detector.find(plainText(text)).filter((finding) => finding.entity === entity)
      assert.deepEqual(
        found.map(({ start, end }) => [start, end]),
        marked(text),
        `${text}: ${JSON.stringify(detector.find(plainText(text)))}`,
      )
    }
    for (const text of rejects) {
      const found = detector.find(text).filter((finding) => finding.entity === entity)
      assert.deepEqual(found, [], text)
    }
  })
}

test('every entity has accepting and rejecting fixtures', () => {
  const covered = ALL_FIXTURES.filter(({ accepts, rejects }) => accepts.length > 0 && rejects.length > 0)
  assert.deepEqual(new Set(covered.map(({ entity }) => entity)), new Set(entityNames()))
  assert.ok(entityNames().length >= 45)
})
