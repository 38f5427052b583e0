import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RuleClaim } from '../../../policies/budget/claims.js'
import type { BucketState } from '../../../policies/budget/ledger.js'
import { stateHeaders } from '../../../policies/budget/response-headers.js'
import type { Rule } from '../../../policies/budget/rules.js'
import { ruleOf } from './spending-fakes.js'

interface Told {
  readonly rule: Partial<Rule>
  readonly limit: number
  readonly committed?: number
  readonly reserved?: number
  readonly freesIn?: number
}

function headersOf(...told: readonly Told[]) {
  const claims: RuleClaim[] = []
  const states: BucketState[] = []
  for (const { rule, limit, committed = 0, reserved = 0, freesIn } of told) {
    const bucket = { key: 'k', budget: 'r', window: { kind: 'life' } } as const
    claims.push({ rule: ruleOf(rule), claim: { bucket, amount: 1, limit, mode: 'hard', onStoreDown: 'refuse' } })
    states.push({ bucket, committed, reserved, limit, ...(freesIn === undefined ? {} : { freesIn }) })
  }
  return stateHeaders(claims, states)
}

const USD = { unit: 'usd' } as const
const REQUESTS = { section: 'limits', unit: 'requests' } as const
const TOKENS = { section: 'limits', unit: 'tokens' } as const
const ALERT = { onExhausted: { kind: 'alert' } } as const

test('the smallest budget in dollars is told; what is reserved counts as gone', () => {
  const headers = headersOf(
    { rule: USD, limit: 9_000_000_000 },
    { rule: USD, limit: 5_000_000_000, committed: 1_000_000_000, reserved: 1_500_000_000 },
    { rule: USD, limit: 3_000_000_000 },
  )
  assert.deepEqual(headers, { 'x-tollgate-budget-remaining-usd': '2.5' })
})

test('what is overspent is told as nothing left', () => {
  assert.deepEqual(headersOf({ rule: USD, limit: 5, committed: 6 }), { 'x-tollgate-budget-remaining-usd': '0' })
  const { 'x-ratelimit-remaining-tokens': left } = headersOf({ rule: TOKENS, limit: 5, committed: 4, reserved: 4 })
  assert.equal(left, '0')
})

test('budgets in tokens or requests, and limits on other units, are not told', () => {
  const units = ['inputTokens', 'outputTokens', 'concurrent'] as const
  const limits = units.map((unit) => ({ rule: { section: 'limits', unit }, limit: 5 }) as const)
  assert.deepEqual(headersOf({ rule: { unit: 'tokens' }, limit: 5 }, { rule: { unit: 'requests' }, limit: 5 }), {})
  assert.deepEqual(headersOf(...limits), {})
})

test('what only alerts is not told', () => {
  assert.deepEqual(headersOf({ rule: { ...USD, ...ALERT }, limit: 1 }, { rule: { ...TOKENS, ...ALERT }, limit: 1 }), {})
})

test('of each unit the limit with the smallest part left is told, whatever its size', () => {
  const headers = headersOf(
    { rule: REQUESTS, limit: 10, committed: 5, freesIn: 1 },
    { rule: REQUESTS, limit: 1000, committed: 900, reserved: 1, freesIn: 1001 },
    { rule: REQUESTS, limit: 100, committed: 0 },
    { rule: TOKENS, limit: 100, committed: 1, freesIn: 60_000 },
  )
  assert.deepEqual(headers, {
    'x-ratelimit-limit-requests': '1000',
    'x-ratelimit-remaining-requests': '99',
    'x-ratelimit-reset-requests': '2s',
    'x-ratelimit-limit-tokens': '100',
    'x-ratelimit-remaining-tokens': '99',
    'x-ratelimit-reset-tokens': '60s',
  })
})

test('where nothing was used there is nothing to wait for', () => {
  assert.equal(headersOf({ rule: REQUESTS, limit: 10 })['x-ratelimit-reset-requests'], '0s')
})

test('a share that allows nothing is the smallest part', () => {
  const [none, more] = [
    { rule: REQUESTS, limit: 0 },
    { rule: REQUESTS, limit: 10, committed: 1 },
  ]
  assert.equal(headersOf(none, more)['x-ratelimit-limit-requests'], '0')
  assert.equal(headersOf(more, none)['x-ratelimit-limit-requests'], '0')
})

test('the order of the rules does not matter for what remains', () => {
  const any = fc.record({
    rule: fc.constantFrom(USD, REQUESTS, TOKENS),
    limit: fc.integer({ min: 1, max: 50 }),
    committed: fc.nat(50),
    reserved: fc.nat(20),
  })
  fc.assert(
    fc.property(fc.array(any), (told) => {
      const parts = (headers: Readonly<Record<string, string>>) =>
        ['requests', 'tokens'].map(
          (unit) => Number(headers[`x-ratelimit-remaining-${unit}`]) / Number(headers[`x-ratelimit-limit-${unit}`]),
        )
      const [one, other] = [headersOf(...told), headersOf(...told.toReversed())]
      assert.equal(one['x-tollgate-budget-remaining-usd'], other['x-tollgate-budget-remaining-usd'])
      assert.deepEqual(parts(one), parts(other))
    }),
  )
})
