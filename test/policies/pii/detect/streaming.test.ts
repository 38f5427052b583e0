import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createDetector, type Detector } from '../../../../policies/pii/detect/detector.js'
import type { Finding } from '../../../../policies/pii/detect/finding.js'
import { ALL_FIXTURES, plainText } from './entities/all-fixtures.js'

const builtIn = createDetector()
const extended = createDetector({
  deny: { project: ['Blue Heron', 'x-9'] },
  patterns: [
    { name: 'staff', pattern: 'EMP-[0-9]{4,6}' },
    { name: 'ticket', pattern: '\\b[A-Z]{2}#\\d{3}\\b', maxLength: 8 },
  ],
})

const TEXTS = ALL_FIXTURES.flatMap(({ accepts, rejects }) => [...accepts.map(plainText), ...rejects])

/** Everything before `openFrom` of a prefix is final, and a scan may go on from there with `window` units of context. */
function assertFinal(detector: Detector, text: string, cut: number, whole: readonly Finding[]): void {
  const { findings, openFrom } = detector.scan(text.slice(0, cut))
  assert.ok(openFrom <= cut)
  const final = (all: readonly Finding[]): readonly Finding[] => all.filter(({ end }) => end <= openFrom)
  const place = `${JSON.stringify(text)} cut at ${cut}, open from ${openFrom}`
  assert.deepEqual(final(findings), final(whole), place)
  assert.ok(!whole.some(({ start, end }) => start < openFrom && end > openFrom), `${place}: nothing reaches across`)
  const base = Math.max(0, openFrom - detector.window)
  const resumed = detector.find(text.slice(base), openFrom - base)
  const moved = resumed.map((finding) => ({ ...finding, start: finding.start + base, end: finding.end + base }))
  assert.deepEqual(
    moved,
    whole.filter(({ start }) => start >= openFrom),
    `${place}: resumed`,
  )
}

function assertEveryCut(detector: Detector, text: string): void {
  const whole = detector.find(text)
  for (let cut = 0; cut <= text.length; cut++) assertFinal(detector, text, cut, whole)
}

test('what is before openFrom is final: every cut of every fixture', () => {
  for (const text of TEXTS) assertEveryCut(builtIn, text)
})

test('what is before openFrom is final: every cut of longer texts', () => {
  const pieces = [
    ...TEXTS,
    ' EMP-12345 ',
    'Blue Heron',
    ' AB#123 ',
    ' x-9 ',
    '\n',
    ' 😀 ',
    ' at ',
    ' dot com',
    '. ',
    ' 1 2 3 ',
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { minLength: 2, maxLength: 5 }), (parts) => {
      assertEveryCut(extended, parts.join(' '))
    }),
    { numRuns: 40 },
  )
})

test('what is before openFrom is final: nonsense of everything that means something', () => {
  const unit = fc.constantFrom(
    ...'0123456789 ..--@@:/+()[]xXaAtTdo%_#,\n',
    'at',
    'ssn',
    'www',
    '://',
    '\u200b',
    '𝟒',
    'é',
    '电',
    '话',
  )
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), (text) => assertEveryCut(extended, text)),
    { numRuns: 300 },
  )
})

test('little is held back of ordinary text', () => {
  const text =
    'The committee met on Tuesday, in room 14, and agreed that the 3 reports should be merged by 2026. '.repeat(4)
  for (let cut = 0; cut <= text.length; cut++) {
    assert.ok(cut - builtIn.openFrom(text.slice(0, cut)) <= 24, JSON.stringify(text.slice(0, cut)))
  }
})

test('half of a surrogate pair is open', () => {
  assert.equal(builtIn.openFrom('done. \ud835'), 6)
  assert.equal(builtIn.openFrom('done. 😀'), 8)
})

test('a token that is too long for a value does not stay open', () => {
  const withSecrets = createDetector({ secrets: true })
  for (const [detector, most] of [[builtIn, 130] as const, [withSecrets, 8450] as const]) {
    for (const unit of ['A', 'aB', '7', 'é', "a'"]) {
      const text = `mail ${unit.repeat(10_000)}`
      assert.ok(text.length - detector.openFrom(text) <= most, `${unit}: ${detector.openFrom(text)}`)
    }
  }
})

test('what is before openFrom is final: every cut of a token that is too long', () => {
  for (const unit of ['A', 'mail', 'xMail7', "a'", '4111']) {
    const long = unit.repeat(90)
    assertEveryCut(builtIn, `${long}@firm.de ann@firm.de 4111111111111111 mail ${long} 4111 1111 1111 1111`)
  }
})
