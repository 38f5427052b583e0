import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createDetector } from '../../../../policies/pii/detect/detector.js'
import { entityNames } from '../../../../policies/pii/detect/options.js'
import { hashed } from '../../../../policies/pii/modes/hashed.js'
import { masked } from '../../../../policies/pii/modes/masked.js'
import { secretNames } from '../../../../policies/pii/secrets/options.js'
import { ALL_FIXTURES } from '../detect/entities/all-fixtures.js'
import { FIXTURE_VALUES } from './fixture-values.js'
import { keyed } from './keyed.js'

const digest = keyed()
const detector = createDetector({ threshold: 0.3, secrets: true })

/** Texts that name a value right before it: whatever stands there is likely to be one. */
const PLACES = [
  ...new Set(
    ALL_FIXTURES.flatMap(({ accepts }) =>
      accepts.map((text) => text.replace(/«.*?»/s, '«»').replace(/[«»]{3,}/g, '«»')),
    ),
  ),
  ...[
    'api_key = "«»"',
    'password: «»',
    'export TOKEN=«»',
    'postgres://app:«»@db.firm.de/x',
    'Authorization: Bearer «»',
  ],
].map((text) => text.split('«»'))

function inEveryPlace(replacement: string): void {
  for (const [before = '', after = ''] of PLACES) {
    const text = before + replacement + after
    const end = before.length + replacement.length
    const found = detector.find(text).filter((finding) => finding.start < end && finding.end > before.length)
    assert.deepEqual(found, [], text)
  }
}

test('a mask is the capital name of the entity in brackets', () => {
  assert.equal(masked('email'), '[EMAIL]')
  assert.equal(masked('us_ssn'), '[US_SSN]')
  assert.equal(masked('Blue  Heron!'), '[BLUE_HERON]')
  assert.equal(masked('ключ'), '[VALUE]')
  assert.equal(masked('a'.repeat(99)), `[${'A'.repeat(40)}]`)
  assert.equal(masked('customer'), '[_CUSTOMER]', "reads as a bank's code of Oman")
  assert.equal(masked('case_2024'), '[_CASE_2024]')
})

test('no mask and no hash is found, behind any label', () => {
  for (const entity of [...entityNames(), ...secretNames(), 'person', 'customer', 'case_2024', 'a1b2c3d4']) {
    inEveryPlace(masked(entity))
    inEveryPlace(hashed(digest, entity, 'a'))
  }
})

test('no hash is found, whatever its digits', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
  const decimal = fc.array(fc.constantFrom(0x11, 0x41, 0x99, 0x00), { minLength: 32, maxLength: 32 })
  fc.assert(
    fc.property(fc.oneof(bytes, decimal), fc.constantFrom(...entityNames()), (made, entity) =>
      inEveryPlace(hashed(() => Uint8Array.from(made), entity, 'x')),
    ),
    { numRuns: 40 },
  )
})

test('a hash is 16 hexadecimal digits of the key, the entity and the value', () => {
  const one = hashed(digest, 'email', 'bob@firm.de')
  assert.match(one, /^\[EMAIL#_[\da-f]{16}\]$/)
  assert.equal(hashed(digest, 'email', 'bob@firm.de'), one)
  assert.notEqual(hashed(digest, 'email', 'bob@firm.fr'), one)
  assert.notEqual(hashed(digest, 'project', 'bob@firm.de').slice(-17), one.slice(-17))
  assert.notEqual(hashed(keyed('other'), 'email', 'bob@firm.de'), one)
})

test('what is written in another way has the same hash', () => {
  const same: readonly (readonly [entity: string, ...written: string[]])[] = [
    [
      'email',
      'bob@firm.de',
      'BOB@Firm.DE',
      'bob [at] firm [dot] de',
      'bob at firm dot de',
      'bob%40firm.de',
      'b\u200bob@firm.de',
    ],
    ['credit_card', '4111111111111111', '4111 1111 1111 1111', '4111-1111-1111-1111', '４１１１ 1111 1111 1111'],
    ['iban', 'DE89370400440532013000', 'de89 3704 0044 0532 0130 00'],
    ['us_ssn', '606-19-3936', '606 19 3936', '606193936'],
    ['phone', '+1 415-555-2671', '+1 (415) 555 2671'],
    ['url', 'https://firm.de/A', 'HTTPS://Firm.de/A'],
    ['mac_address', '00:1a:2b:3c:4d:5e', '001A.2B3C.4D5E'],
    ['ethereum_address', '0xAbCd', '0xabcd'],
    ['date_of_birth', '12/04/1985', '12.04.1985'],
    ['project', 'Blue Heron', ' Blue  Heron'],
  ]
  for (const [entity, first = '', ...others] of same) {
    for (const other of others) assert.equal(hashed(digest, entity, other), hashed(digest, entity, first), other)
  }
})

test('what means something else has another hash', () => {
  const different: readonly (readonly [entity: string, one: string, other: string])[] = [
    ['date_of_birth', '1/11/1980', '11/1/1980'],
    ['ip_address', '1.11.1.1', '11.1.1.1'],
    ['phone', '+1 415-555-2671', '1 415-555-2671'],
    ['url', 'https://firm.de/A', 'https://firm.de/a'],
    ['bitcoin_address', '1KUCz', '1kUCz'],
    ['aws_access_key_id', 'abC', 'abc'],
  ]
  for (const [entity, one, other] of different) {
    assert.notEqual(hashed(digest, entity, one), hashed(digest, entity, other), one)
  }
})

test('every value of the fixtures has a hash of its own', () => {
  const values = new Set(FIXTURE_VALUES.map(({ entity, value }) => `${entity} ${value}`))
  const hashes = new Set(FIXTURE_VALUES.map(({ entity, value }) => hashed(digest, entity, value)))
  assert.ok(hashes.size > values.size * 0.85, 'some are one value written twice')
})
