import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configOf, problemsOf, withSections } from './sample.js'

const identity = (text: string) => withSections({ identity: `identity: ${text}` })
const read = (text: string) => configOf(identity(text)).identity

test('nothing is established by default', () => {
  for (const text of ['', '{}', '{ headers: {}, claims: {}, tags: {} }', '{ headers:, claims:, tags: }']) {
    assert.deepEqual(read(text), { tags: new Map() })
  }
})

test('each part stands in a header or in a claim', () => {
  assert.deepEqual(
    read(`
  headers: { user: X-User-Id, key: x-key-id, route: x-route }
  claims: { team: org.team, organization: sub }
  tags: { headers: { env: X-Env }, claims: { cost-center: billing.cc } }`),
    {
      user: { from: 'header', name: 'x-user-id' },
      team: { from: 'claim', path: 'org.team' },
      organization: { from: 'claim', path: 'sub' },
      key: { from: 'header', name: 'x-key-id' },
      route: { from: 'header', name: 'x-route' },
      tags: new Map([
        ['env', { from: 'header', name: 'x-env' }],
        ['cost-center', { from: 'claim', path: 'billing.cc' }],
      ]),
    },
  )
})

test('a part with two sources is refused at the second one', () => {
  const message = 'is given in headers too; a part of an identity has one source'
  assert.deepEqual(problemsOf(identity('{ headers: { user: x-a }, claims: { team: t, user: sub } }')), [
    `4:56 identity.claims.user: ${message}`,
  ])
  assert.deepEqual(problemsOf(identity('{ tags: { headers: { env: x-a }, claims: { env: e } } }')), [
    `4:54 identity.tags.claims.env: ${message}`,
  ])
})

test('headers that clients, connections or Tollgate itself set are refused', () => {
  const problems = (name: string) => problemsOf(identity(`{ headers: { user: ${JSON.stringify(name)} } }`))
  const refused = (message: string, names: readonly string[]) => {
    for (const name of names) assert.deepEqual(problems(name), [`4:30 identity.headers.user: ${message}`], name)
  }
  refused('must not begin with x-tollgate- or x-envoy-; these have other meanings', ['X-Tollgate-User', 'x-envoy-a'])
  refused('must not be a pseudo-header; name a header that the gateway sets', [':path', ':authority'])
  refused(
    'must not be a header of the connection or of credentials; name one that the gateway sets after it checked them',
    [
      ...['Authorization', 'cookie', 'x-api-key', 'connection', 'keep-alive', 'te', 'trailer', 'upgrade'],
      ...['proxy-authorization', 'proxy-authenticate', 'proxy-connection', 'transfer-encoding'],
    ],
  )
  refused('must be the name of a header such as x-user-id', ['', 'a b', 'a:b', 'é', 'a\n', 'a'.repeat(129)])
  assert.match(problemsOf(identity('{ headers: { user: 1 } }'))[0] ?? '', /must be the name of a header/)
})

test('a claim is a path of names', () => {
  for (const path of ['sub', 'a.b.c', 'https://x/claims', 'realm_access']) {
    assert.deepEqual(read(`{ claims: { user: ${JSON.stringify(path)} } }`).user, { from: 'claim', path })
  }
  for (const path of ['', '.', 'a.', '.a', 'a..b', 'a b', 'a\n', 'a'.repeat(257)]) {
    assert.deepEqual(problemsOf(identity(`{ claims: { user: ${JSON.stringify(path)} } }`)), [
      '4:29 identity.claims.user: must be the name of a claim such as sub, or a path of names such as org.team',
    ])
  }
})

test('unknown parts and names that are no tags are refused at their key', () => {
  assert.deepEqual(problemsOf(identity('{ headers: { tema: x } }')), [
    "4:24 identity.headers.tema: is an unknown key; allowed: user, team, organization, key, role, route; did you mean 'team'?",
  ])
  assert.deepEqual(problemsOf(identity('{ header: {} }')), [
    "4:13 identity.header: is an unknown key; allowed: headers, claims, tags, address; did you mean 'headers'?",
  ])
  assert.deepEqual(problemsOf(identity('{ tags: { headers: { "a b": x } } }')), [
    '4:32 identity.tags.headers["a b"]: is not a tag name; 1 to 64 of A-Z a-z 0-9 . _ - are allowed',
  ])
  assert.deepEqual(problemsOf(identity('[]')), [
    '4:11 identity: must be a map with the keys headers, claims, tags, address',
  ])
})

test('tags may have names that JavaScript objects inherit', () => {
  assert.deepEqual([...read('{ tags: { headers: { constructor: x-a } } }').tags.keys()], ['constructor'])
})
