import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GatewayError } from '../../core/errors.js'
import { TOGETHER } from '../../core/json-reader.js'
import { hasDuplicates, type JsonBody, readJsonBody, readLongJsonBody } from '../../core/members.js'
import { AT_ONCE, type Steps } from '../../core/turns.js'

const bytes = (text: string) => new TextEncoder().encode(text)

/** What came of it, and the most units that were announced between two yields. */
function read(body: Uint8Array): { readonly made: JsonBody; readonly most: number; readonly yields: number } {
  const steps: Steps<JsonBody> = readLongJsonBody(body)
  for (let most = 0, yields = 0; ; yields++) {
    const step = steps.next()
    if (step.done) return { made: step.value, most, yields }
    most = Math.max(most, step.value)
  }
}

function outcome(work: () => JsonBody): unknown {
  try {
    const { value, members, written, ...body } = work()
    return { value, members: [...members], written, duplicates: hasDuplicates({ value, members, written, ...body }) }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return { code: error.code, message: error.message, param: error.param }
  }
}

const same = (body: Uint8Array) =>
  assert.deepEqual(
    outcome(() => read(body).made),
    outcome(() => readJsonBody(body)),
  )

/** Longer than what is read together, so that every value stands before, across and behind a place where it is taken apart. */
const padded = (text: string, by: number) => `{"pad":"${'x'.repeat(TOGETHER - by)}",${text.trim().slice(1)}`

test('any object is read as when it is read at once, wherever it is taken apart', () => {
  const name = fc.oneof(fc.constantFrom('a', 'b', '__proto__', '1', '0', 'constructor', '\ufeff'), fc.string())
  const leaf = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), fc.double(), fc.constant(null))
  const { node } = fc.letrec((tie) => ({
    node: fc.oneof(leaf, fc.array(tie('node'), { maxLength: 5 }), fc.dictionary(name, tie('node'), { maxKeys: 5 })),
  }))
  const object = fc.dictionary(name, node)
  fc.assert(
    fc.property(object, fc.nat(3), fc.nat(300), (value, indent, by) => {
      const text = JSON.stringify(value, null, indent)
      same(bytes(text))
      if (Object.keys(value).length > 0) same(bytes(padded(text, by)))
      same(bytes(`{"outer":{"pad":"${'x'.repeat(TOGETHER - by)}","list":[0,${text},${text}]}}`))
    }),
  )
})

test('any text that is nearly JSON is refused as when it is read at once', () => {
  const sign = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    ' ',
    '1',
    '-',
    'e',
    'true',
    '"a"',
    '"a":',
    '\\u00',
    '\u0001',
    'é',
  )
  const pieces = fc.array(sign, { maxLength: 12 }).map((signs) => signs.join(''))
  fc.assert(
    fc.property(pieces, fc.nat(40), fc.constantFrom('', '"', '[', '{"a":'), (text, by, before) => {
      same(bytes(text))
      same(bytes(`{"a":${text}}`))
      same(bytes(`{"pad":"${'x'.repeat(TOGETHER - by)}","a":${before}${text}}`))
      same(bytes(`{"a":[0,${before}${text}],"a":{"b":1,"b":2}}`))
      same(bytes(`{"l":[${'0,'.repeat(TOGETHER / 2 - by)}${text}]}`))
    }),
    { numRuns: 500 },
  )
})

test('bytes that are not UTF-8 are refused as such, also where the text is no JSON before them', () => {
  const broken = (text: string, ...more: readonly number[]) => Uint8Array.from([...bytes(text), ...more, 0x22, 0x7d])
  for (const more of [[0xff], [0xc3], [0xe2, 0x82], [0xed, 0xa0, 0x80], Array.from({ length: 9 }, () => 0x80)]) {
    same(broken('{"a":"', ...more))
    same(broken(`{"a":"${'x'.repeat(TOGETHER - 2)}`, ...more))
    same(broken('{"a":[1,,2],"b":"', ...more))
    same(broken('{"a" "', ...more))
  }
  same(Uint8Array.from([0xef, 0xbb, 0xbf, ...bytes('{"a":1}')]))
  same(bytes('{"a":"\ufeffx","\ufeff":1}'))
})

test('a string is taken apart between characters and escapes only', () => {
  for (const unit of ['é', '€', '😀', '\\"', '\\\\', '\\u00e9', '\\ud83d\\ude00', 'a\\n', 'é\\t€']) {
    for (let by = 0; by < 12; by++) same(bytes(`{"${'x'.repeat(by)}":"${unit.repeat(3 * TOGETHER)}"}`))
  }
})

test('a name that is there twice is found at any depth, and refused at the first', () => {
  const long = (text: string) => bytes(`{"list":[${'{"a":1},'.repeat(TOGETHER)}${text}]}`)
  same(long('{"a":1,"a":2}'))
  same(long('{"a":1}'))
  assert.ok(hasDuplicates(read(long('{"a":1,"a":2}')).made))
  same(bytes(`{"a":1,"b":"${'x'.repeat(TOGETHER)}","a":2}`))
  const members = Array.from({ length: 5500 }, (_, index) => `"m${index % 4500}":{"n":${index}}`)
  same(bytes(`{"o":{${members.join(',')}}}`))
})

test('what is nested too deep is refused, whatever comes behind it', () => {
  const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
  same(bytes(nested(128)))
  same(bytes(nested(129)))
  same(bytes(padded(nested(129), 60)))
  assert.throws(() => read(bytes(`{"a":${'['.repeat(1_000_000)}`)), /deeper than 128/)
  assert.throws(() => read(bytes('['.repeat(1_000_000))), GatewayError)
})

test('an object with too many members is refused, whatever comes behind it', () => {
  const members = (count: number, value = '1') =>
    Array.from({ length: count }, (_, at) => `"m${at}":${value}`).join(',')
  for (const count of [4998, 5000, 5001]) {
    same(bytes(`{${members(count)}}`))
    same(bytes(`{"o":[{${members(count)}}]}`))
    same(bytes(`{"o":[{${members(count, '[1,2,3,4]')}}]}`))
  }
  assert.ok(read(bytes(`{"o":{${members(5000)}}}`)).made.value.o)
  assert.throws(() => read(bytes(`{${members(5001)},`)), /more than 5000 members/)
  assert.throws(() => read(bytes(`{"o":{${members(20_000)},`)), /more than 5000 members/)
})

test('no step reads more than it has announced, whatever the body is made of', () => {
  const members = Array.from({ length: 5000 }, (_, index) => `"m${index}":1`).join(',')
  const bodies = {
    'one string': `{"a":"${'x'.repeat(2_000_000)}"}`,
    escapes: `{"a":"${'\\"'.repeat(500_000)}"}`,
    'many parts': `{"a":[${'{"type":"text","text":"hi"},'.repeat(50_000)}1]}`,
    'many members': `{"a":[${`{${members}},`.repeat(10)}1]}`,
    'own members': `{${members}}`,
    spaces: `{"a":${' '.repeat(1_000_000)}1}`,
    'a number': `{"a":1${'0'.repeat(200_000)}}`,
  }
  for (const [what, text] of Object.entries(bodies)) {
    const { made, most, yields } = read(bytes(text))
    assert.deepEqual(made.value, JSON.parse(text), what)
    // A string is put in one piece by one copy.
    const copied = what === 'one string' ? 2_000_000 / 256 : 0
    if (what !== 'a number') assert.ok(most <= Math.max(copied, AT_ONCE / 4), `${what}: ${most}`)
    assert.ok(yields >= text.length / TOGETHER - 1, `${what}: ${yields} yields`)
  }
})
