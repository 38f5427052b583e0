import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Facts, matches } from '../../../policies/budget/match.js'
import { ruleIndex } from '../../../policies/budget/rule-index.js'
import type { Dimension, Match } from '../../../policies/budget/rules.js'

const DIMENSIONS: readonly Dimension[] = ['user', 'team', 'model', 'provider', 'label', 'tag:env']
const value = fc.constantFrom('a', 'b', 'c', 'd', 'constructor', '')
const condition = fc.record({
  kind: fc.constantFrom('in' as const, 'not' as const),
  values: fc.array(value, { maxLength: 3 }),
})
const match: fc.Arbitrary<Match> = fc
  .array(fc.tuple(fc.constantFrom(...DIMENSIONS), condition), { maxLength: 3 })
  .map((conditions) => new Map(conditions))
const named = fc.dictionary(fc.constantFrom('user', 'team'), value)
const facts: fc.Arbitrary<Facts> = fc
  .record({
    named,
    tags: fc.dictionary(fc.constant('env'), value),
    model: value,
    providers: fc.array(value),
    label: value,
  })
  .map(({ named, tags, ...rest }) => ({ identity: { ...named, tags }, ...rest }))

test('every rule that matches is a candidate, once and in its place', () => {
  fc.assert(
    fc.property(
      fc.array(match, { maxLength: 40 }),
      fc.array(facts, { minLength: 1, maxLength: 10 }),
      (rules, requests) => {
        const candidates = ruleIndex(rules)
        for (const request of requests) {
          const found = candidates(request)
          assert.deepEqual(
            found,
            [...new Set(found)].sort((a, b) => a - b),
          )
          const matching = rules.flatMap((rule, position) => (matches(rule, request) ? [position] : []))
          assert.deepEqual(
            found.filter((position) => matches(rules[position] ?? new Map(), request)),
            matching,
          )
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('of a thousand rules a request is asked only those that name it, also where all name the same model', () => {
  const rules: Match[] = Array.from({ length: 1000 }, (_, index) => {
    const model = { kind: 'in', values: ['gpt'] } as const
    const kind = index === 500 ? 'not' : 'in'
    return new Map<Dimension, Match extends ReadonlyMap<Dimension, infer C> ? C : never>([
      ['model', model],
      ['team', { kind, values: [index === 500 ? 'team-1' : `team-${index}`] }],
    ])
  })
  const candidates = ruleIndex(rules)
  const of = (team: string) => candidates({ identity: { team, tags: {} }, model: 'gpt', providers: [] })
  assert.deepEqual(of('team-7'), [7, 500])
  assert.deepEqual(of('nobody'), [500])
})
