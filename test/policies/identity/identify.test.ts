import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatewayError } from '../../../core/errors.js'
import { NOBODY } from '../../../core/identity.js'
import type { Claims } from '../../../core/settings.js'
import { identifier } from '../../../policies/identity/identify.js'
import type { IdentityRules } from '../../../policies/identity/rules.js'

const RULES: IdentityRules = {
  user: { from: 'header', name: 'x-user-id' },
  team: { from: 'claim', path: 'org.team' },
  tags: new Map([
    ['plan', { from: 'claim', path: 'plan' }],
    ['__proto__', { from: 'header', name: 'x-odd' }],
  ]),
}

type Values = Readonly<Record<string, string>>

/** What a gateway established, by header name and by claim path. */
const claims = (headers: Values, tokens?: Values): Claims => ({
  header: (name) => headers[name],
  ...(tokens && { claim: (path) => tokens[path] }),
})
const identify = identifier(RULES)

/** That reading is refused with 400 in words that name `where`, and never hold `secret`. */
function refused(read: () => unknown, where: string, secret: string): void {
  assert.throws(read, (error) => {
    assert.ok(error instanceof GatewayError)
    assert.equal(error.status, 400)
    assert.equal(error.param, where)
    assert.ok(error.message.includes(where))
    assert.ok(!error.message.includes(secret))
    return true
  })
}

test('reads every part from the place that the rules name', () => {
  const rules: IdentityRules = {
    user: { from: 'claim', path: 'sub' },
    team: { from: 'header', name: 'x-team' },
    organization: { from: 'header', name: 'x-org' },
    key: { from: 'claim', path: 'jti' },
    route: { from: 'header', name: 'x-route' },
    tags: new Map([['plan', { from: 'claim', path: 'plan' }]]),
  }
  const headers = { 'x-team': 'blue', 'x-org': 'acme', 'x-route': 'chat', sub: 'mallory' }
  assert.deepEqual(identifier(rules)(claims(headers, { sub: 'ann', jti: 'k1', plan: 'pro', 'x-team': 'red' })), {
    user: 'ann',
    team: 'blue',
    organization: 'acme',
    key: 'k1',
    route: 'chat',
    tags: { plan: 'pro' },
  })
})

test('what nobody said, and what is empty, is absent', () => {
  assert.deepEqual(identify(claims({})), NOBODY)
  assert.deepEqual(identify(claims({ 'x-user-id': ' \t ' }, { 'org.team': '' })), NOBODY)
  assert.deepEqual(identifier({ tags: new Map() })(claims({ 'x-user-id': 'ann' }, { sub: 'ann' })), NOBODY)
})

test('space around a value is no part of it', () => {
  assert.deepEqual(identify(claims({ 'x-user-id': '  ann b ' })), { user: 'ann b', tags: {} })
})

test('a tag may have any name', () => {
  assert.deepEqual(Object.entries(identify(claims({ 'x-odd': 'v' })).tags), [['__proto__', 'v']])
})

test('a value of 256 characters is taken as it is, a longer one refused and never cut', () => {
  const longest = 'ü'.repeat(256)
  assert.equal(identify(claims({ 'x-user-id': longest })).user, longest)
  refused(() => identify(claims({ 'x-user-id': `${longest}a` })), 'x-user-id', longest)
  refused(() => identify(claims({}, { 'org.team': 'secret'.repeat(50) })), 'org.team', 'secret')
})

test('control characters, and bytes that are no UTF-8, are refused', () => {
  for (const odd of ['\u0000', '\t', '\u007f', '\u0085', '\ufffd', '\ud800']) {
    refused(() => identify(claims({ 'x-user-id': `secret${odd}x` })), 'x-user-id', 'secret')
    refused(() => identify(claims({}, { plan: `secret${odd}x` })), 'plan', 'secret')
  }
  assert.equal(identify(claims({ 'x-user-id': 'Zoë 👩🏽‍💻' })).user, 'Zoë 👩🏽‍💻')
})

test('a header with a second value is refused, whichever of them the client sent', () => {
  for (const value of ['ann, mallory', ', ann', 'mallory,', ',']) {
    refused(() => identify(claims({ 'x-user-id': value })), 'x-user-id', 'mallory')
  }
})

test('a claim may hold a comma, for no client can add to it', () => {
  assert.equal(identify(claims({}, { 'org.team': 'cn=a,ou=b' })).team, 'cn=a,ou=b')
})

test('an address is what the gateway sees, without what it may add to it', () => {
  const identify = identifier({ tags: new Map(), address: { from: 'gateway' } })
  const seen = (address: string | undefined) => identify({ ...claims({}), address: () => address })
  assert.equal(seen('203.0.113.7:4711').address, '203.0.113.7')
  assert.equal(seen('[::ffff:203.0.113.7]:4711').address, '203.0.113.7')
  // A client over a socket of the file system.
  assert.equal('address' in seen('/run/envoy.sock'), false)
})

test('a gateway that does not say where a request came from is no reason to let it in', () => {
  const identify = identifier({ tags: new Map(), address: { from: 'gateway' } })
  for (const request of [claims({}), { ...claims({}), address: () => undefined }]) {
    assert.throws(() => identify(request), { code: 'upstream_unavailable' })
  }
})

test('an address is an element of a header, counted from where trusted proxies write', () => {
  const identify = identifier({ tags: new Map(), address: { from: 'header', name: 'x-forwarded-for', fromRight: 2 } })
  const at = (value: string) => identify(claims({ 'x-forwarded-for': value })).address
  assert.equal(at('203.0.113.7, 10.0.0.1'), '203.0.113.7')
  assert.equal(at('6.6.6.6,203.0.113.7 , 10.0.0.1'), '203.0.113.7')
  assert.equal(at('6.6.6.6, [2001:db8::1]:99, unknown'), '2001:db8::1')
})

test('a request without that element is refused, whatever else stands there', () => {
  const identify = identifier({ tags: new Map(), address: { from: 'header', name: 'x-forwarded-for', fromRight: 2 } })
  for (const value of ['10.0.0.1', 'unknown, 10.0.0.1', ', 10.0.0.1', 'x']) {
    refused(() => identify(claims({ 'x-forwarded-for': value })), 'x-forwarded-for', 'unknown')
  }
  refused(() => identify(claims({})), 'x-forwarded-for', '?')
})
