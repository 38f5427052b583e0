import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatewayError } from '../../../core/errors.js'
import type { Grant } from '../../../core/identity.js'
import { compileRules } from '../../../policies/budget/claims.js'
import { withGranted } from '../../../policies/budget/granted.js'
import { ruleOf, worldOf } from './spending-fakes.js'

const grant: Grant = {
  budgets: [
    { unit: 'requests', limit: 2, per: 'day', timeZone: 'UTC' },
    { unit: 'requests', limit: 3, per: 'month', timeZone: 'UTC' },
    { unit: 'usd', limit: 1_000_000, per: 'life', timeZone: 'UTC' },
  ],
}
const facts = (key: string | undefined, granted?: Grant) => ({
  identity: { tags: {}, ...(key !== undefined && { key }), ...(granted && { grant: granted }) },
  model: 'm',
  providers: ['p'],
})

test('each unit and period of a key has a bucket of its own, that of no other key or period', () => {
  const rules = withGranted(compileRules([ruleOf({ name: 'all' })]))
  // The first of a month, when a day and a month begin at the same instant.
  const now = Date.parse('2024-05-01T00:00Z')
  const keysOf = (key: string) =>
    rules.matching(facts(key, grant)).flatMap((rule) => rule.claims(1, now).map(({ claim }) => claim.bucket))
  assert.deepEqual(
    keysOf('key_1').map(({ key, budget }) => `${budget}: ${key}`),
    [
      'all: limits/all/tokens/2024-05-01T00:00:00.000Z',
      'virtual-key: limits/virtual-key/requests/key_1/day/2024-05-01T00:00:00.000Z',
      'virtual-key: limits/virtual-key/requests/key_1/month/2024-05-01T00:00:00.000Z',
      'virtual-key: budgets/virtual-key/usd/key_1/life',
    ].map((text) => text.replace('limits/all', `${ruleOf().section}/all`)),
  )
  const shared = keysOf('key_1').filter(({ key }) => keysOf('key_2').some((other) => other.key === key))
  assert.equal(shared.length, 1)
})

test('a caller without a key, or whose key has no budgets, is counted by the configuration alone', () => {
  const rules = withGranted(compileRules([ruleOf({ name: 'all' })]))
  for (const who of [facts(undefined), facts('key_1'), facts('key_1', { models: ['m'] }), facts(undefined, grant)]) {
    assert.deepEqual(
      rules.matching(who).map(({ rule }) => rule.name),
      ['all'],
    )
  }
})

test('what a key grants is compiled once', () => {
  const rules = withGranted(compileRules([]))
  const [first] = rules.matching(facts('key_1', grant))
  const [again] = rules.matching(facts('key_1', grant))
  assert.ok(first)
  assert.equal(first.rule, again?.rule)
})

test('a key is refused beyond its budget, without any rule of the configuration, and alone', async () => {
  const world = worldOf([])
  const ask = (key: string) => world.ask({}, { key, grant })
  for (const _ of [1, 2]) assert.equal((await ask('key_1')).kind, 'continue')
  const refused = await ask('key_1')
  assert.ok(refused.kind === 'refuse' && refused.error instanceof GatewayError)
  assert.equal(refused.error.code, 'rate_limit_exceeded')
  assert.match(refused.error.message, /'virtual-key' has 0 requests left/)
  assert.deepEqual(world.exhausted, ['virtual-key refused'])
  assert.equal((await ask('key_2')).kind, 'continue')
  assert.equal((await world.ask()).kind, 'continue')
})
