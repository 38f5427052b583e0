import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { restoreText } from '../../../../policies/pii/answer/restorer.js'
import { textLane } from '../../../../policies/pii/answer/text-lane.js'
import type { Decision } from '../../../../policies/pii/answer/treatment.js'
import { createDetector } from '../../../../policies/pii/detect/detector.js'
import { ALL_FIXTURES, plainText } from '../detect/entities/all-fixtures.js'
import { placeholdersOf } from '../placeholders/digest.js'
import { cutAt, detector, inPieces, judge, known, median, ORIGINALS, run, workOf } from './lanes.js'
import { pieces } from './pieces.js'

const { placeholders, of } = known()
const inner = (made: string): string => made.slice(1, -1)
const lane = () => textLane(workOf({ placeholders }))

/** What a model writes, and what the client is to get. */
const FIXTURES: readonly (readonly [written: string, shown: string])[] = [
  [`Write to ${of.email}.`, `Write to ${ORIGINALS.email}.`],
  [`${of.email}${of.phone}`, `${ORIGINALS.email}${ORIGINALS.phone}`],
  [`[${of.us_ssn}] [x] [[y]`, `[${ORIGINALS.us_ssn}] [x] [[y]`],
  [`**${of.email.replace('_', '\\_')}**, ok`, `**${ORIGINALS.email}**, ok`],
  [`(${inner(of.email).toLowerCase()}) and`, `(${ORIGINALS.email}) and`],
  [`mailto:%5B${inner(of.email)}%5D?x=%20${inner(of.phone)}`, `mailto:${ORIGINALS.email}?x=%20${ORIGINALS.phone}`],
  [
    `【${inner(of.us_ssn).replaceAll('_', ' ')}】 &#91;${inner(of.us_ssn).replaceAll('_', '-')}&#93;`,
    `${ORIGINALS.us_ssn} ${ORIGINALS.us_ssn}`,
  ],
  [`EMAIL EMAIL_${inner(of.email)} [EMAIL_] [EMAIL`, `EMAIL EMAIL_${ORIGINALS.email} [EMAIL_] [EMAIL`],
  [`ends with ${inner(of.email)}`, `ends with ${ORIGINALS.email}`],
  ['card 4111 1111 1111 1111, ssn 219-33-8146.', 'card <credit_card>, ssn <us_ssn>.'],
  [`new bob@other-mail.com, old ${ORIGINALS.email}.`, `new <email>, old ${ORIGINALS.email}.`],
  [`${of.phone}4111 1111 1111 1111${of.email}`, `${ORIGINALS.phone}<credit_card>${ORIGINALS.email}`],
  [`at https://github.com/${of.email}/x and Blue Heron`, `at https://github.com/${ORIGINALS.email}/x and <project>`],
  [`name: 😀 ${of.quoted} \ud83d\ude00`, `name: 😀 ${ORIGINALS.quoted} \ud83d\ude00`],
  ['call me at +1 212 736 5000 today', 'call me at <phone> today'],
  ['𝟒𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 is a card', '<credit_card> is a card'],
]

test('placeholders become the originals, new values are treated: every cut, and every pair of cuts', () => {
  for (const [written, shown] of FIXTURES) {
    assert.equal(run(lane(), [written]).text, shown)
    for (let first = 0; first <= written.length; first++) {
      for (let second = first; second <= written.length; second++) {
        const { text } = run(lane(), cutAt(written, first, second))
        assert.equal(text, shown, `${JSON.stringify(written)} cut at ${first} and ${second}`)
      }
    }
    assert.equal(run(lane(), [...written].join('\u0000').split('\u0000')).text, shown)
  }
})

test('values of every entity: the same in pieces as in one', () => {
  const texts = ALL_FIXTURES.flatMap(({ accepts }) => accepts.map(plainText)).map((text) => `${text} and ${of.email}. `)
  for (const text of texts) {
    const whole = run(lane(), [text])
    for (let cut = 1; cut < text.length; cut++) assert.deepEqual(run(lane(), cutAt(text, cut)).text, whole.text)
  }
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...texts), { minLength: 2, maxLength: 4 }),
      fc.integer({ min: 1, max: 9 }),
      (parts, size) => {
        const text = parts.join('')
        assert.equal(run(lane(), inPieces(text, size)).text, run(lane(), [text]).text)
      },
    ),
    { numRuns: 60 },
  )
})

test('nothing of a value that is masked comes out before it is decided', () => {
  const values = [
    'bob.carter@other-mail.com',
    '4111 1111 1111 1111',
    '219-33-8146',
    '+1 212 736 5000',
    'GB82 WEST 1234 5698 7654 32',
  ]
  for (const value of values) {
    const before = 'My ssn or number is '
    const text = `${before}${value}, thanks.`
    for (const size of [1, 2, 3, 5, 7]) {
      for (const output of run(lane(), inPieces(text, size)).outputs) {
        assert.ok(output.length <= before.length || output[before.length] === '<', JSON.stringify(output))
      }
    }
  }
})

test('a value that blocks lets out what was before it, and nothing else', () => {
  const text = `Hello ${of.email}, EMP-12345 is here.`
  for (let cut = 0; cut <= text.length; cut++) {
    const { text: shown, blocked } = run(lane(), cutAt(text, cut))
    assert.deepEqual([shown, blocked], [`Hello ${ORIGINALS.email}, `, true])
  }
})

test('report only holds nothing back, and counts all', () => {
  const text = `My card is 4111 1111 1111 1111, not ${of.email}, ${ORIGINALS.email} or bob@other-mail.com. ${'word '.repeat(500)}`
  for (const size of [1, 4, 100_000]) {
    const counts: string[] = []
    const counting = {
      detector,
      isKnown: (value: string) => placeholders.has(value),
      count: (entity: string) => counts.push(entity),
    }
    const { held, text: shown } = run(textLane({ judge: counting }), inPieces(text, size))
    assert.ok(held.every((length) => length === 0))
    assert.equal(shown, text)
    assert.deepEqual(counts, ['credit_card', 'email'])
  }
})

test('a value with an original in its middle: its own parts are treated, the original stays', () => {
  const wide = createDetector({ entities: ['line'], patterns: [{ name: 'line', pattern: '<[^>]*>' }] })
  const counts: string[] = []
  const values: string[] = []
  const work = {
    placeholders,
    judge: {
      detector: wide,
      treat: (_: unknown, value: string): Decision => {
        values.push(value)
        return { replace: '*' }
      },
      isKnown: () => false,
      count: (entity: string) => counts.push(entity),
    },
  }
  assert.equal(run(textLane(work), [`a <b ${of.email} c> d`]).text, `a *${ORIGINALS.email}* d`)
  assert.deepEqual([counts, values], [['line'], ['<b ', ' c>']])
})

test('only placeholders: what cannot become one is not held', () => {
  const only = () => textLane({ placeholders })
  const { held } = run(only(), [...'Nothing to see, 4111 1111'])
  assert.ok(
    held.every((length) => length <= 1),
    held.join(' '),
  )
  assert.deepEqual(run(only(), ['x [', 'EMA', 'IL_X']).held, [1, 4, 0])
})

const unicode = fc.string({ unit: 'binary', maxLength: 60 })

test('restore(mask(x)) is x for any text', () => {
  const everything = createDetector({ threshold: 0.3 })
  const other = placeholdersOf()
  const foreign = ['a', 'b', 'c'].map((value) => other.placeholderFor('email', value))
  const piece = fc.oneof(
    unicode,
    fc.constantFrom(...ALL_FIXTURES.flatMap(({ accepts }) => accepts.map(plainText))),
    fc.constantFrom(...foreign, ...foreign.map((each) => each.slice(1, -1).toLowerCase())),
    fc.constantFrom('[', ']', '\\[', '\\]', '%5B', '%5D', '&#91;', '[ ', 'EMAIL', 'EMAIL_', '_', ' ', '\\n'),
    fc.constantFrom('c@d-e.com', '4111 1111 1111 1111'),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (parts) => {
      const text = parts.join('')
      const own = placeholdersOf()
      own.avoid(text)
      let masked = ''
      let at = 0
      for (const { entity, start, end } of everything.find(text)) {
        masked += text.slice(at, start) + own.placeholderFor(entity, text.slice(start, end))
        at = end
      }
      masked += text.slice(at)
      assert.equal(restoreText(own, masked), text)
      assert.equal(run(textLane({ placeholders: own }), inPieces(masked, 3)).text, text)
    }),
    { numRuns: 1500 },
  )
})

test('of ordinary text in pieces of four little is held, and the first piece comes with the next one', () => {
  const sentence =
    'The committee met on Tuesday, in room 14, and agreed that the 3 reports should be merged by 2026; see https://example.org/a/b for more. ' +
    `Write to ${of.email} or call ${of.phone}, not bob@other-mail.com. `
  const { held, outputs } = run(lane(), inPieces(sentence.repeat(20), 4))
  assert.ok(median(held) <= 64, `median ${median(held)}`)
  assert.ok(Math.max(...held) <= 128, `most ${Math.max(...held)}`)
  for (const start of ['The committee', 'I can help', 'E-mail is', '[1] Note', '555 people', 'Ann said', '{"a": 1}']) {
    const first = run(lane(), inPieces(start, 4)).outputs.findIndex((output) => output !== '')
    assert.ok(first <= 1, `${start}: ${first} pieces later`)
  }
  assert.ok(outputs[1] !== '')
})

test('the work per character is bounded, however small the pieces and however long the tail', () => {
  const texts = [
    'The committee met on Tuesday and agreed. ',
    `${of.email} `,
    '[EMAIL [EMAIL_ ',
    'https://example.org/a/b?c=d&e=f/',
    'A',
    '7',
    'EMAIL',
    'a.b.',
    '4111 ',
  ]
  for (const unit of texts) {
    const text = unit.repeat(Math.ceil(12_000 / unit.length))
    let scanned = 0
    let read = 0
    const work = {
      placeholders: {
        avoid: (given: string, from?: number, to?: number) => placeholders.avoid(given, from, to),
        placeholderFor: (entity: string, value: string) => placeholders.placeholderFor(entity, value),
        has: (value: string) => placeholders.has(value),
        size: () => placeholders.size(),
        maxLength: () => placeholders.maxLength(),
        read: (...given: Parameters<typeof placeholders.read>) => {
          read++
          return placeholders.read(...given)
        },
        nextFrom: (given: string, at: number) => {
          const next = placeholders.nextFrom(given, at)
          read += next - at
          return next
        },
      },
      judge: {
        ...judge(),
        detector: {
          ...detector,
          scan: (given: string, from?: number) => {
            scanned += given.length
            return detector.scan(given, from)
          },
          follow: () => {
            const follower = detector.follow()
            return (
              follower && {
                begin: (given: string, decided: number) => {
                  scanned += Math.min(decided, detector.window)
                  return follower.begin(given, decided)
                },
                push: (piece: string) => {
                  scanned += piece.length
                  return follower.push(piece)
                },
              }
            )
          },
        },
      },
    }
    const { text: shown } = run(textLane(work), text.split(''))
    assert.ok(shown.length > 0)
    const perUnit = `${JSON.stringify(unit)}: ${scanned / text.length} scanned, ${read / text.length} read`
    assert.ok(scanned > text.length && scanned < (detector.window + 128) * text.length, perUnit)
    assert.ok(read >= text.length / 20 && read <= 3 * text.length, perUnit)
  }
})

test('what is followed has the text of what is scanned, whichever placeholders are in it', () => {
  const scanning = createDetector({ secrets: true })
  const unfollowed = { ...scanning, follow: () => undefined }
  const laneWith = (chosen: typeof scanning) => textLane({ placeholders, judge: { ...judge(), detector: chosen } })
  const said = fc.array(
    fc.oneof({ weight: 4, arbitrary: pieces }, fc.constantFrom(...Object.values(of).map((each) => [each]))),
  )
  fc.assert(
    fc.property(said, (parts) => {
      const given = parts.flat()
      assert.equal(run(laneWith(scanning), given).text, run(laneWith(unfollowed), [given.join('')]).text)
    }),
    { numRuns: 1000 },
  )
})
