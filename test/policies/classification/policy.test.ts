import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admitAll, type Call, type Policy } from '../../../core/policy.js'
import { classification } from '../../../policies/classification/policy.js'
import { type ClassificationSettings, LABELS } from '../../../policies/classification/settings.js'
import { call, chatRequest, target } from '../fakes.js'

const SETTINGS: ClassificationSettings = {
  labels: LABELS,
  rules: [
    { label: 'restricted', when: { entities: ['us_ssn'] } },
    { label: 'confidential', when: { guards: ['words'] } },
  ],
  byDefault: 'public',
  targets: new Map([
    ['restricted', ['local']],
    ['confidential', ['local', 'eu']],
  ]),
}
const ALL = [target('openai'), target('local'), target('eu')]
const RESTRICTED = { found: { us_ssn: 1 }, hits: [] }

const asked = (notes: Partial<Call['notes']>, targets = ALL) => {
  return classification(SETTINGS).admit(chatRequest, { ...call(targets), notes: { found: {}, hits: [], ...notes } })
}

/** The names of the chain, and the label, that later policies are told. */
function after(call: Call, ...others: readonly Policy[]) {
  let seen: Call | undefined
  const last: Policy = {
    name: 'last',
    admit(request, call) {
      seen = call
      return { kind: 'continue', request }
    },
  }
  const admission = admitAll([classification(SETTINGS), ...others, last], chatRequest, call, () => assert.fail())
  assert.ok(!(admission instanceof Promise) && admission.kind === 'admitted' && seen)
  return { targets: admission.targets.map(({ name }) => name), label: seen.notes.label, call: seen }
}

test('a label that has targets keeps the request from all others', () => {
  assert.deepEqual(after({ ...call(ALL), notes: RESTRICTED }).targets, ['local'])
  assert.deepEqual(after({ ...call(ALL), notes: { found: {}, hits: ['words'] } }).targets, ['local', 'eu'])
  assert.deepEqual(after({ ...call(ALL), notes: { found: {}, hits: [] } }).targets, ['openai', 'local', 'eu'])
})

test('later policies are told the label', () => {
  assert.equal(after({ ...call(ALL), notes: RESTRICTED }).label, 'restricted')
  assert.equal(after(call(ALL)).label, 'public')
})

test('a model that a later policy takes instead is narrowed too', () => {
  const others: Readonly<Record<string, Call['targets']>> = {
    both: [target('openai'), target('local')],
    away: [target('openai')],
  }
  const { call: seen } = after({ ...call(ALL), notes: RESTRICTED, targetsOf: (model) => others[model] })
  assert.deepEqual(
    seen.targetsOf('both')?.map(({ name }) => name),
    ['local'],
  )
  assert.equal(seen.targetsOf('away'), undefined)
  assert.equal(seen.targetsOf('none'), undefined)
})

test('where nothing is left the request is refused, with the label and no content', () => {
  const verdict = asked(RESTRICTED, [target('openai')])
  assert.ok(!(verdict instanceof Promise) && verdict.kind === 'refuse')
  assert.equal(verdict.error.code, 'model_not_allowed')
  assert.equal(
    verdict.error.message,
    "This request is classified as 'restricted', and no provider of the model may be sent that.",
  )
})
