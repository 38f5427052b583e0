import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDetector } from '../../../../policies/pii/detect/detector.js'

const detector = createDetector()

function entitiesIn(text: string): readonly string[] {
  return detector.find(text).map(({ entity }) => entity)
}

test('nine digits are a social security number only where somebody says so', () => {
  assert.deepEqual(entitiesIn('the value is 234567890'), [])
  assert.deepEqual(entitiesIn('my SSN is 234567890'), ['us_ssn'])
  assert.deepEqual(entitiesIn('{"socialSecurityNumber": "234567890"}'), ['us_ssn'])
  assert.deepEqual(entitiesIn('social_security=234567890'), ['us_ssn'])
})

test('a label far away says nothing', () => {
  assert.deepEqual(entitiesIn(`the SSN field ${'is described elsewhere '.repeat(6)}234567890`), [])
})

test('the nearest label names the value', () => {
  assert.deepEqual(entitiesIn('SSN 234-56-7890 and routing number 011000015'), ['us_ssn', 'us_routing_number'])
  assert.deepEqual(entitiesIn('passport no. HV6620417 and license number 5512908'), ['passport', 'driver_license'])
})

test('words about machines lower the confidence', () => {
  const [plain] = detector.find('pay 5555555555554444')
  const [machine] = detector.find('checksum 5555555555554444')
  assert.ok(plain && machine && machine.confidence < plain.confidence)
  assert.deepEqual(entitiesIn('version 10.20.30.40'), [])
  assert.deepEqual(entitiesIn('host 10.20.30.40'), ['ip_address'])
})

test('a phone number may be named from behind', () => {
  assert.deepEqual(entitiesIn('62 41 90 office'), ['phone'])
  assert.deepEqual(entitiesIn('62 41 90 apples'), [])
})

test('labels in other languages and scripts', () => {
  assert.deepEqual(entitiesIn('Téléphone : 477 0913'), ['phone'])
  assert.deepEqual(entitiesIn('FÜHRERSCHEIN 7318264'), ['driver_license'])
  assert.deepEqual(entitiesIn('手机13911223344'), ['phone'])
})

test('text inside JSON, code and URLs counts', () => {
  assert.deepEqual(entitiesIn('```js\nconst user = { mail: "ann@firm.de" }\n```'), ['email'])
  assert.deepEqual(entitiesIn('curl "http://localhost/u?mail=ann%40firm.de&tel=%2B14155552671"'), ['email'])
  assert.deepEqual(entitiesIn('{"a":{"card":4111111111111111}}'), ['credit_card'])
})
