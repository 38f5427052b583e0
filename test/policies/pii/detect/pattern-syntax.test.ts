import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PatternNode, parsePattern } from '../../../../policies/pii/detect/pattern-syntax.js'

/** The tree in one line: sets in angles, repetitions as {least,most}. */
function shown(node: PatternNode): string {
  switch (node.kind) {
    case 'character':
      return String.fromCodePoint(node.code)
    case 'set':
      return `<${node.set.source}${node.set.foldsCase ? ' i' : ''}${node.set.dotAll ? ' s' : ''}>`
    case 'anchor':
      return `@${node.anchor} `
    case 'sequence':
      return `(${node.parts.map(shown).join('')})`
    case 'choice':
      return node.options.map(shown).join('|')
    case 'repeat':
      return `${shown(node.part)}{${node.least},${node.most}}`
  }
}

const KNOWN: readonly (readonly [pattern: string, tree: string])[] = [
  ['', '()'],
  ['ab|c', '(ab)|(c)'],
  ['a(b|)c', '(a(b)|()c)'],
  ['a?b*c+d??', '(a{0,1}b{0,Infinity}c{1,Infinity}d{0,1})'],
  ['a{3}b{2,}c{0,4}?', '(a{3,3}b{2,Infinity}c{0,4})'],
  ['a{,3}{x}', '(a{,3}{x})'],
  ['a{03}', '(a{03})'],
  ['[]a-z]x', '(<[]a-z]>x)'],
  ['[^]a]x', '(<[^]a]>x)'],
  ['[[:alpha:]\\]]+x', '(<[[:alpha:]\\]]>{1,Infinity}x)'],
  ['[[a]x', '(<[[a]>x)'],
  ['\\pN\\p{Greek}\\P{^Lu}\\D', '(<\\pN><\\p{Greek}><\\P{^Lu}><\\D>)'],
  ['\\n\\x41\\x{1f600}\\101\\0', '(\nA😀A\0)'],
  ['\\.\\-\\/', '(.-/)'],
  ['\\Qa+\\E+b', '(a+{1,Infinity}b)'],
  ['\\Qa|', '(a|)'],
  ['\\A^\\b\\B$\\z', '(@textStart @textStart @boundary @noBoundary @textEnd @textEnd )'],
  ['(?m)^a$\\z', '(@lineStart a@lineEnd @textEnd )'],
  ['(?i)a1(?-i)a', '(<\\x{61} i>1a)'],
  ['((?i)a|b)c', '((<\\x{61} i>)|(<\\x{62} i>)c)'],
  ['(?i:é)é', '((<\\x{e9} i>)é)'],
  ['(?s).(?-s:.).', '(<. s>(<.>)<. s>)'],
  ['(?P<n>a)(?<m>b)(?:c)(d)', '((a)(b)(c)(d))'],
  ['(?U)a+', '(a{1,Infinity})'],
]

for (const [pattern, tree] of KNOWN) {
  test(`reads ${JSON.stringify(pattern)}`, () => {
    const node = parsePattern(pattern)
    assert.equal(node && shown(node), tree)
  })
}

for (const pattern of ['a(?i)*', 'a\\Q\\E+', 'a)', '(a', '[a', 'a\\']) {
  test(`does not understand ${JSON.stringify(pattern)}`, () => {
    assert.equal(parsePattern(pattern), undefined)
  })
}
