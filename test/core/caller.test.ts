import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Caller, claimIn } from '../../core/caller.js'

const CALLER: Caller = {
  consumer: { id: 'c-1', username: 'ann', customId: '7' },
  credential: { id: 'k-1' },
  groups: ['blue'],
  route: { name: 'chat' },
  claims: {
    sub: 'token-ann',
    org: { team: 'red', 'a.b': { c: 1 } },
    'https://example.com/plan': ['pro'],
    seat: 7,
    admin: true,
    many: ['a', 'b'],
    nested: [['a']],
    nothing: null,
    kong: { consumer: { username: 'forged' } },
    'kong.consumer.username': 'forged',
  },
}

test('claims are found by dotted path, the longest name first', () => {
  const claim = claimIn(CALLER)
  const found = ['sub', 'org.team', 'org.a.b.c', 'https://example.com/plan', 'seat', 'admin'].map(claim)
  assert.deepEqual(found, ['token-ann', 'red', '1', 'pro', '7', 'true'])
  for (const path of ['many', 'nested', 'nothing', 'org', 'absent', '__proto__', 'constructor.name']) {
    assert.equal(claim(path), undefined, path)
  }
})

test("what the gateway established is found below 'kong.', and no token's claim can stand for it", () => {
  const claim = claimIn(CALLER)
  assert.equal(claim('kong.consumer.username'), 'ann')
  assert.equal(claim('kong.consumer.customId'), '7')
  assert.equal(claim('kong.credential.id'), 'k-1')
  assert.equal(claim('kong.groups'), 'blue')
  assert.equal(claim('kong.route.name'), 'chat')
  assert.equal(claimIn({ claims: { kong: { consumer: { id: 'x' } } } })('kong.consumer.id'), undefined)
  assert.equal(claimIn({ ...CALLER, groups: ['a', 'b'] })('kong.groups'), undefined)
})

test('neither claims nor overrides are reached from the own part', () => {
  const claim = claimIn({ ...CALLER, overrides: { policy: 'p' } })
  assert.equal(claim('kong.claims.sub'), undefined)
  assert.equal(claim('kong.overrides.policy'), undefined)
})

test('an integer that was rounded is refused, not taken for its neighbour', () => {
  const claim = claimIn({ claims: JSON.parse('{"sub":9007199254740993}') })
  assert.throws(() => claim('sub'), /too large to be exact/)
})
