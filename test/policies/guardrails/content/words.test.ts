import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { wordsGuard } from '../../../../policies/guardrails/content/words.js'
import { cpuMilliseconds } from '../../../support/cpu-time.js'
import { hear, inRequest, ofRequest } from './asked.js'

const listed = (...terms: readonly string[]) => wordsGuard({ lists: [{ name: 'list', terms }], disguised: false })
const disguised = (...terms: readonly string[]) => wordsGuard({ lists: [{ name: 'list', terms }], disguised: true })

test('terms are found as whole words, however they are spelt', () => {
  const guard = listed('forbidden', 'Straße', 'guaranteed returns', "don't")
  const found = {
    'this is Forbidden.': 'Forbidden',
    FORBIDDEN: 'FORBIDDEN',
    fórbíddën: 'fórbíddën',
    'fo\u0301rbidden\u0301!': 'fo\u0301rbidden\u0301',
    ｆｏｒｂｉｄｄｅｎ: 'ｆｏｒｂｉｄｄｅｎ',
    'f\u200bor\u200bbidden': 'f\u200bor\u200bbidden',
    fоrbiddеn: 'fоrbiddеn',
    𝐟𝐨𝐫𝐛𝐢𝐝𝐝𝐞𝐧: '𝐟𝐨𝐫𝐛𝐢𝐝𝐝𝐞𝐧',
    'die STRASSE dort': 'STRASSE',
    'Guaranteed\n  Returns': 'Guaranteed\n  Returns',
    'guaranteed-returns': 'guaranteed-returns',
    '"guaranteed", returns': 'guaranteed", returns',
    'we dont': 'dont',
    'we don’t': 'don’t',
  }
  for (const [text, place] of Object.entries(found)) assert.equal(inRequest(guard, text), `list: ${place}`, text)
  for (const text of [
    'unforbidden',
    'forbiddens',
    'for bidden',
    'guaranteed. Returns',
    'guaranteed\n\nreturns',
    'guaranteed returnsx',
    'donts',
    '',
  ]) {
    assert.equal(inRequest(guard, text), 'clean', text)
  }
  assert.equal(inRequest(guard, `guaranteed ${'-'.repeat(10)} returns`), 'clean', 'too far apart')
})

test('signs that mean something are part of a term', () => {
  const guard = listed('C++', 'c#', '$GME', '🔫', '100%', 'node.js')
  for (const text of ['C++', 'c#', '$gme', '🔫', '100%', 'Node.js', 'node js']) {
    assert.equal(inRequest(guard, `a ${text} b`), `list: ${text}`, text)
  }
  for (const text of ['C', 'c d', 'GME', '100', '🔪']) assert.equal(inRequest(guard, `a ${text} b`), 'clean', text)
})

test('scripts without spaces have terms within their text', () => {
  assert.equal(inRequest(listed('赌博'), '他喜欢赌博和酒'), 'list: 赌博')
  assert.equal(inRequest(listed('การพนัน'), 'เขาชอบการพนันมาก'), 'list: การพนัน')
})

test('what is disguised is found where that is asked for', () => {
  const guard = disguised('shit', 'kill', 'ass', 'bastard', 'hello world')
  const found = [
    'sh1t',
    'SH!T',
    '$hit',
    'k1ll',
    'ki11',
    'a$$',
    '@ss',
    'b4st4rd',
    's h i t',
    's.h.i.t',
    's-h-i-t',
    'k i l l',
    'h3llo w0rld',
  ]
  for (const text of found) {
    assert.equal(inRequest(guard, `you ${text} there`), `list: ${text}`, text)
    assert.equal(inRequest(listed('shit', 'kill', 'ass', 'bastard', 'hello world'), `you ${text} there`), 'clean', text)
  }
  for (const text of [
    '455',
    'a55',
    'I paid $5 for 455 items',
    'kill3r',
    'x k',
    's h o t',
    '5 417',
    'wow!',
    'Hello! World',
  ]) {
    assert.equal(inRequest(guard, text), 'clean', text)
  }
})

test('the reason is the first list that has a term in it, and every place is told', () => {
  const guard = wordsGuard({
    lists: [
      { name: 'first', terms: ['b', 'c d'] },
      { name: 'second', terms: ['a', 'b'] },
    ],
    disguised: false,
  })
  assert.equal(inRequest(guard, 'x a b c d', 'a'), 'first: a, b, c d, a')
  assert.equal(inRequest(guard, 'a a'), 'second: a, a')
})

test('of terms that overlap the first counts, then the longest', () => {
  const guard = listed('acme', 'acme corp', 'corp of', 'of ohio state', 'state')
  assert.equal(inRequest(guard, 'the Acme Corp of Ohio State'), 'list: Acme Corp, of Ohio State')
  assert.equal(inRequest(guard, 'the Acme Corp of state'), 'list: Acme Corp, state')
})

const TERMS = ['ab', 'a b', 'b a', 'a', 'b c a', 'cc', 'a bc', 'c a ac']
const unit = fc.constantFrom('a', 'b', 'c', 'A', ' ', '-', '. ', '\u200b')
/** Longer than the windows of these terms. */
const written = fc.array(unit, { maxLength: 160 }).map((units) => units.join(''))
const terms = fc.subarray(TERMS, { minLength: 1 })

/** The same by trying every term everywhere: the earliest first, then the longest. */
function naive(terms: readonly string[], text: string): readonly string[] {
  const found: string[] = []
  const isWord = (at: number) => /[a-z]/i.test(text.replace(/\u200b/g, '')[at] ?? '')
  const bare = text.replace(/\u200b/g, '')
  const expressions = terms.map((term) => new RegExp(term.replaceAll(' ', '(?:(?!\\. )[ .-])+?'), 'iy'))
  for (let at = 0; at < bare.length; ) {
    let longest = 0
    for (const expression of expressions) {
      expression.lastIndex = at
      const length = expression.exec(bare)?.[0].length ?? 0
      if (!isWord(at - 1) && !isWord(at + length)) longest = Math.max(longest, length)
    }
    if (longest > 0) found.push(bare.slice(at, at + longest))
    at += Math.max(1, longest)
  }
  return found
}

test('finds what trying everything finds', () => {
  fc.assert(
    fc.property(
      terms,
      fc.array(fc.constantFrom('a', 'b', 'c', 'A', ' ', '-', '\u200b'), { maxLength: 20 }),
      (terms, units) => {
        const text = units.join('').replace(/[ -]{8,}/g, ' ')
        const judgement = ofRequest(listed(...terms), text)
        const places = judgement.kind === 'hit' ? (judgement.places ?? []) : []
        assert.deepEqual(
          places.map(({ start, end }) => text.slice(start, end).replace(/\u200b/g, '')),
          naive(terms, text),
        )
      },
    ),
    { numRuns: 5000 },
  )
})

test('what is found in a stream does not depend on where it is cut', () => {
  const cuts = fc.array(fc.nat(160), { maxLength: 6 })
  for (const make of [listed, disguised]) {
    fc.assert(
      fc.property(terms, written, cuts, (terms, text, cuts) => {
        const guard = make(...terms)
        const at = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length]
        const pieces = at.slice(1).map((cut, index) => text.slice(at[index], cut))
        assert.deepEqual(hear(guard, pieces), hear(guard, [text]))
        assert.deepEqual(hear(guard, [...text]), hear(guard, [text]))
      }),
      { numRuns: 3000 },
    )
  }
})

test('disguised words are found in a stream wherever it is cut', () => {
  const text =
    'padding to be longer than the window of this guard, which is some thirty or so; you sh1t, s h i t happens; f u n. '
  const guard = disguised('shit')
  const expected = hear(guard, [text])
  assert.deepEqual(
    expected.map(({ start, end }) => text.slice(start, end)),
    ['sh1t', 's h i t'],
  )
  for (let cut = 0; cut <= text.length; cut++) {
    assert.deepEqual(hear(guard, [text.slice(0, cut), text.slice(cut)]), expected, `${cut}`)
  }
  assert.deepEqual(hear(guard, [...text]), expected)
  assert.deepEqual(hear(guard, text.match(/.{1,7}/gs) ?? []), expected)
})

test('as many places as a text may have are told', () => {
  const judgement = ofRequest(listed('a', 'C++'), 'a C++ '.repeat(150_000))
  assert.equal(judgement.kind === 'hit' && judgement.places?.length, 300_000)
})

test('a megabyte takes steps of a bounded length, however many terms there are', () => {
  const terms = Array.from({ length: 20_000 }, (_, index) => `term number ${index * 7919}`)
  const guard = disguised(...terms)
  const text = 'the term number 42 is none, t.e.r.m n0ne; aaaa '.repeat(22_000)
  const ms = cpuMilliseconds(() => {
    assert.equal(ofRequest(guard, text).kind, 'clean')
    assert.equal(ofRequest(guard, `${text} term number 7919`).kind, 'hit')
  })
  assert.ok(ms < 10_000, `${ms} ms`)
})
