import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuMilliseconds } from '../../support/cpu-time.js'
import { configOf, MINIMAL, problemsOf, withSections } from './sample.js'

test('syntax errors come with their position and no text of the file', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['a: "open', /^4:9 \(document\): lacks a character/],
    ['\ta: 1', /^4:1 \(document\): is indented with a tab/],
    ['a: b: c', /^4:4 \(document\): has a second "key: value" on one line/],
    ['a: @b', /^4:4 \(document\): starts with a character that YAML reserves/],
    ['a: "\\q"', /^4:5 \(document\): has an unknown escape/],
    ['a: "x" y', /^4:8 \(document\): does not fit here/],
    ['a: [1', /^4:6 \(document\): is not indented like its neighbours, or a bracket is not closed/],
    ['a: !!set {b}', /^4:4 \(document\): has a tag that is not known/],
    ['a: !!binary aGk=', /^4:4 \(document\): has a tag that is not known/],
    ['a: &x &y 1', /^4:7 \(document\): has two anchors/],
    ['a: *nope', /^4:4 a: is an alias of no anchor/],
    ['---\na: 1', /^4:1 \(document\): is a second YAML document/],
    ['? [a]\n: 1', /^4:3 \(document\): has a key that is not text/],
    [': 1', /^4:1 \(document\): has a key that is not text/],
  ]
  for (const [text, expected] of cases) assert.match(problemsOf(`${MINIMAL}\n${text}`)[0] ?? '', expected)
})

test('one line of broken syntax is one problem', () => {
  assert.equal(problemsOf('- a\nb: 2').length, 1)
  assert.equal(problemsOf('a: "x" y\nb: "x" y').length, 2)
})

test('values are those of YAML 1.2: off, no and yes are text', () => {
  assert.match(problemsOf(withSections({ strict: 'strict: off' }))[0] ?? '', /must be true or false/)
  assert.equal(configOf(withSections({ pii: 'pii: { mode: off }' })).strict, false)
  assert.equal(configOf(`%YAML 1.2\n---\n${MINIMAL}`).version, 1)
  assert.match(problemsOf(`%YAML 1.1\n---\n${MINIMAL}`)[0] ?? '', /the only one is %YAML 1.2/)
})

test('a key that is given twice is refused where it comes again', () => {
  assert.deepEqual(problemsOf(`${MINIMAL}\nversion: 1`), [
    '4:1 version: is given twice; a key may appear once in its map',
  ])
  const models = 'models: { 4: { targets: [ { provider: openai, model: x } ] }, "4": {} }'
  assert.deepEqual(problemsOf(withSections({ models })), [
    '3:63 models.4: is given twice; a key may appear once in its map',
  ])
})

test('numbers and words as keys are the text that was written', () => {
  const target = '{ targets: [ { provider: openai, model: x } ] }'
  const config = configOf(withSections({ models: `models: { 4.10: ${target}, true: ${target}, 0x10: ${target} }` }))
  assert.deepEqual([...config.models.keys()], ['4.10', 'true', '0x10'])
})

test('anchors and aliases work, and a problem behind one points into the anchor', () => {
  const models = `models:
  a: &a
    targets: &t
      - { provider: openai, model: x }
  b: *a
  c: { targets: *t }`
  const config = configOf(withSections({ models }))
  assert.deepEqual(config.models.get('b'), config.models.get('a'))
  assert.deepEqual(config.models.get('c'), config.models.get('a'))
  assert.deepEqual(
    problemsOf(withSections({ models: models.replace('openai', 'oops') })).map((line) => line.slice(0, 33)),
    ['6:21 models.a.targets[0].provider', '6:21 models.b.targets[0].provider', '6:21 models.c.targets[0].provider'],
  )
})

test('an anchor that is set again counts from there on', () => {
  const models = 'models: { a: { targets: [ { provider: &p nope, model: &p openai }, { provider: *p, model: *p } ] } }'
  assert.deepEqual(problemsOf(withSections({ models })).length, 1)
})

test('aliases that multiply, or hold themselves, are refused quickly', () => {
  const levels = 'bcdefghij'.split('').map((name, index) => {
    const inner = `*${String.fromCharCode('a'.charCodeAt(0) + index)}`
    return `${name}: &${name} [${Array(10).fill(inner).join(', ')}]`
  })
  const ms = cpuMilliseconds(() => {
    const laughs = problemsOf(`a: &a [x, x]\n${levels.join('\n')}`)
    assert.equal(laughs.filter((line) => line.includes('multiply to more than 200000 values')).length, 1)
    assert.match(
      problemsOf(`${MINIMAL}\nbudgets: &b [ *b ]`)[0] ?? '',
      /^4:15 budgets\[0\]: is an alias inside its own anchor/,
    )
  })
  assert.ok(ms < 2000, `${ms} ms`)
})

test('deep nesting is a problem with a position, not a crash', () => {
  for (const open of ['[', '- ', '{a: ', '? ']) {
    assert.match(problemsOf(open.repeat(20_000))[0] ?? '', /^1:\d+ \(document\): is nested too deep; at most 64/)
  }
})
