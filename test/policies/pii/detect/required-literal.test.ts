import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RE2JS } from 're2js'
import { parsePattern } from '../../../../policies/pii/detect/pattern-syntax.js'
import { requiredLiteral } from '../../../../policies/pii/detect/required-literal.js'

const KNOWN: readonly (readonly [pattern: string, literal: string, leads: boolean])[] = [
  ['EMP-\\d+', 'EMP-', true],
  ['\\bEMP-\\d+', 'EMP-', true],
  ['\\d+-ACME', '-ACME', false],
  ['ab?cd', 'cd', false],
  ['a(b|c)de', 'de', false],
  ['abc|def', '', false],
  ['(?i)abc', '', false],
  ['a\\.b[.]cde+', 'a.b', true],
  ['a\\.b[.]cdef+', 'cdef', false],
  ['x{2}y', 'x', true],
  ['x{2}yz', 'yz', false],
  ['(?:EMP)-\\d', 'EMP-', true],
  ['(?P<kind>ab|cd)-(xy)+z', '-xy', false],
  ['a(bc)+de', 'abc', true],
  ['(ab)?cd', 'cd', false],
  ['(?i)acme-\\d+', '-', false],
  ['a(?i)b(?-i)cd', 'cd', false],
  ['\\Qa.b\\E+c', 'a.b', true],
  ['\\x41\\x{1F600}\\103', 'A😀C', true],
  ['\\0123', '\n3', true],
  ['a{,2}b', 'a{,2}b', true],
  ['[]x]yz', 'yz', false],
  ['(?:)*a', 'a', false],
  ['a(?i)*', '', false],
  ['', '', false],
]

for (const [pattern, literal, leads] of KNOWN) {
  test(`${pattern} needs ${JSON.stringify(literal)}`, () => {
    assert.deepEqual(requiredLiteral(parsePattern(pattern)), { literal, leads })
  })
}

test('every match has the literal in it, and begins with it where it leads', () => {
  const piece = fc.constantFrom(
    'ab',
    'c',
    'x?',
    'y*',
    'z+',
    '(p|q)',
    '[rs]',
    '\\d',
    '\\.',
    '(t)?',
    'u{2}',
    '.',
    '\\b',
    '(?:vw)',
    'e{0,2}',
    '(?:x|yz)+',
    '(ab)+',
    '(?i:v)',
    '\\Q.e\\E',
  )
  const text = fc.string({ unit: fc.constantFrom(...'abcxyzpqrstuvw.e12') })
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), text, (pieces, subject) => {
      const pattern = pieces.join('')
      const { literal, leads } = requiredLiteral(parsePattern(pattern))
      const matcher = RE2JS.compile(pattern).matcher(subject)
      if (!matcher.find()) return
      const match = subject.slice(matcher.start(), matcher.end())
      assert.ok(match.includes(literal), `${pattern} matches ${match} without ${literal}`)
      assert.ok(!leads || match.startsWith(literal), `${pattern} matches ${match}`)
    }),
    { numRuns: 2000 },
  )
})
