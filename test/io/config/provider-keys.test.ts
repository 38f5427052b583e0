import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configOf, fakeSource, problemsOf, warningsOf, withSections } from './sample.js'

const withKeys = (keys: string, kind = 'openai', more = '') =>
  withSections({ providers: `providers: { openai: { kind: ${kind}, apiKeys: ${keys}${more} } }` })

const keysOf = (keys: string) =>
  configOf(withKeys(keys), fakeSource({}, { A: 'key-a', B: 'key-b' })).providers.get('openai')?.apiKeys

test('keys are texts or maps, and are called by their place unless they have a name', () => {
  assert.deepEqual(keysOf(`["\${A}", { key: "\${B}", name: b, weight: 2, priority: 3 }, c]`), [
    { name: 'key1', key: 'key-a', weight: 1, priority: 1 },
    { name: 'b', key: 'key-b', weight: 2, priority: 3 },
    { name: 'key3', key: 'c', weight: 1, priority: 1 },
  ])
})

test('quotas are amounts in one period, dollars to the nano-dollar', () => {
  const [first, second] =
    keysOf('[{ key: a, requests: 500, tokens: 1000000, usd: 0.1, per: minute }, { key: b, usd: 10, per: day }]') ?? []
  assert.deepEqual(first?.quota, { per: 60_000, requests: 500, tokens: 1_000_000, usd: 100_000_000 })
  assert.deepEqual(second?.quota, { per: 86_400_000, usd: 10_000_000_000 })
})

for (const [what, keys, problem] of [
  ['no key at all', '[]', /must not be empty; it must be a list of 1 to 64 keys/],
  ['no list', 'a', /must be a list of 1 to 64 keys/],
  ['something that is no key', '[5]', /apiKeys\[0\]: must be a map with the keys/],
  ['an empty key', '[""]', /apiKeys\[0\]: must not be empty; it must be a key of printable ASCII/],
  ['a key with a space', '["a b"]', /must be a key of printable ASCII characters without spaces/],
  ['a name twice', '[{ key: a, name: x }, { key: b, name: x }]', /apiKeys\[1\]: has the name of another key/],
  [
    'a name that another key has by its place',
    '[a, { key: b, name: key1 }]',
    /apiKeys\[1\]: has the name of another key/,
  ],
  ['a key twice', '[a, a]', /apiKeys\[1\]: is the same key as one before it; remove it/],
  ['a name that could not be a label', '[{ key: a, name: "a b" }]', /name: must be a name; 1 to 64 of/],
  ['a weight of nothing', '[{ key: a, weight: 0 }]', /weight: must be a whole number from 1 to 1000/],
  [
    'a quota without a period',
    '[{ key: a, requests: 5 }]',
    /per: is missing; it must be a period: minute, hour, day; there is a quota/,
  ],
  [
    'a period without a quota',
    '[{ key: a, per: day }]',
    /per: has no use without one of the keys requests, tokens, usd/,
  ],
  ['a period that is none', '[{ key: a, usd: 1, per: week }]', /per: must be a period: minute, hour, day/],
  ['an unknown key', '[{ key: a, quota: 5 }]', /quota: is an unknown key; allowed: key, name, weight/],
] as const) {
  test(`${what} is refused`, () => {
    assert.match(problemsOf(withKeys(keys)).join('\n'), problem)
  })
}

test('what is wrong with a key never shows it', () => {
  const problems = problemsOf(
    withKeys('["sk-secret value", "sk-double", "sk-double", { key: sk-named, name: "sk-in name" }]'),
  )
  assert.ok(problems.length >= 2)
  assert.ok(!problems.join('\n').includes('sk-'), problems.join('\n'))
})

test('neither one key nor what other accounts are signed with may stand beside several', () => {
  assert.match(
    problemsOf(withKeys('[a]', 'openai', ', apiKey: b')).join('\n'),
    /apiKeys: has no use beside apiKey; remove one/,
  )
  assert.match(
    problemsOf(withKeys('[a]', 'bedrock', ', profile: x')).join('\n'),
    /profile: has no use beside apiKeys; remove one/,
  )
  const entra = ', tenantId: t, clientId: c, clientSecret: s'
  assert.match(problemsOf(withKeys('[a]', 'azure', entra)).join('\n'), /clientSecret: has no use beside apiKeys/)
})

test('clouds that take API keys may have several', () => {
  for (const kind of ['azure', 'bedrock', 'vertex']) {
    assert.equal(configOf(withKeys('[a, b]', kind)).providers.get('openai')?.apiKeys?.length, 2)
  }
})

test('keys that travel in clear text are warned of', () => {
  assert.match(
    warningsOf(withKeys('[a]', 'openai', ', baseUrl: "http://far.test/v1"')).join('\n'),
    /unencrypted; use https/,
  )
})
