import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whoIsCalling } from '../../plugins/caller.js'
import { type IngressConfig, readConfig } from '../../plugins/config.js'
import { placeSource } from '../../plugins/place.js'
import { fakeKong, NOBODY } from './fake-kong.js'

const SECRET = 'a-secret-of-at-least-32-characters'
const PLACE = { route: { id: 'r-1', name: 'chat' }, service: { id: 's-1' } }

function config(given: object): IngressConfig {
  const read = readConfig({ secret: SECRET, ...given })
  assert.ok(read.kind === 'ingress')
  return read
}

/** The caller as JSON carries it, and the names of the calls that it took. */
async function asked(answers: object, given: object = {}) {
  const fake = fakeKong({ ...NOBODY, ...answers })
  const caller = await whoIsCalling(
    fake.kong,
    config(given),
    placeSource(undefined, () => 0),
  )
  return { caller: JSON.parse(JSON.stringify(caller)), calls: fake.calls }
}

const token = (claims: unknown) =>
  `e30.${Buffer.from(typeof claims === 'string' ? claims : JSON.stringify(claims)).toString('base64url')}.c2ln`

test('a consumer is known by id, username and custom id', async () => {
  const consumer = { id: 'c-1', username: 'ann', custom_id: '7', tags: ['x'], created_at: 1 }
  const { caller, calls } = await asked({ getConsumer: consumer })
  assert.deepEqual(caller, { consumer: { id: 'c-1', username: 'ann', customId: '7' }, ...PLACE })
  assert.deepEqual(
    calls.map(([name]) => name),
    ['getConsumer', 'getCredential', 'getRoute'],
  )
})

test('without a consumer only the place is known', async () => {
  assert.deepEqual((await asked({ getConsumer: null })).caller, PLACE)
})

test('of a credential nothing but its id leaves Kong', async () => {
  const secrets = { key: 'SECRET', secret: 'SECRET', password: 'SECRET', access_token: 'SECRET', token: 'SECRET' }
  const { caller } = await asked({
    getConsumer: { id: 'c-1', ...secrets },
    getCredential: { id: 'k-1', ...secrets, consumer: { id: 'c-1' } },
  })
  assert.deepEqual(caller.credential, { id: 'k-1' })
  assert.doesNotMatch(JSON.stringify(caller), /SECRET/)
})

test('what cannot be read as a consumer is no reason to let its request pass as nobody', async () => {
  await assert.rejects(asked({ getConsumer: 'ann' }), /a table was expected/)
})

test('claims come from the token that Kong has verified, where that is configured', async () => {
  const claims = { sub: 'ann', org: { team: 'ü' } }
  const answers = { authenticated_jwt_token: token(claims) }
  assert.deepEqual((await asked(answers, { claims: 'jwt' })).caller.claims, claims)
  const unasked = await asked(answers)
  assert.equal(unasked.caller.claims, undefined)
  assert.ok(!unasked.calls.some(([name]) => name === 'authenticated_jwt_token'))
  assert.equal((await asked({ authenticated_jwt_token: null }, { claims: 'jwt' })).caller.claims, undefined)
})

test('a token that is none refuses the request, and its text is not told', async () => {
  for (const broken of [7, 'SECRET', token('SECRET'), token('"SECRET"'), token([])]) {
    const refusal = asked({ authenticated_jwt_token: broken }, { claims: 'jwt' })
    await assert.rejects(refusal, (error: Error) => !error.message.includes('SECRET'), String(broken))
  }
})

test('groups come from where the configuration says', async () => {
  const answers = {
    getConsumer: { id: 'c-1' },
    authenticated_groups: { 1: 'blue', 2: 'red', blue: 'blue', red: 'red' },
    getHeader: 'green, yellow',
  }
  assert.equal((await asked(answers)).caller.groups, undefined)
  assert.deepEqual((await asked(answers, { groups: 'authenticated' })).caller.groups, ['blue', 'red'])
  assert.deepEqual((await asked(answers, { groups: 'acl' })).caller.groups, ['green', 'yellow'])
  assert.equal((await asked({ ...answers, getHeader: null }, { groups: 'acl' })).caller.groups, undefined)
})

test("of a caller without a consumer the groups header is not read, for it may be the client's own", async () => {
  const forged = { getConsumer: null, getHeader: 'admins' }
  const { caller, calls } = await asked(forged, { groups: 'acl' })
  assert.equal(caller.groups, undefined)
  assert.ok(!calls.some(([name]) => name === 'getHeader'))
})

test("the route's overrides travel with the caller", async () => {
  const overrides = { models: ['fast'], tags: { team: 'a' }, strict: true }
  assert.deepEqual((await asked({}, overrides)).caller.overrides, overrides)
})

test('where a request came from is said where the plugin was told to, and only then asked for', async () => {
  const address = { getForwardedIp: '203.0.113.7' }
  const { caller, calls } = await asked(address, { address: 'client' })
  assert.deepEqual(caller, { address: '203.0.113.7', ...PLACE })
  assert.ok(calls.some(([name]) => name === 'getForwardedIp'))
  const silent = await asked(address)
  assert.deepEqual(silent.caller, PLACE)
  assert.ok(!silent.calls.some(([name]) => name === 'getForwardedIp'))
})

test('a Kong that cannot say where a request came from lets nothing in', async () => {
  for (const getForwardedIp of [null, '', {}]) {
    await assert.rejects(asked({ getForwardedIp }, { address: 'client' }), { code: 'upstream_unavailable' })
  }
})
