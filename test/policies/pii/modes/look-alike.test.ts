import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createDetector } from '../../../../policies/pii/detect/detector.js'
import { entityNames } from '../../../../policies/pii/detect/options.js'
import { lookAlike } from '../../../../policies/pii/modes/look-alike.js'
import { masked } from '../../../../policies/pii/modes/masked.js'
import { FIXTURE_VALUES } from './fixture-values.js'
import { keyed } from './keyed.js'

const detector = createDetector()
const digest = keyed()

/** What the detector knows to be nobody's. */
const NOBODYS = new Set(['url', 'ip_address'])
const shape = (value: string) => value.replace(/[A-Za-z]/g, 'a').replace(/\d/g, '9')

test('a look-alike is found as what the original was found as, but where chance makes it something else', () => {
  const missed: string[] = []
  let all = 0
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
    for (const { entity, value, before, after } of FIXTURE_VALUES) {
      if (NOBODYS.has(entity) || value === '812371551') continue
      const other = lookAlike(keyed(key), entity, value)
      const found = detector.find(before + other + after).filter((finding) => finding.entity === entity)
      all++
      if (!found.some(({ start, end }) => start === before.length && end === before.length + other.length)) {
        missed.push(`${entity}: ${value} -> ${other}`)
      }
    }
  }
  assert.ok(all > 1000)
  assert.ok(missed.length * 200 < all, missed.join('\n'))
})

test('a look-alike has the shape of the original', () => {
  const shaped = new Set(['email', 'url', 'ip_address', 'mac_address'])
  // Of equal length, but of other characters: any base is spelt with letters and digits.
  const spelt = /_address$/
  for (const { entity, value } of FIXTURE_VALUES) {
    const other = lookAlike(digest, entity, value)
    assert.notEqual(other, masked(entity), value)
    if (shaped.has(entity) || spelt.test(entity) || /[A-Z][a-z]+ /.test(value)) continue
    assert.equal(shape(other), shape(value), entity)
  }
})

test('a look-alike depends on the key, the entity and the value, and not on how the value is written', () => {
  const of = (entity: string, value: string, key = 'k') => lookAlike(keyed(key), entity, value)
  const digits = (text: string) => text.replace(/\D/g, '')
  assert.equal(of('us_npi', '1456789233'), of('us_npi', '1456789233'))
  assert.notEqual(of('us_npi', '1456789233'), of('us_npi', '1456789233', 'another'))
  assert.equal(digits(of('credit_card', '4111111111111111')), digits(of('credit_card', '4111-1111 1111-1111')))
  assert.equal(of('email', 'Bob@Firm.com').toLowerCase(), of('email', 'bob@firm.com'))
  assert.equal(of('email', 'bоb@firm.com'), of('email', 'bob@firm.com'), 'a Cyrillic o')
})

test('a look-alike belongs to nobody where a range is kept for that', () => {
  const ranges: readonly (readonly [entity: string, value: string, pattern: RegExp])[] = [
    ['email', "o'neil+x@mail.firm.co.uk", /^[a-z]'[a-z]{4}\+[a-z]@[a-z]{4}\d\.example\.com$/],
    ['email', 'ann@charity.org', /@[a-z]{7}\d\.example\.org$/],
    ['email', 'ann [at] firm [dot] net', /^[a-z]{3} \[at\] [a-z]{4}\d \[dot\] example \[dot\] net$/],
    [
      'url',
      'https://www.firm.de:8080/a%20b/c.pdf?id=77#x',
      /^https:\/\/www\.\w+\.example\.com:8080\/\w%20\w\/\w\.pdf\?\w\w=\d\d#\w$/,
    ],
    ['url', 'jane-doe.com', /^[a-z]{8}\d\.example\.com$/],
    ['ip_address', '10.1.2.3', /^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}$/],
    ['ip_address', '2a02:26f0:1700:3::1f2', /^2001:db8::[\da-f:]+$/],
    ['ip_address', '2a02:26f0:1700:3:1:2:3:1f2', /^2001:db8:(?:[\da-f]{1,4}:){5}[\da-f]{3}$/],
    ['mac_address', '00:1A:2B:3C:4D:5E', /^00:00:5E:00:53:[\dA-F]{2}$/],
    ['mac_address', '001a.2b3c.4d5e', /^0000\.5e00\.53[\da-f]{2}$/],
    ['us_ssn', '606-19-3936', /^9\d\d-[0-4]\d-\d{4}$/],
    ['phone', '+1 (415) 926-2671', /^\+1 \(\d{3}\) 555-01\d\d$/],
    ['phone', '(212) 926-2368 ext. 77', /^\(\d{3}\) 555-01\d\d ext\. \d\d$/],
    ['phone', '477 0913', /^555 01\d\d$/],
    ['phone', '+44 7911 123456', /^\+44 7700 900\d{3}$/],
    ['phone', '07911 123456', /^07700 900\d{3}$/],
    ['phone', '0044 161 555 0958', /^0044 163 296 0\d{3}$/],
    ['phone', '+44 (0)20 7183 8750', /^\+44 \(0\)20 7946 0\d{3}$/],
    ['phone', '+33 6 12 34 56 78', /^\+33 6 39 98 \d\d \d\d$/],
    ['phone', '01 42 68 53 00', /^01 99 00 \d\d \d\d$/],
    ['phone', '+61 2 9876 5432', /^\+61 2 (?:5550|7010) \d{4}$/],
    ['phone', '0412 345 678', /^0491 570 1[15]\d$/],
    ['phone', '+49 30 12345678', /^\+49 (?:30 23125|69 90009|40 66969|89 99998|22 14710)\d{3}$/],
    ['phone', '+353 1 234 56789', /^\+353 2 091 \d{5}$/],
    ['phone', '+46 70 123 45 67', /^\+46 70 174 06 [1-7]\d$/],
  ]
  for (const [entity, value, pattern] of ranges) assert.match(lookAlike(digest, entity, value), pattern, value)
})

test('a phone number of another country keeps its country and could exist', () => {
  assert.match(lookAlike(digest, 'phone', '+39 312 345 6789'), /^\+39 3\d\d \d{3} \d{4}$/)
  assert.match(lookAlike(digest, 'phone', '0664 1234567'), /^066\d \d{7}$/)
  assert.match(lookAlike(digest, 'phone', '13812345678'), /^138\d{8}$/)
  assert.match(lookAlike(digest, 'phone', '98765 43210'), /^987\d\d \d{5}$/)
})

test('addresses and URLs of one domain stay together', () => {
  const domain = (text: string) => /[a-z]+\d\.example\.com/.exec(text)?.[0]
  const one = domain(lookAlike(digest, 'email', 'bob@firm.de'))
  assert.ok(one)
  assert.equal(domain(lookAlike(digest, 'email', 'ann.lee@FIRM.de')), one)
  assert.equal(domain(lookAlike(digest, 'url', 'https://www.firm.de/x')), one)
  assert.notEqual(domain(lookAlike(digest, 'email', 'bob@film.de')), one)
  assert.notEqual(domain(lookAlike(keyed('other'), 'email', 'bob@firm.de')), one)
})

test('cards stay with their network, IBANs with their country', () => {
  const networks = { '4111111111111111': '400000', '5105105105105100': '555555', '2223003122003222': '222300' }
  for (const [card, prefix] of Object.entries(networks))
    assert.ok(lookAlike(digest, 'credit_card', card).startsWith(prefix))
  assert.match(
    lookAlike(digest, 'iban', 'FR14-2004-1010-0505-0001-3M02-606'),
    /^FR\d\d-\d{4}-\d{4}-\d{4}-\d{4}-\d[A-Z]\d\d-\d{3}$/,
  )
})

test('dates of birth move by at most three years, in their own order and words', () => {
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
    const of = (value: string) => lookAlike(keyed(key), 'date_of_birth', value)
    const [, day = '', month = '', year = ''] = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(of('25/04/1985')) ?? []
    assert.ok(Number(day) >= 10 && Number(day) <= 28 && Number(month) >= 1 && Number(month) <= 12, of('25/04/1985'))
    assert.ok(year !== '1985' && Math.abs(Number(year) - 1985) <= 3)
    assert.match(of('4/9/85'), /^[1-9]\/[1-9]\/8\d$/)
    assert.match(of('APRIL 12, 1985'), /^[A-Z]{3,9} [12]\d, 198\d$/)
    assert.match(of('12 avril 1985'), /^[12]\d avril 198\d$/)
    assert.match(of('01/01/00'), /^0[1-9]\/0[1-9]\/(?:9[789]|0[123])$/)
  }
})

test('terms and patterns of the operator, and secrets, keep their shape', () => {
  assert.match(lookAlike(digest, 'project', 'Blue Heron 7'), /^[A-Z][a-z]{3} [A-Z][a-z]{4} \d$/)
  assert.match(lookAlike(digest, 'ticket', 'ACME-2041/b'), /^[A-Z]{4}-\d{4}\/[a-z]$/)
  assert.equal(lookAlike(digest, 'project', 'Синица').length, 6)
  assert.equal(lookAlike(digest, 'sign', '***'), '[SIGN]')
  assert.equal(lookAlike(digest, 'us_npi', '+++'), '[US_NPI]')
})

test('a look-alike is never the value, whatever it is, and nothing throws', () => {
  const entities = fc.constantFrom(...entityNames(), 'project')
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^[+(]?[\d .:/@x-]{0,30}$/),
    fc.constantFrom(...FIXTURE_VALUES.map(({ value }) => value)),
  )
  fc.assert(
    fc.property(entities, texts, (entity, value) => {
      const other = lookAlike(digest, entity, value)
      assert.notEqual(other, value)
      assert.equal(lookAlike(digest, entity, value), other)
    }),
    { numRuns: 2000 },
  )
})

test('the longest search ends within milliseconds', () => {
  const before = process.cpuUsage()
  for (let index = 0; index < 50; index++) lookAlike(keyed(String(index)), 'fr_nir', '2 55 08 2A 168 025 97')
  const { user } = process.cpuUsage(before)
  assert.ok(user / 50_000 < 40, `${user / 50_000} ms each`)
})
