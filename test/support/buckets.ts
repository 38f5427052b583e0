import {
  type Amounts,
  type CompiledRules,
  claimsOf,
  compileRules,
  type RuleClaim,
} from '../../policies/budget/claims.js'
import type { Bucket, BucketState } from '../../policies/budget/ledger.js'
import type { Facts } from '../../policies/budget/match.js'
import type { Rule } from '../../policies/budget/rules.js'

/** A rule for everybody together, in dollars per day, that refuses. */
export function ruleOf(members: Partial<Rule> = {}): Rule {
  return {
    name: 'team',
    section: 'budgets',
    match: new Map(),
    each: [],
    unit: 'usd',
    limit: 100_000_000_000,
    period: { kind: 'calendar', unit: 'day', timeZone: 'UTC' },
    onExhausted: { kind: 'refuse' },
    onStoreDown: 'refuse',
    onLost: 'charge',
    clampOutput: false,
    assumeOutput: 4096,
    onStreamLimit: 'stop',
    ...members,
  }
}

/** Claims of every rule that counts a request, in the rules' order. */
export function claimsFor(rules: CompiledRules, facts: Facts, amounts: Amounts, now: number): readonly RuleClaim[] {
  return claimsOf(rules.matching(facts), amounts, now)
}

/** The buckets that a rule counts a request in at noon of 2024-05-15, as the policy makes them. */
export function bucketsOf(rule: Rule, identity: Partial<Facts['identity']> = {}): readonly Bucket[] {
  const facts: Facts = { identity: { tags: {}, ...identity }, model: 'gpt-4', providers: ['openai'] }
  const amounts = { usd: () => 1, tokens: 1, inputTokens: 1, outputTokens: 1 }
  const claims = claimsFor(compileRules([rule]), facts, amounts, Date.parse('2024-05-15T12:00Z'))
  return claims.map(({ claim }) => claim.bucket)
}

/** Those buckets, each holding this. */
export function statesOf(
  rule: Rule,
  held: Pick<BucketState, 'committed' | 'reserved'>,
  identity: Partial<Facts['identity']> = {},
): readonly BucketState[] {
  return bucketsOf(rule, identity).map((bucket) => ({ bucket, ...held, limit: rule.limit }))
}
