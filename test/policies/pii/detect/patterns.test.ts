import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RE2JS } from 're2js'
import type { Finding } from '../../../../policies/pii/detect/finding.js'
import { type CustomPattern, compilePattern, type PatternReader } from '../../../../policies/pii/detect/patterns.js'

const reader = (pattern: string, more: Partial<CustomPattern> = {}): PatternReader =>
  compilePattern({ name: 'own', pattern, ...more })

const found = (patterns: PatternReader, text: string, from = 0): readonly Finding[] => [
  ...[...patterns.matches(text, from)].flat(),
]

/** How much is held at each cut of a text. */
function heldAt(patterns: PatternReader, text: string): readonly number[] {
  return Array.from({ length: text.length }, (_, cut) => cut + 1 - patterns.openFrom(text.slice(0, cut + 1), 0))
}

const PROSE =
  'On Tuesday, 4 May 2027 at 10:30, Dr. Ada Quill of ACME-West met 12 people in Flat 9; 3 of them (25%) asked "why?"\n' +
  'Their answer was sent to the office in HILL ROAD, and nobody has written since. Das Büro — 東京, Ωmega — is shut.\n'

test('of prose only what could become a match is held', () => {
  const most: Readonly<Record<string, number>> = {
    '[A-Z]{2}\\d{6}': 2,
    '\\d{4}-\\d{4}': 4,
    '(?i)acme-\\d+': 5,
    'E-\\d{6}': 2,
    'a\\d+': 1,
    'Flat "\\d+"\\nHill Road': 5,
    '\\b[A-Z]{2}#\\d{3}\\b': 2,
    '\\p{Greek}\\d': 1,
    '(?:INV|ORD)-[0-9a-f]{8}': 1,
    '^\\d+$': 0,
  }
  for (const [pattern, held] of Object.entries(most)) {
    assert.equal(Math.max(...heldAt(reader(pattern), PROSE)), held, pattern)
  }
})

const HELD: readonly (readonly [pattern: string, text: string, held: readonly number[]])[] = [
  ['E-\\d{3}', 'xE-123 ', [0, 1, 2, 3, 4, 0, 0]],
  ['E-\\d{3}\\b', 'E-123 ', [1, 2, 3, 4, 5, 0]],
  ['\\d{2}-\\d{2}', '12-34x', [1, 2, 3, 4, 0, 0]],
  ['a\\d+', 'ba12 ', [0, 1, 2, 3, 0]],
  ['(?i)ab', 'xAB', [0, 1, 0]],
  ['ab|abcd', 'abcx', [1, 2, 3, 0]],
  ['a$', 'aa', [1, 1]],
  ['(?m)^a$', 'a\na\n', [1, 0, 1, 0]],
  ['(?m)ab$\\nc', 'ab\ncab d', [1, 2, 3, 0, 1, 2, 0, 0]],
  ['a\\Bbc', 'abc', [1, 2, 0]],
  ['(?s)a.b', 'a\nb', [1, 2, 0]],
  ['(?i)k1', '\u212a1', [1, 0]],
  ['\\Aab', 'aab', [1, 0, 0]],
  ['😀\\d', 'x😀1', [0, 1, 2, 0]],
]

for (const [pattern, text, held] of HELD) {
  test(`${pattern} holds ${held.join(' ')} of ${JSON.stringify(text)}`, () => {
    assert.deepEqual(heldAt(reader(pattern), text), held)
  })
}

test('a match that is longer than it may be is cut, and what is behind goes on being read', () => {
  const digits = reader('a?\\d+', { maxLength: 8 })
  const text = `a${'1'.repeat(30)} `
  const whole = found(digits, text).map(({ start, end }) => [start, end])
  assert.deepEqual(whole, [
    [0, 8],
    [8, 16],
    [16, 24],
    [24, 31],
  ])
  for (let cut = 0; cut <= text.length; cut++) {
    const open = digits.openFrom(text.slice(0, cut), 0)
    assert.ok(cut - open <= 9, `${cut}`)
    assert.ok(
      whole.every(([start = 0, end = 0]) => end <= open || start >= open),
      `${cut}: ${open}`,
    )
  }
})

test('a match is never cut within a pair of surrogates, nor is what is held', () => {
  for (const maxLength of [1, 2, 3, 4, 5]) {
    const all = reader('.+', { maxLength })
    const text = `x${'😀'.repeat(6)}`
    const places = found(all, text).flatMap(({ start, end }) => [start, end])
    for (const place of [...places, all.openFrom(text, 0)])
      assert.ok(place === 0 || place % 2 === 1, `${maxLength}: ${place}`)
  }
})

test('patterns that are too large, or not understood, hold as much as a match may be long', () => {
  assert.equal(reader('\\d{200}', { maxLength: 400 }).openFrom('x'.repeat(500), 0), 99)
  assert.deepEqual(heldAt(reader('E-\\d{600}'), 'xE-1'), [0, 1, 2, 3])
  assert.equal(reader('a(?i)*b', { maxLength: 10 }).openFrom('x'.repeat(50), 45), 45)
})

test('a pattern that RE2 does not know is refused', () => {
  assert.throws(() => reader('(?=a)'), /Perl syntax/)
})

test('many matches within one another are read in linear time', () => {
  const patterns = reader('ab|b(?s:.)*z', { maxLength: 4096 })
  const open = patterns.openFrom('ab'.repeat(2000), 0)
  assert.equal(open, 4000)
})

const atom = fc.constantFrom(
  ...[
    'a',
    'b',
    'A',
    '1',
    '-',
    '\\.',
    '.',
    '\\d',
    '\\w',
    '\\s',
    '\\W',
    '[ab]',
    '[^a1]',
    '[[:alpha:]-]',
    '\\p{Lu}',
    '\\PL',
  ],
  ...['é', '😀', '\\x61', '\\Qab\\E', '\\n', '[a\\d\\]]', '[^😀]'],
)
const anchor = fc.constantFrom('^', '$', '\\b', '\\B', '\\A', '\\z', '(?i)', '(?m)', '(?s)', '(?-i)', '')
const quantifier = fc.constantFrom('?', '*', '+', '{2}', '{0,2}', '{1,3}?', '{2,}', '+?', '??', '*?')
const open = fc.constantFrom('(', '(?:', '(?i:', '(?s-i:', '(?m:')

/** A pattern of RE2, a few levels deep. */
const { pattern } = fc.letrec<{ pattern: string; branch: string; piece: string }>((tie) => ({
  piece: fc.oneof(
    { depthSize: 'small' },
    { weight: 5, arbitrary: atom },
    { weight: 2, arbitrary: fc.tuple(atom, quantifier).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: anchor },
    { weight: 1, arbitrary: fc.tuple(open, tie('pattern'), fc.constant(')')).map((parts) => parts.join('')) },
    {
      weight: 1,
      arbitrary: fc.tuple(open, tie('pattern'), fc.constant(')'), quantifier).map((parts) => parts.join('')),
    },
  ),
  branch: fc.array(tie('piece'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
  pattern: fc.oneof(
    { weight: 3, arbitrary: tie('branch') },
    { weight: 1, arbitrary: fc.tuple(tie('branch'), tie('branch')).map((parts) => parts.join('|')) },
  ),
}))
const subject = fc.string({ unit: fc.constantFrom(...'aabb11AB-. \né', '😀'), maxLength: 20 })

/** All that the engine finds in a text, as offsets. */
function engineFinds(written: string, text: string): readonly (readonly [number, number])[] {
  const matcher = RE2JS.compile(written).matcher(text)
  const matches: [number, number][] = []
  for (let at = 0; at <= text.length && matcher.find(at); ) {
    const [start, end] = [matcher.start(), matcher.end()]
    if (end > start) matches.push([start, end])
    at = Math.max(end, start + String.fromCodePoint(text.codePointAt(start) ?? 0).length)
  }
  return matches
}

test('no match reaches across what is open, those before it are final, and those behind are found from there', () => {
  fc.assert(
    fc.property(pattern, subject, (written, text) => {
      const patterns = reader(written)
      const whole = engineFinds(written, text)
      assert.deepEqual(
        found(patterns, text).map(({ start, end }) => [start, end]),
        whole,
      )
      let from = 0
      for (let cut = 0; cut <= text.length; cut++) {
        if (/[\ud800-\udbff]/.test(text[cut - 1] ?? '')) continue
        const prefix = text.slice(0, cut)
        const openAt = patterns.openFrom(prefix, 0)
        const place = `${written} in ${JSON.stringify(text)} cut at ${cut}, open from ${openAt}`
        assert.ok(openAt <= cut, place)
        assert.ok(!whole.some(([start, end]) => start < openAt && end > openAt), place)
        const offsets = (all: readonly Finding[]): unknown => all.map(({ start, end }) => [start, end])
        assert.deepEqual(
          offsets(found(patterns, prefix).filter(({ start }) => start < openAt)),
          whole.filter(([start]) => start < openAt),
          place,
        )
        assert.deepEqual(
          offsets(found(patterns, text, openAt)),
          whole.filter(([start]) => start >= openAt),
          place,
        )
        from = patterns.openFrom(prefix, from)
        assert.ok(!whole.some(([start, end]) => start < from && end > from), `${place}, resumed ${from}`)
      }
    }),
    { numRuns: 2000 },
  )
})
