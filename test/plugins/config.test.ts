import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../plugins/config.js'

const SECRET = 'a-secret-of-at-least-32-characters'

function problem(given: unknown): string {
  const config = readConfig(given)
  return config.kind === 'faulty' ? config.problem : 'none'
}

test('what is not set is null, and members of Kong are left alone', () => {
  const unset = { relay: null, upstream: null, policy: null, models: null, guards: null, tags: null, claims: null }
  const given = { ...unset, secret: SECRET, strict: false, route_id: 'r-1', __seq__: 3, __plugin_id: 'p-1' }
  assert.deepEqual(readConfig(given), {
    kind: 'ingress',
    secret: SECRET,
    relay: 'tollgate-relay',
    routeId: 'r-1',
    claims: 'none',
    groups: 'none',
    address: 'none',
    overrides: undefined,
  })
})

test('overrides are those of the configuration', () => {
  const overrides = { models: ['fast'], policy: 'team-a', tags: { team: 'a' }, strict: true, guards: 'pii' }
  const config = readConfig({ secret: SECRET, ...overrides })
  assert.deepEqual(config.kind === 'ingress' && config.overrides, overrides)
  // An empty table of Lua is an empty object, which is what an empty map is too.
  const empty = readConfig({ secret: SECRET, tags: {} })
  assert.deepEqual(empty.kind === 'ingress' && empty.overrides?.tags, {})
})

test('an egress plugin knows its upstream', () => {
  const config = readConfig({ role: 'egress', secret: SECRET, upstream: 'openai', relay: 'tollgate-relay' })
  assert.deepEqual(config, { kind: 'egress', secret: SECRET, upstream: 'openai' })
})

test('a configuration at fault is told, without its secret', () => {
  const faults: readonly [unknown, RegExp][] = [
    [undefined, /no configuration/],
    ['text', /no configuration/],
    [{}, /'secret' is not set/],
    [{ secret: null }, /'secret' is not set/],
    [{ secret: '' }, /'secret' is not set/],
    [{ secret: 7 }, /'secret' is not text/],
    [{ secret: 'short-secret' }, /'secret' has fewer than 32/],
    [{ secret: '{vault://env/a-long-name-that-nobody-has-set}' }, /reference that Kong has not resolved/],
    [{ secret: SECRET, role: 'both' }, /'role' is none of/],
    [{ secret: SECRET, role: 'egress' }, /'upstream' is not set/],
    [{ secret: SECRET, relay: 7 }, /'relay' is not text/],
    [{ secret: SECRET, claims: 'oidc' }, /'claims' is none of/],
    [{ secret: SECRET, groups: true }, /'groups' is none of/],
    [{ secret: SECRET, models: {} }, /'models' is not a list/],
    [{ secret: SECRET, models: [] }, /'models' is not a list/],
    [{ secret: SECRET, models: 'fast' }, /'models' is not a list/],
    [{ secret: SECRET, models: [1] }, /'models' is not a list/],
    [{ secret: SECRET, tags: ['a'] }, /'tags' is not a map/],
    [{ secret: SECRET, tags: { a: 1 } }, /'tags' is not a map/],
    [{ secret: SECRET, strict: 'yes' }, /'strict' is neither/],
  ]
  for (const [given, expected] of faults) {
    assert.match(problem(given), expected, JSON.stringify(given))
    assert.doesNotMatch(problem(given), /short-secret|a-secret-of|a-long-name/)
  }
})
