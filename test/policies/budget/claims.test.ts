import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Amounts,
  claimsOf,
  compileRules,
  type RuleClaim,
  settledAmounts,
} from '../../../policies/budget/claims.js'
import { type Facts, matches, subjectOf } from '../../../policies/budget/match.js'
import type { Match, Rule } from '../../../policies/budget/rules.js'
import { ruleOf as aRule, claimsFor } from '../../support/buckets.js'

const NOON = Date.parse('2024-05-15T12:00Z')
const USD = 1_000_000_000

const daily = { kind: 'calendar', unit: 'day', timeZone: 'UTC' } as const
const amounts: Amounts = { usd: () => 7, tokens: 30, inputTokens: 10, outputTokens: 20 }

const ruleOf = (members: Partial<Rule> = {}) => aRule({ name: 'r', limit: 100, period: daily, ...members })

type Condition = Match extends ReadonlyMap<unknown, infer C> ? C : never

const isIn = (...values: string[]): Condition => ({ kind: 'in', values })
const isNot = (...values: string[]): Condition => ({ kind: 'not', values })

const factsOf = (identity: Partial<Facts['identity']> = {}, model = 'gpt-4', providers = ['openai']): Facts => {
  return { identity: { tags: {}, ...identity }, model, providers }
}

const claims = (rules: readonly Rule[], facts: Facts, now = NOON) => {
  return claimsFor(compileRules(rules), facts, amounts, now)
}
const keys = (made: readonly RuleClaim[]) => made.map(({ claim }) => claim.bucket.key)

test('the contract: one team has its budget, another its own, and every other user one each, for gpt-4 only', () => {
  const forTeam = (team: Condition): Match =>
    new Map([
      ['team', team],
      ['model', isIn('gpt-4')],
    ])
  const rules = [
    ruleOf({ name: 'llm-eng', match: forTeam(isIn('llm-eng')), limit: 100 * USD }),
    ruleOf({ name: 'product', match: forTeam(isIn('product')), limit: 30 * USD }),
    ruleOf({
      name: 'others',
      match: forTeam(isNot('llm-eng', 'product')),
      each: ['user'],
      limit: 20 * USD,
    }),
  ]
  const day = '2024-05-15T00:00:00.000Z'
  const limits = (facts: Facts) => claims(rules, facts).map(({ claim }) => `${claim.bucket.key} ${claim.limit / USD}`)
  assert.deepEqual(limits(factsOf({ team: 'llm-eng', user: 'ann' })), [`budgets/llm-eng/usd/${day} 100`])
  assert.deepEqual(limits(factsOf({ team: 'product', user: 'ben' })), [`budgets/product/usd/${day} 30`])
  assert.deepEqual(limits(factsOf({ team: 'sales', user: 'eva' })), [`budgets/others/usd/eva/${day} 20`])
  assert.deepEqual(limits(factsOf({ user: 'eva' })), [`budgets/others/usd/eva/${day} 20`])
  assert.deepEqual(limits(factsOf({ team: 'llm-eng', user: 'ann' }, 'gpt-4-mini')), [])
})

test('a condition holds for what is in its list, and a `not` also for what is absent', () => {
  const holds = (match: Match, facts: Facts) => matches(match, facts)
  assert.equal(holds(new Map([['team', isIn('a', 'b')]]), factsOf({ team: 'b' })), true)
  assert.equal(holds(new Map([['team', isIn('a', 'b')]]), factsOf()), false)
  assert.equal(holds(new Map([['team', isNot('a', 'b')]]), factsOf()), true)
  assert.equal(holds(new Map([['team', isNot('a', 'b')]]), factsOf({ team: 'a' })), false)
  assert.equal(holds(new Map([['team', isIn('a')]]), factsOf({ team: 'A' })), false)
  const both: Match = new Map([
    ['team', isIn('a')],
    ['key', isIn('k')],
  ])
  assert.equal(holds(both, factsOf({ team: 'a', key: 'k' })), true)
  assert.equal(holds(both, factsOf({ team: 'a' })), false)
})

test('a provider is matched anywhere in the chain, and counted by its first target', () => {
  const facts = factsOf({}, 'gpt-4', ['openai', 'azure'])
  assert.equal(matches(new Map([['provider', isIn('azure')]]), facts), true)
  assert.equal(matches(new Map([['provider', isNot('azure')]]), facts), false)
  assert.equal(matches(new Map([['provider', isNot('other')]]), facts), true)
  assert.deepEqual(subjectOf(['provider', 'model'], facts), ['openai', 'gpt-4'])
})

test('tags are dimensions, also under names that every object has', () => {
  const facts = factsOf({ tags: { app: 'chat' } })
  assert.equal(matches(new Map([['tag:app', isIn('chat')]]), facts), true)
  assert.deepEqual(subjectOf(['tag:app'], facts), ['chat'])
  assert.equal(subjectOf(['tag:constructor'], facts), undefined)
})

test('a request that lacks a dimension of `each` is not counted by the rule', () => {
  const rules = [ruleOf({ each: ['team', 'user'] }), ruleOf({ name: 'all' })]
  assert.deepEqual(keys(claims(rules, factsOf({ user: 'ann' }))), ['budgets/all/usd/2024-05-15T00:00:00.000Z'])
})

test('a hierarchy claims from every level, in the order of the rules', () => {
  const rolling = { kind: 'rolling', length: 60_000, slices: 60 } as const
  const rules = [
    ruleOf({ name: 'k', each: ['key'], period: { kind: 'life' } }),
    ruleOf({ name: 'u', each: ['user'], unit: 'requests', section: 'limits', period: rolling }),
    ruleOf({ name: 't', each: ['team', 'model'], unit: 'tokens' }),
  ]
  const made = claims(rules, factsOf({ key: 'k1', user: 'ann', team: 'x' }))
  assert.deepEqual(keys(made), [
    'budgets/k/usd/k1',
    'limits/u/requests/ann',
    'budgets/t/tokens/x/gpt-4/2024-05-15T00:00:00.000Z',
  ])
  assert.deepEqual(
    made.map(({ rule }) => rule),
    rules,
  )
  assert.deepEqual(
    made.map(({ claim }) => claim.bucket.window),
    [{ kind: 'life' }, rolling, { kind: 'calendar', start: NOON - 12 * 3_600_000, end: NOON + 12 * 3_600_000 }],
  )
  assert.deepEqual(
    made.map(({ claim }) => claim.bucket.budget),
    ['k', 'u', 't'],
  )
})

test('values cannot look like other parts of a key', () => {
  const rules = [ruleOf({ each: ['team', 'user'], period: { kind: 'life' } })]
  const [odd, plain] = ['a/b', 'a'].map((team) =>
    keys(claims(rules, factsOf({ team, user: team === 'a' ? 'b/c' : 'c' }))),
  )
  assert.deepEqual(odd, ['budgets/r/usd/a%2Fb/c'])
  assert.deepEqual(plain, ['budgets/r/usd/a/b%2Fc'])
  assert.deepEqual(keys(claims(rules, factsOf({ team: '{x}', user: 'ü:%' }))), ['budgets/r/usd/%7Bx%7D/%C3%BC%3A%25'])
  assert.deepEqual(keys(claims(rules, factsOf({ team: '', user: 'u' }))), ['budgets/r/usd//u'])
  assert.deepEqual(keys(claims(rules, factsOf({ team: '\ud800', user: 'u' }))), ['budgets/r/usd/%EF%BF%BD/u'])
})

test('amounts are in the unit of the rule; requests count as one', () => {
  const units = ['usd', 'tokens', 'inputTokens', 'outputTokens', 'requests', 'concurrent'] as const
  const made = claims(
    units.map((unit) => ruleOf({ unit })),
    factsOf(),
  )
  assert.deepEqual(
    made.map(({ claim }) => claim.amount),
    [7, 30, 10, 20, 1, 1],
  )
  const used = { usd: 5, tokens: 12, inputTokens: 9, outputTokens: 3, requests: 1 }
  assert.deepEqual(settledAmounts(made, used), [5, 12, 9, 3, 1, 0])
})

test('dollars are asked for by rule, and a dollar limit throws rather than count an unknown price as nothing', () => {
  const rules = compileRules([ruleOf({ name: 'a' }), ruleOf({ name: 'b' })])
  const byRule = { ...amounts, usd: ({ name }: Rule) => (name === 'a' ? 1 : 2) }
  assert.deepEqual(
    claimsFor(rules, factsOf(), byRule, NOON).map(({ claim }) => claim.amount),
    [1, 2],
  )
  assert.throws(() => claimsFor(rules, factsOf(), { ...amounts, usd: () => undefined }, NOON), RangeError)
  assert.throws(() => claimsFor(rules, factsOf(), { tokens: 1, inputTokens: 1, outputTokens: 0 }, NOON), RangeError)
})

test('concurrent requests are counted for life, whatever the period', () => {
  const [made] = claims([ruleOf({ section: 'limits', unit: 'concurrent', each: ['user'] })], factsOf({ user: 'ann' }))
  assert.equal(made?.claim.bucket.key, 'limits/r/concurrent/ann')
  assert.deepEqual(made?.claim.bucket.window, { kind: 'life' })
})

test('alerts count softly; what a store failure does comes from the rule', () => {
  const made = claims(
    [ruleOf({ onExhausted: { kind: 'alert' }, onStoreDown: 'admit' }), ruleOf({ onStoreDown: 'local-share' })],
    factsOf(),
  )
  assert.deepEqual(
    made.map(({ claim: { mode, onStoreDown } }) => `${mode} ${onStoreDown}`),
    ['soft admit', 'hard local-share'],
  )
})

test('a fair share is a second claim of the same rule, on a part of the limit', () => {
  const rule = ruleOf({ each: ['team'], limit: 101, fairShare: { by: 'user', most: 0.5 }, period: { kind: 'life' } })
  const made = claims([rule], factsOf({ team: 'x', user: 'a=b' }))
  assert.deepEqual(keys(made), ['budgets/r/usd/x', 'budgets/r/usd/x/share/user=a%3Db'])
  assert.deepEqual(
    made.map(({ claim }) => claim.limit),
    [101, 50],
  )
  assert.ok(made.every((one) => one.rule === rule && one.claim.amount === 7))
})

test('requests that leave out who they are share one fair share', () => {
  const rule = ruleOf({ limit: 100, fairShare: { by: 'user', most: 0.5 } })
  const day = '2024-05-15T00:00:00.000Z'
  assert.deepEqual(keys(claims([rule], factsOf())), [`budgets/r/usd/${day}`, `budgets/r/usd/${day}/share/user`])
})

test('the key follows the window, and rules found once can claim again at another time', () => {
  const found = compileRules([ruleOf()]).matching(factsOf())
  const at = (now: number) => keys(claimsOf(found, amounts, now))
  assert.deepEqual(at(NOON), ['budgets/r/usd/2024-05-15T00:00:00.000Z'])
  assert.deepEqual(at(NOON + 12 * 3_600_000), ['budgets/r/usd/2024-05-16T00:00:00.000Z'])
  assert.deepEqual(at(NOON), ['budgets/r/usd/2024-05-15T00:00:00.000Z'])
})
