import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { NOBODY } from '../../../core/identity.js'
import { type LabelFacts, labelOf } from '../../../policies/classification/classify.js'
import { type ClassificationSettings, LABELS, type LabelCondition } from '../../../policies/classification/settings.js'

const facts = (more: Partial<LabelFacts> = {}): LabelFacts => {
  return { identity: NOBODY, model: 'm', providers: ['p'], found: {}, hits: [], ...more }
}
const settings = (...rules: readonly (readonly [string, LabelCondition])[]): ClassificationSettings => ({
  labels: LABELS,
  rules: rules.map(([label, when]) => ({ label, when })),
  byDefault: 'internal',
  targets: new Map(),
})
const holds = (when: LabelCondition, more: Partial<LabelFacts>) =>
  labelOf(settings(['restricted', when]), facts(more)) === 'restricted'

test('the highest label of those that hold counts, whatever the order of the rules', () => {
  const rules = [
    ['confidential', { atLeast: 1 }],
    ['restricted', { entities: ['us_ssn'] }],
    ['public', { guards: ['words'] }],
  ] as const
  for (const ordered of [rules, rules.toReversed()]) {
    const label = (more: Partial<LabelFacts>) => labelOf(settings(...ordered), facts(more))
    assert.equal(label({}), 'internal', 'the default')
    assert.equal(label({ hits: ['words'] }), 'public', 'a rule may say less than the default')
    assert.equal(label({ found: { email: 1 }, hits: ['words'] }), 'confidential')
    assert.equal(label({ found: { email: 1, us_ssn: 1 } }), 'restricted')
  }
})

test('values of all named kinds count together', () => {
  const when = { entities: ['email', 'phone'], atLeast: 3 }
  assert.equal(holds(when, { found: { email: 2, phone: 1 } }), true)
  assert.equal(holds(when, { found: { email: 2, us_ssn: 5 } }), false)
  assert.equal(holds({ atLeast: 3 }, { found: { email: 2, us_ssn: 1 } }), true)
  assert.equal(holds({ entities: ['email'] }, { found: { email: 0 } }), false)
  assert.equal(holds({ entities: ['constructor', 'toString'] }, { found: {} }), false)
})

test('all that a rule says must hold', () => {
  const when: LabelCondition = {
    entities: ['email'],
    guards: ['a', 'b'],
    match: new Map([['team', { kind: 'in', values: ['hr'] }]]),
  }
  const all = { found: { email: 1 }, hits: ['b'], identity: { team: 'hr', tags: {} } }
  assert.equal(holds(when, all), true)
  assert.equal(holds(when, { ...all, found: {} }), false)
  assert.equal(holds(when, { ...all, hits: ['c'] }), false)
  assert.equal(holds(when, { ...all, identity: NOBODY }), false)
})

const RANKS: readonly string[] = LABELS

test('more that is found never lowers a label', () => {
  const condition = fc.record({ entities: fc.subarray(['a', 'b', 'c']), atLeast: fc.integer({ min: 1, max: 4 }) })
  const rules = fc.array(fc.tuple(fc.constantFrom(...LABELS), condition), { maxLength: 5 })
  const found = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(3))
  fc.assert(
    fc.property(rules, found, fc.constantFrom('a', 'b', 'c'), (rules, found, more) => {
      const own = { ...settings(...rules), byDefault: 'public' }
      const rank = (found: Readonly<Record<string, number>>) => RANKS.indexOf(labelOf(own, facts({ found })))
      assert.ok(rank({ ...found, [more]: (found[more] ?? 0) + 1 }) >= rank(found))
    }),
  )
})
