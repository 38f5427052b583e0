import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configOf, fakeSource, problemsOf, withSections } from './sample.js'

const guards = (text: string) => withSections({ guardrails: `guardrails: ${text}` })
const FILES = fakeSource({ '/etc/tollgate/guards/own.ts': 'export default () => 1' })
const CUSTOM = 'name: own, kind: custom, path: guards/own.ts'

test('no guards are configured unless some are', () => {
  for (const none of ['', '[]']) assert.deepEqual(configOf(guards(none)).guardrails, [])
})

test('a guard has what every guard has, by default and as it is said', () => {
  const [usual] = configOf(guards(`[ { ${CUSTOM} } ]`), FILES).guardrails
  assert.deepEqual(usual, {
    ...{ name: 'own', match: new Map(), sets: [], on: ['user', 'tool', 'document'], answers: false },
    ...{ action: 'block', shadow: false, timeout: 2000, onFailure: 'block', unscannable: 'allow' },
    use: {
      kind: 'custom',
      settings: { path: '/etc/tollgate/guards/own.ts', text: 'export default () => 1', options: {} },
    },
  })
  const [other] = configOf(
    guards(
      `[ { ${CUSTOM}, match: { model: gpt-4 }, sets: [strict], on: [system], answers: true, action: flag, shadow: true, timeout: 5s,
           unscannable: block, options: { a: { b: [1, "x", null, true] } } } ]`,
    ),
    FILES,
  ).guardrails
  assert.deepEqual(
    { ...other, match: [...(other?.match ?? [])] },
    {
      ...{ name: 'own', match: [['model', { kind: 'in', values: ['gpt-4'] }]], sets: ['strict'], on: ['system'] },
      ...{ answers: true, action: 'flag', shadow: true, timeout: 5000, onFailure: 'allow', unscannable: 'block' },
      use: {
        kind: 'custom',
        settings: {
          ...{ path: '/etc/tollgate/guards/own.ts', text: 'export default () => 1' },
          options: { a: { b: [1, 'x', null, true] } },
        },
      },
    },
  )
})

for (const [what, text, problem] of [
  [
    'no list',
    '{ a: 1 }',
    /^4:13 guardrails: must be a list of guards, each \{ name: ..., kind: ... \} with one of the kinds /,
  ],
  ['no kind', '[ { name: x } ]', /guardrails\[0\]\.kind: is missing; it must be a kind of guard: /],
  [
    'an unknown kind',
    '[ { name: x, kind: injektion } ]',
    /guardrails\[0\]\.kind: must be a kind of guard: .*did you mean 'injection'/,
  ],
  ['no name', '[ { kind: custom, path: guards/own.ts } ]', /guardrails\[0\]\.name: is missing; it must be a name/],
  ['an unknown key', `[ { ${CUSTOM}, acton: flag } ]`, /acton: is an unknown key; allowed: .*did you mean 'action'/],
  ['an unknown source', `[ { ${CUSTOM}, on: [everybody] } ]`, /on\[0\]: must be whose texts are read: system, user/],
  ['an unknown action', `[ { ${CUSTOM}, action: delete } ]`, /action: must be what is done about a hit: block, flag/],
  ['one name twice', `[ { ${CUSTOM} }, { ${CUSTOM} } ]`, /\[0\]\.name: is the name of more than one guard/],
  [
    'a file that is not there',
    '[ { name: x, kind: custom, path: none.ts } ]',
    /path: cannot be read \(ENOENT\); it must be/,
  ],
  ['options that are none', `[ { ${CUSTOM}, options: 3 } ]`, /options: must be a map of what the guard is given/],
] as const) {
  test(`refused: ${what}`, () => {
    assert.match(problemsOf(guards(text), FILES)[0] ?? '', problem)
  })
}

test('a rule of classification names only guards whose hits make a label', () => {
  const file = (guard: string) =>
    withSections({
      classification: 'classification: { rules: [ { label: internal, when: { guards: w } } ] }',
      guardrails: `guardrails: [ { name: w, kind: words, lists: [ { name: l, terms: [x] } ], ${guard} } ]`,
    })
  for (const action of ['flag', 'mask', 'strip']) assert.equal(configOf(file(`action: ${action}`)).guardrails.length, 1)
  for (const mute of ['action: block', 'action: flag, shadow: true', 'action: flag, on: []']) {
    assert.match(problemsOf(file(mute))[0] ?? '', /when\.guards: names w, whose hits never make a label/)
  }
})
