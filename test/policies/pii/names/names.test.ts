import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { NAME_CASES } from '../../../../bench/eval-names-cases.js'
import { createDetector, type Detector } from '../../../../policies/pii/detect/detector.js'
import type { Finding } from '../../../../policies/pii/detect/finding.js'
import { learned } from './learned.js'

const WORDS = ['person', 'location', 'organization', 'postal_address', 'date_time', 'age', 'nationality']
const names = createDetector({ entities: ['person', 'location', 'organization', 'postal_address'], names: learned })
const everything = createDetector({ alsoEntities: WORDS, names: learned })
const IDEOGRAPHS = [
  '我叫王伟，住在北京。请联系张先生，或者打电话给李小龙女士。',
  '제 이름은 김민수입니다. 田中さんは来ますか',
]
const TEXTS = [...NAME_CASES, ...IDEOGRAPHS].map((text) => text.replace(/«[A-Z]+:([^»]*)»/g, '$1'))

const valuesIn = (detector: Detector, text: string): readonly string[] =>
  detector.find(text).map(({ entity, start, end }) => `${entity}: ${text.slice(start, end)}`)

test('only the kinds that are asked for are found', () => {
  const text = 'Hannah Weber works for Siemens in Berlin since May 2019.'
  const only = (...entities: string[]) => valuesIn(createDetector({ entities, names: learned }), text)
  assert.deepEqual(only('person'), ['person: Hannah Weber'])
  assert.deepEqual(only('organization', 'location'), ['organization: Siemens', 'location: Berlin'])
  assert.deepEqual(only('date_time'), ['date_time: May 2019'])
  assert.deepEqual(valuesIn(createDetector(), text), [])
  assert.deepEqual(valuesIn(createDetector({ alsoEntities: ['person'], names: learned }), text), [
    'person: Hannah Weber',
  ])
})

test('what was learned is read only where names are looked for, and missed where it is not there', () => {
  const unread = () => assert.fail('nobody looks for names')
  createDetector({ names: unread })
  createDetector({ deny: { person: ['Ann'] }, names: unread })
  assert.throws(() => createDetector({ entities: ['person'] }), RangeError)
})

test('a value with a form of its own is what it is, whatever names it has in it', () => {
  const text =
    'Write to Hannah Weber <hannah.weber@firm.de> or see https://weber.com/Hannah and IBAN DE02120300000000202051'
  assert.deepEqual(valuesIn(everything, text), [
    'person: Hannah Weber',
    'email: hannah.weber@firm.de',
    'url: https://weber.com/Hannah',
    'iban: DE02120300000000202051',
  ])
})

test('terms of the operator stay beside names', () => {
  const detector = createDetector({ entities: ['person'], deny: { project: ['Blue Heron'] }, names: learned })
  assert.deepEqual(valuesIn(detector, 'Blue Heron belongs to Hannah Weber.'), [
    'project: Blue Heron',
    'person: Hannah Weber',
  ])
  const denied = createDetector({ entities: [], deny: { person: ['Xq'] }, names: learned })
  assert.deepEqual(valuesIn(denied, 'Xq and Hannah Weber'), ['person: Xq'])
})

test('what is allowed, and what is not sure enough, is not found', () => {
  const text = 'Hannah Weber met Jonas Brandt.'
  assert.deepEqual(valuesIn(createDetector({ entities: ['person'], allow: ['hannah weber'], names: learned }), text), [
    'person: Jonas Brandt',
  ])
  assert.deepEqual(
    valuesIn(createDetector({ entities: ['person'], thresholds: { person: 1.01 }, names: learned }), text),
    [],
  )
})

test('offsets are those of the text as it was given', () => {
  for (const [before, name] of [
    ['😀👩‍👧 My name is ', 'Hannah Weber'],
    ['\u200bMy name\u200b is ', 'Hannah Weber'],
    ['My name is ', 'Jose\u0301 Marti\u0301nez'],
    ['Ｍｙ ｎａｍｅ ｉｓ ', 'Ｈａｎｎａｈ Ｗｅｂｅｒ'],
    ['My name is ', '𝐇𝐚𝐧𝐧𝐚𝐡 𝐖𝐞𝐛𝐞𝐫'],
  ] as const) {
    assert.deepEqual(valuesIn(names, `${before}${name}. 😀`), [`person: ${name}`])
  }
})

test('masks, placeholders and hashes are no names', () => {
  for (const stand of [
    '[PERSON]',
    '[PERSON_7K2M9QXW4T]',
    '[ORGANIZATION_AB3DEFGH7K]',
    '[POSTAL_ADDRESS_XK2M9QXW4T]',
    '[PERSON#_8f1c22ab90de71f3]',
  ]) {
    for (const text of [`Dear ${stand},`, `My name is ${stand}.`, `${stand} lives in ${stand}`]) {
      assert.deepEqual(valuesIn(names, text), [], text)
    }
  }
})

test('the same text gives the same findings, whatever was read before', () => {
  const before = TEXTS.map((text) => everything.find(text))
  const other = createDetector({ alsoEntities: WORDS, names: learned })
  assert.deepEqual(
    [...TEXTS].reverse().map((text) => other.find(text)),
    [...before].reverse(),
  )
})

test('in slices the same is found', () => {
  const text = TEXTS.join('\n').repeat(4)
  const sliced = everything.findSliced(text)
  let steps = 0
  for (let step = sliced.next(); ; step = sliced.next()) {
    steps++
    if (!step.done) continue
    assert.deepEqual(step.value, everything.find(text))
    break
  }
  assert.ok(steps > text.length / 8192, `${steps} steps`)
})

/** Everything before `openFrom` of a prefix is final, and a scan may go on from there with `window` units of context. */
function assertFinal(detector: Detector, text: string, cut: number, whole: readonly Finding[]): number {
  const { findings, openFrom } = detector.scan(text.slice(0, cut))
  const final = (all: readonly Finding[]): readonly Finding[] => all.filter(({ end }) => end <= openFrom)
  const place = `${JSON.stringify(text)} cut at ${cut}, open from ${openFrom}`
  assert.deepEqual(final(findings), final(whole), place)
  assert.ok(!whole.some(({ start, end }) => start < openFrom && end > openFrom), `${place}: nothing reaches across`)
  const base = Math.max(0, openFrom - detector.window)
  const moved = detector
    .find(text.slice(base), openFrom - base)
    .map((finding) => ({ ...finding, start: finding.start + base, end: finding.end + base }))
  assert.deepEqual(
    moved,
    whole.filter(({ start }) => start >= openFrom),
    `${place}: resumed`,
  )
  return cut - openFrom
}

test('what is before openFrom is final: every cut of every case', () => {
  for (const text of TEXTS) {
    const whole = everything.find(text)
    for (let cut = 0; cut <= text.length; cut++) assertFinal(everything, text, cut, whole)
  }
})

test('what is before openFrom is final: cuts of long texts', () => {
  const pieces = [
    ...TEXTS,
    ' ',
    '\n',
    '\n\n',
    '          ',
    'Maria '.repeat(40),
    'Anna, Otto, '.repeat(30),
    'x'.repeat(40),
    '12 Main St',
    '. ',
    ' 😀 ',
  ]
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...pieces), { minLength: 20, maxLength: 40 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 }),
      (parts, places) => {
        const text = parts.join(' ')
        const whole = everything.find(text)
        for (const place of places) assertFinal(everything, text, Math.floor(place * text.length), whole)
      },
    ),
    { numRuns: 40 },
  )
})

test('what is before openFrom is final: nonsense of everything that means something', () => {
  const unit = fc.constantFrom(
    ...'ABab12  .,-\n:',
    'Maria ',
    'Weber ',
    'the ',
    'is ',
    'Street',
    'May ',
    '31',
    '\u0301',
    '😀',
    '王',
    "'s ",
    'GmbH',
    '我叫',
    '先生',
    '伟',
    'さん',
    '김',
    '민',
    ' 씨',
  )
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
      const whole = everything.find(text)
      for (let cut = 0; cut <= text.length; cut++) assertFinal(everything, text, cut, whole)
    }),
    { numRuns: 150 },
  )
})

test('a sentence, not more, is held back', () => {
  const text = TEXTS.join('\n')
  const whole = names.find(text)
  const held = Array.from({ length: 300 }, (_, index) => assertFinal(names, text, index * 10, whole))
  const average = held.reduce((sum, length) => sum + length, 0) / held.length
  assert.ok(average <= 60, `${average} units on average`)
  assert.ok(Math.max(...held) <= 250, `${Math.max(...held)} units at most`)
  const endless = 'Maria '.repeat(5000)
  assert.ok(endless.length - names.openFrom(endless) <= names.window)
})
