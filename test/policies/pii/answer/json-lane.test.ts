import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonLane } from '../../../../policies/pii/answer/json-lane.js'
import { cpuMilliseconds } from '../../../support/cpu-time.js'
import { cutAt, inPieces, known, median, ORIGINALS, run, workOf } from './lanes.js'

const { placeholders, of } = known()
const lane = () => jsonLane(workOf({ placeholders }))
const inner = (made: string): string => made.slice(1, -1)
const quoted = JSON.stringify(ORIGINALS.quoted).slice(1, -1)

/** Arguments as a model writes them, and as the client is to get them. */
const FIXTURES: readonly (readonly [written: string, shown: string])[] = [
  [`{"to":"${of.email}","n":1}`, `{"to":"${ORIGINALS.email}","n":1}`],
  [`{"a":"x\\n${of.quoted}\\t\\u00e9"}`, `{"a":"x\\n${quoted}\\t\\u00e9"}`],
  [`{"a":"\\u005b${inner(of.email)}\\u005D", "b" : "\\/"}`, `{"a":"${ORIGINALS.email}", "b" : "\\/"}`],
  [`{"a":"${of.email.replace('_', '\\\\_')} \\ud83d\\ude00"}`, `{"a":"${ORIGINALS.email} \\ud83d\\ude00"}`],
  [
    `{ "${of.us_ssn}": [true, null, -1.5e3, "${inner(of.us_ssn)}"] }`,
    `{ "${ORIGINALS.us_ssn}": [true, null, -1.5e3, "${ORIGINALS.us_ssn}"] }`,
  ],
  [
    `{"a":"${of.email.slice(0, 9)}","b":"${of.email.slice(9)}"}`,
    `{"a":"${of.email.slice(0, 9)}","b":"${of.email.slice(9)}"}`,
  ],
  ['{"mail":"bob\\u0040other-mail.com","c":"4111\\u00201111 1111 1111"}', '{"mail":"<email>","c":"<credit_card>"}'],
  ['{"card":4111111111111111,"n":12}', '{"card":"<credit_card>","n":12}'],
  ['{"card":[4111111111111111]}', '{"card":["<credit_card>"]}'],
  ['[1,4111111111111111,1]', '[1,"<credit_card>",1]'],
  ['{"ssn":"536228146"}', '{"ssn":"<us_ssn>"}'],
  ['4111111111111111', '"<credit_card>"'],
  ['{}', '{}'],
  [`{"a":"\\ud83d"}`, `{"a":"\\ud83d"}`],
  // No JSON: plain text from there on.
  [`to ${of.email}, "x\\n" bob@other-mail.com`, `to ${ORIGINALS.email}, "x\\n" <email>`],
  [`{"to": ${of.email}}`, `{"to": [${ORIGINALS.email}]}`],
  [`{'to': '${of.quoted}'}`, `{'to': '${ORIGINALS.quoted}'}`],
  ['{"a":1-2-3, x: bob@other-mail.com', '{"a":1-2-3, x: <email>'],
  ['{"a":tru, bob@other-mail.com', '{"a":tru, <email>'],
  [`{"a":"\\x ${of.email} b"}`, `{"a":"\\x ${ORIGINALS.email} b"}`],
  [`{"a":"\\u00zz ${of.email}`, `{"a":"\\u00zz ${ORIGINALS.email}`],
  ['4111-1111-1111-1111', '<credit_card>'],
  // Cut off.
  [`{"a":"${inner(of.email)}`, `{"a":"${ORIGINALS.email}`],
  ['{"a":"x\\u00', '{"a":"x\\u00'],
  ['{"a":12', '{"a":12'],
  ['{"a":tr', '{"a":tr'],
]

test('texts within JSON are restored and treated, the rest stays byte for byte: every cut, and every pair of cuts', () => {
  for (const [written, shown] of FIXTURES) {
    assert.equal(run(lane(), [written]).text, shown)
    for (let first = 0; first <= written.length; first++) {
      for (let second = first; second <= written.length; second++) {
        const { text } = run(lane(), cutAt(written, first, second))
        assert.equal(text, shown, `${JSON.stringify(written)} cut at ${first} and ${second}`)
      }
    }
    assert.equal(run(lane(), written.split('')).text, shown)
  }
})

test('what says the same says the same, however it is escaped and cut', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 })
  const leaf = fc.oneof(
    text,
    fc.constantFrom(...Object.values(ORIGINALS)),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  )
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(text, tie('any'), { maxKeys: 3 }),
    ),
  })).any
  const masked = (json: string): string =>
    Object.entries(ORIGINALS).reduce(
      (all, [entity, original]) =>
        all.replaceAll(JSON.stringify(original).slice(1, -1), of[entity as keyof typeof ORIGINALS]),
      json,
    )
  const escapeSome = (json: string, seed: number): string =>
    json.replace(/[[\]A-Z]/g, (unit, at: number) =>
      (at * 7 + seed) % 5 === 0 && /[A-Z]/.test(unit) ? `\\u00${unit.charCodeAt(0).toString(16)}` : unit,
    )
  fc.assert(
    fc.property(value, fc.nat(4), fc.integer({ min: 1, max: 9 }), (given, seed, size) => {
      const json = JSON.stringify({ given })
      const wire = escapeSome(masked(json), seed)
      assert.deepEqual(JSON.parse(run(jsonLane({ placeholders }), inPieces(wire, size)).text), JSON.parse(json))
    }),
    { numRuns: 500 },
  )
})

test('whatever comes, nothing is thrown, and the result does not depend on the cuts', () => {
  const unit = fc.constantFrom(
    ...'{}[]:,"\\u0041tfn-1.e ',
    of.email,
    'true',
    '\\ud83d',
    'bob@other-mail.com',
    '4111111111111111',
  )
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 30 }), fc.integer({ min: 1, max: 7 }), (text, size) => {
      assert.equal(run(lane(), inPieces(text, size)).text, run(lane(), [text]).text)
      assert.equal(run(jsonLane({ placeholders: known().placeholders }), inPieces(text, size)).blocked, false)
    }),
    { numRuns: 2000 },
  )
})

test('valid JSON stays valid JSON, whatever is found in it', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom(4111111111111111, '4111 1111 1111 1111', of.quoted),
      (value, hidden) => {
        const json = JSON.stringify({ value, hidden, list: [hidden, value] })
        const { text } = run(lane(), inPieces(json, 4))
        assert.equal(typeof JSON.parse(text), 'object')
        assert.ok(!/4111 ?1111 ?1111/.test(text))
      },
    ),
    { numRuns: 500 },
  )
})

test('a value that blocks lets out what was before it', () => {
  const written = `{"a":"${of.email}\\n","b":"EMP-12345","c":1}`
  for (let cut = 0; cut <= written.length; cut++) {
    const { text, blocked } = run(lane(), cutAt(written, cut))
    assert.deepEqual([text, blocked], [`{"a":"${ORIGINALS.email}\\n","b":"`, true])
  }
})

test('of ordinary arguments in pieces of four little is held', () => {
  const json = JSON.stringify(
    Array.from({ length: 40 }, (_, index) => ({
      id: index,
      title: 'Minutes of the meeting',
      to: of.email,
      done: true,
    })),
  )
  const { held } = run(lane(), inPieces(json, 4))
  assert.ok(median(held) <= 64, `median ${median(held)}`)
  assert.ok(Math.max(...held) <= 128, `most ${Math.max(...held)}`)
})

test('time is linear in the text, in one piece and in many', () => {
  const units = ['{"a":"b\\n","c":[1,"4111 1111 1111 1111"]},', '\\n', '"', '1', `"${of.email}",`, '4111111111111111,']
  for (const unit of units) {
    for (const size of [1, 1_000_000]) {
      const text = `["${unit.repeat(Math.ceil(8000 / unit.length))}`
      const long = `["${unit.repeat(Math.ceil(32_000 / unit.length))}`
      const time = (given: string): number => cpuMilliseconds(() => run(lane(), inPieces(given, size)))
      const once = Math.min(time(text), time(text))
      const fourfold = Math.min(time(long), time(long))
      assert.ok(fourfold < 60 + 12 * once, `${unit} by ${size}: ${once} ms for 8 KB, ${fourfold} ms for 32 KB`)
    }
  }
})
