import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBucketKey } from '../../io/bucket-key.js'
import type { Facts } from '../../policies/budget/match.js'
import type { Rule } from '../../policies/budget/rules.js'
import { bucketsOf, ruleOf } from '../support/buckets.js'

const read = (rule: Partial<Rule>, identity: Partial<Facts['identity']> = {}) =>
  bucketsOf(ruleOf(rule), identity).map(({ key }) => readBucketKey(key))

const rolling = { kind: 'rolling', length: 60_000, slices: 6 } as const

test('the keys that the policy makes are read back: section, unit and subject, for every kind of window', () => {
  const usd = { section: 'budgets', unit: 'usd' }
  assert.deepEqual(read({}), [{ ...usd, subject: [] }])
  assert.deepEqual(read({ period: { kind: 'life' } }), [{ ...usd, subject: [] }])
  const hostile = 'a/b:c {d} 100%=é 2024-05-15T00:00:00.000Z'
  for (const period of [ruleOf().period, rolling, { kind: 'life' } as const]) {
    const found = read(
      { each: ['user', 'team'], unit: 'tokens', section: 'limits', period },
      { user: hostile, team: '' },
    )
    assert.deepEqual(found, [{ section: 'limits', unit: 'tokens', subject: [hostile, ''] }])
  }
})

test('a fair share is told from the bucket that it is a share of', () => {
  for (const period of [ruleOf().period, rolling]) {
    const rule = { each: ['team'], period, fairShare: { by: 'user', most: 0.5 } } as const
    const [whole, share] = read(rule, { team: 'share', user: 'a=b/c' })
    assert.deepEqual(whole, { section: 'budgets', unit: 'usd', subject: ['share'] })
    assert.deepEqual(share, { ...whole, share: { by: 'user', value: 'a=b/c' } })
    assert.deepEqual(read(rule, { team: 't' })[1]?.share, { by: 'user' })
  }
  const tagged = read({ fairShare: { by: 'tag:cost centre', most: 0.5 } }, { tags: { 'cost centre': '7' } })
  assert.deepEqual(tagged[1]?.share, { by: 'tag:cost centre', value: '7' })
})

test('a subject called share is no share', () => {
  const found = read({ each: ['user', 'team'], period: rolling }, { user: 'share', team: 'red' })
  assert.deepEqual(found, [{ section: 'budgets', unit: 'usd', subject: ['share', 'red'] }])
})

test('other keys do no harm', () => {
  for (const key of ['', '/', 'x', 'a/b', 'a/b/c/%', 'share/user', 'share/user=%']) assert.ok(readBucketKey(key))
})
