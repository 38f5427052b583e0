import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { repeatable, sample } from '../../../../bench/eval-secrets-cases.js'
import { createDetector } from '../../../../policies/pii/detect/detector.js'
import { SECRET_FIXTURES } from '../secrets/fixtures.js'
import { ALL_FIXTURES, plainText } from './entities/all-fixtures.js'

/** No text has one of these terms, but each letter may begin one, so that every word is read in full. */
const EVERY_LETTER = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => `${letter}\u0001`)

const PAIRS = [
  [createDetector(), createDetector({ deny: { none: EVERY_LETTER } })],
  [createDetector({ secrets: true }), createDetector({ secrets: true, deny: { none: EVERY_LETTER } })],
] as const

/** Words that are passed change nothing, for the findings and for what is open. */
function assertSame(text: string): void {
  for (const [passing, reading] of PAIRS) {
    assert.deepEqual(passing.scan(text), reading.scan(text), JSON.stringify(text))
  }
}

const PERSONAL = ALL_FIXTURES.flatMap(({ accepts, rejects }) => [...accepts.map(plainText), ...rejects])
const random = repeatable(1)
const SECRETS = SECRET_FIXTURES.flatMap(({ accepts, rejects }) =>
  [...accepts, ...rejects].map((template) => plainText(sample(template, random))),
)

test('words that are passed hide nothing: every fixture', () => {
  for (const text of [...PERSONAL, ...SECRETS]) {
    assertSame(text)
    assertSame(`The word before ${text} and words behind it.`)
  }
})

test('words that are passed hide nothing: words between everything that means something', () => {
  const unit = fc.constantFrom(
    ...' \n\t.,:;"\'`/\\()[]{}<>@-_=+&|!?aAtTs159',
    ...[
      'at',
      'dot',
      'de',
      'com',
      'word',
      'Word',
      'SHOUT',
      'camelCase',
      'name',
      'token',
      'Bearer',
      'Authorization: Bearer',
      'basic',
      'password',
    ],
    ...[
      'mail',
      'ssn',
      'bic',
      'DEUTDEFF',
      'key',
      'value',
      'www',
      '://',
      'BEGIN',
      '\\n',
      'é',
      '电',
      'zqxwvkjhgf',
      'kJhGfDsAqW9',
      'AKIAQZWXECRVTBYNUMIK',
      'QWERTZasdfghyxcvbn',
    ],
  )
  fc.assert(fc.property(fc.string({ unit, maxLength: 40 }), assertSame), { numRuns: 3000 })
})

test('words that are passed hide nothing: fixtures in prose', () => {
  const pieces = fc.array(
    fc.constantFrom(...PERSONAL, ...SECRETS, 'and', 'that', 'the report', 'Nobody', 'a', 'at', '"', ':', '.'),
    {
      minLength: 2,
      maxLength: 8,
    },
  )
  const joint = fc.constantFrom(' ', '\n', '="', ': ', '. ', ' (')
  fc.assert(
    fc.property(pieces, joint, (parts, between) => assertSame(parts.join(between))),
    { numRuns: 400 },
  )
})
