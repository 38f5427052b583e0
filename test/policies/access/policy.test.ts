import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Identity } from '../../../core/identity.js'
import { admitAll, type Call, type Policy, type Verdict } from '../../../core/policy.js'
import type { Target } from '../../../core/settings.js'
import { access } from '../../../policies/access/policy.js'
import type { AccessCondition, AccessDimension, AccessRule, Effect } from '../../../policies/access/settings.js'
import { chatRequestOf } from '../../support/chat-request.js'
import { call, target } from '../fakes.js'

const GPT = chatRequestOf({ model: 'gpt-4' })
const inRegion = (name: string, region: string): Target => {
  const made = target(name)
  return { ...made, upstream: { ...made.upstream, region } }
}
const US = inRegion('us', 'us-east')
const EU = inRegion('eu', 'eu-west')
const NOWHERE = target('nowhere')

const value = (dimension: AccessDimension, values: readonly string[], how: 'in' | 'not' = 'in'): AccessCondition => ({
  ...{ kind: 'value', dimension, how, values },
})
const rule = (name: string, effect: Effect, ...conditions: readonly AccessCondition[]): AccessRule => ({
  ...{ name, effect, conditions },
})

const made = (rules: readonly AccessRule[], byDefault: Effect = 'allow', classified: 'later' | 'never' = 'later') =>
  access({ settings: { byDefault, rules }, classified })

const asked = (targets: readonly Target[], identity: Partial<Identity> = {}, more: Partial<Call> = {}): Call => ({
  ...call(targets),
  identity: { tags: {}, ...identity },
  ...more,
})

function verdictOf(policy: Policy | undefined, of: Call): Verdict {
  const verdict = policy?.admit(GPT, of)
  assert.ok(verdict && !(verdict instanceof Promise))
  return verdict
}

/** Names of the targets that are left, or the rule that refuses. */
function left(policy: Policy | undefined, of: Call): readonly string[] | string {
  const verdict = verdictOf(policy, of)
  if (verdict.kind === 'refuse') return verdict.error.rule ?? 'no rule'
  assert.ok(verdict.kind === 'continue')
  return of.targets.filter((target) => verdict.only?.(target, GPT.model) ?? true).map(({ name }) => name)
}

test('the first rule that matches decides, for each target by itself', () => {
  const { atArrival } = made([
    rule('tests-anywhere', 'allow', value('tag:env', ['test'])),
    rule('not-america', 'deny', value('region', ['us-east'])),
    rule('red-nowhere', 'deny', value('team', ['red'])),
  ])
  assert.deepEqual(left(atArrival, asked([US, EU])), ['eu'])
  assert.deepEqual(left(atArrival, asked([US, EU], { tags: { env: 'test' } })), ['us', 'eu'])
  assert.equal(left(atArrival, asked([US])), 'not-america')
  assert.equal(left(atArrival, asked([EU], { team: 'red' })), 'red-nowhere')
})

test('what nobody said matches only what is excluded', () => {
  const { atArrival } = made([rule('r', 'deny', value('region', ['us-east'], 'not'))])
  assert.deepEqual(left(atArrival, asked([US, NOWHERE])), ['us'])
  const roles = made([rule('r', 'allow', value('role', ['admin']))], 'deny')
  assert.equal(left(roles.atArrival, asked([US])), 'default')
})

test('without a rule the default decides', () => {
  assert.equal(left(made([], 'deny').atArrival, asked([US])), 'default')
  assert.deepEqual(left(made([], 'allow').atArrival, asked([US])), ['us'])
})

test('a label is not known at arrival: what it may still decide is neither denied nor allowed', () => {
  const secret = value('label', ['restricted'])
  const { atArrival, classified } = made([
    rule('secrets-stay', 'deny', secret, value('provider', ['us'])),
    rule('never', 'deny', value('provider', ['nowhere'])),
  ])
  const known = (label: string) => ({ notes: { found: {}, hits: [], label } })
  assert.deepEqual(left(atArrival, asked([US, EU, NOWHERE])), ['us', 'eu'])
  assert.deepEqual(left(classified, asked([US, EU], {}, known('restricted'))), ['eu'])
  assert.deepEqual(left(classified, asked([US, EU], {}, known('public'))), ['us', 'eu'])
  assert.equal(left(classified, asked([US], {}, known('restricted'))), 'secrets-stay')
})

test('what is denied whatever the label is refused at arrival', () => {
  const { atArrival } = made([
    rule('maybe', 'deny', value('label', ['restricted'])),
    rule('certain', 'deny', value('team', ['red'])),
  ])
  assert.equal(left(atArrival, asked([US], { team: 'red' })), 'certain')
  assert.deepEqual(left(atArrival, asked([US])), ['us'])
  const closed = made([rule('maybe', 'allow', value('label', ['public']))], 'deny')
  assert.deepEqual(left(closed.atArrival, asked([US])), ['us'])
})

test('it is asked again only where a rule names a label', () => {
  assert.equal(made([rule('r', 'deny', value('team', ['red']))]).classified, undefined)
})

test('networks and times', () => {
  const networks = { has: (address: string) => address.startsWith('10.') }
  const network: AccessCondition = { kind: 'network', how: 'not', networks, written: ['10.0.0.0/8'] }
  const { atArrival } = made([rule('office', 'deny', network)])
  assert.deepEqual(left(atArrival, asked([US], { address: '10.1.2.3' })), ['us'])
  assert.equal(left(atArrival, asked([US], { address: '11.1.2.3' })), 'office')
  assert.equal(left(atArrival, asked([US])), 'office')
  const windows = [{ zone: 'UTC', from: 8 * 3_600_000, to: 18 * 3_600_000 }]
  const office = made([rule('hours', 'deny', { kind: 'time', how: 'not', windows })])
  const at = (time: string) => ({ receivedAt: Date.parse(time) })
  assert.deepEqual(left(office.atArrival, asked([US], {}, at('2026-11-20T08:00:00Z'))), ['us'])
  assert.equal(left(office.atArrival, asked([US], {}, at('2026-11-20T18:00:00Z'))), 'hours')
})

test('a key is bound to its models, with or without rules', () => {
  const identity = { grant: { models: ['small'] } }
  for (const policy of [access({ settings: undefined, classified: 'never' }).atArrival, made([]).atArrival]) {
    assert.equal(left(policy, asked([US], identity)), 'key')
    assert.deepEqual(left(policy, asked([US], { grant: { models: ['gpt-4'] } })), ['us'])
    assert.deepEqual(left(policy, asked([US], { grant: {} })), ['us'])
  }
})

test('a model that a budget takes instead is held to the rules and the key too', () => {
  const { atArrival } = made([rule('r', 'deny', value('model', ['small']), value('provider', ['us']))])
  const chains: Readonly<Record<string, readonly Target[]>> = { small: [US, EU], other: [US], american: [US] }
  const after = (identity: Partial<Identity>) => {
    let seen: Call | undefined
    const last: Policy = {
      name: 'last',
      admit(request, call) {
        seen = call
        return { kind: 'continue', request }
      },
    }
    const of = asked([US, EU], identity, { targetsOf: (model) => chains[model] })
    admitAll([atArrival, last], GPT, of, () => assert.fail())
    return (model: string) => seen?.targetsOf(model)?.map(({ name }) => name)
  }
  const free = after({})
  assert.deepEqual([free('small'), free('other')], [['eu'], ['us']])
  const bound = after({ grant: { models: ['gpt-4', 'small'] } })
  assert.deepEqual([bound('small'), bound('other')], [['eu'], undefined])
})

test('a refusal names the rule and its reason, and the member to change', () => {
  const reason = { ...rule('r', 'deny', value('team', ['red'])), reason: 'Ask your lead.' }
  const refusal = (policy: Policy, identity: Partial<Identity> = {}) => {
    const verdict = verdictOf(policy, asked([US], identity))
    assert.ok(verdict.kind === 'refuse')
    const { status, code, message, param } = verdict.error
    return [status, code, message, param]
  }
  assert.deepEqual(refusal(made([reason]).atArrival, { team: 'red' }), [
    ...[403, 'model_not_allowed', "The access rule 'r' does not allow this request. Ask your lead.", undefined],
  ])
  assert.deepEqual(refusal(made([rule('m', 'deny', value('model', ['gpt-4']))]).atArrival).slice(2), [
    "The access rule 'm' does not allow this request.",
    'model',
  ])
  assert.deepEqual(refusal(made([], 'deny').atArrival).slice(2), ['No access rule allows this request.', 'model'])
})

test('models are listed that may be used now, as far as that can be said', () => {
  const hours: AccessCondition = { kind: 'time', how: 'in', windows: [{ zone: 'UTC', from: 0, to: 43_200_000 }] }
  const { mayUse } = made([
    rule('not-america', 'deny', value('provider', ['us'])),
    rule('mornings', 'deny', value('model', ['late']), hours),
    rule('secrets', 'deny', value('label', ['restricted'])),
  ])
  const route = (name: string, ...targets: readonly Target[]) => ({ name, targets })
  const nobody = { tags: {} }
  assert.equal(mayUse(nobody, route('a', US), 0), false)
  assert.equal(mayUse(nobody, route('a', US, EU), 0), true)
  assert.equal(mayUse(nobody, route('late', EU), 0), false)
  assert.equal(mayUse(nobody, route('late', EU), 43_200_000), true)
  assert.equal(mayUse({ tags: {}, grant: { models: ['b'] } }, route('a', EU), 0), false)
})

test('arrival refuses only what is refused once the label is known, and together they are as the rules say', () => {
  const LABELS = ['public', 'internal', 'restricted']
  const TEAMS = ['red', 'blue']
  const condition = fc.oneof(
    fc.record({ dimension: fc.constant('label' as const), values: fc.subarray(LABELS, { minLength: 1 }) }),
    fc.record({ dimension: fc.constant('team' as const), values: fc.subarray(TEAMS, { minLength: 1 }) }),
    fc.record({ dimension: fc.constant('provider' as const), values: fc.subarray(['us', 'eu'], { minLength: 1 }) }),
  )
  const conditions = fc.array(
    fc
      .tuple(condition, fc.constantFrom('in' as const, 'not' as const))
      .map(([{ dimension, values }, how]) => value(dimension, values, how)),
    { maxLength: 2 },
  )
  const effect = fc.constantFrom<Effect>('allow', 'deny')
  const rules = fc.array(fc.tuple(effect, conditions), { maxLength: 6 })
  /** The plain meaning: go through the rules with everything known. */
  const isAllowed = (list: readonly AccessRule[], byDefault: Effect, facts: Readonly<Record<string, string>>) => {
    const first = list.find(({ conditions }) =>
      conditions.every(
        (one) => one.kind === 'value' && one.values.includes(facts[one.dimension] ?? '') === (one.how === 'in'),
      ),
    )
    return (first?.effect ?? byDefault) === 'allow'
  }
  fc.assert(
    fc.property(
      rules,
      effect,
      fc.constantFrom(...LABELS),
      fc.constantFrom(...TEAMS),
      (written, byDefault, label, team) => {
        const list = written.map(([effect, conditions], index) => rule(`r${index}`, effect, ...conditions))
        const { atArrival, classified } = made(list, byDefault)
        const arriving = asked([US, EU], { team })
        const early = left(atArrival, arriving)
        const expected = [US, EU]
          .filter(({ name }) => isAllowed(list, byDefault, { label, team, provider: name }))
          .map(({ name }) => name)
        if (typeof early === 'string') return assert.deepEqual(expected, [])
        const remaining = arriving.targets.filter(({ name }) => early.includes(name))
        const late = classified
          ? left(classified, { ...arriving, targets: remaining, notes: { found: {}, hits: [], label } })
          : early
        assert.deepEqual(typeof late === 'string' ? [] : late, expected)
      },
    ),
    { numRuns: 1000 },
  )
})
