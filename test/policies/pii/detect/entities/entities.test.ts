import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDetector, type Detector } from '../../../../../policies/pii/detect/detector.js'
import { entityNames } from '../../../../../policies/pii/detect/options.js'
import { learned } from '../../names/learned.js'
import { ALL_FIXTURES, plainText } from './all-fixtures.js'
import type { EntityFixture } from './fixture.js'
import { WORDS_FIXTURES } from './words-fixtures.js'

const detector = createDetector()
const among = createDetector({ alsoEntities: WORDS_FIXTURES.map(({ entity }) => entity), names: learned })

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

function assertFinds(by: Detector, { entity, accepts, rejects }: EntityFixture): void {
  for (const text of accepts) {
    const found = by.find(plainText(text)).filter((finding) => finding.entity === entity)
    assert.deepEqual(
      found.map(({ start, end }) => [start, end]),
      marked(text),
      `${text}: ${JSON.stringify(by.find(plainText(text)))}`,
    )
  }
  for (const text of rejects) {
    const found = by.find(text).filter((finding) => finding.entity === entity)
    assert.deepEqual(found, [], text)
  }
}

for (const fixture of ALL_FIXTURES) {
  test(`${fixture.entity}: finds what is one and nothing else`, () => assertFinds(detector, fixture))
  test(`${fixture.entity}: finds the same with names looked for`, () => assertFinds(among, fixture))
}

for (const fixture of WORDS_FIXTURES) {
  test(`${fixture.entity}: finds what is one and nothing else`, () => assertFinds(among, fixture))
  test(`${fixture.entity}: looked for only where it is named`, () => {
    for (const text of fixture.accepts) {
      assert.ok(!detector.find(plainText(text)).some(({ entity }) => entity === fixture.entity), text)
    }
  })
}

test('every entity has accepting and rejecting fixtures', () => {
  const covered = [...ALL_FIXTURES, ...WORDS_FIXTURES].filter(
    ({ accepts, rejects }) => accepts.length > 0 && rejects.length > 0,
  )
  assert.deepEqual(new Set(covered.map(({ entity }) => entity)), new Set(entityNames()))
  assert.ok(entityNames().length >= 45)
})
