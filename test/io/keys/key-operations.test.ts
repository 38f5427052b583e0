import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Principal } from '../../../io/admin/operation.js'
import { isOver } from '../../../io/keys/key-changes.js'
import { KeysUnavailable } from '../../../io/keys/key-store.js'
import { isKeyText } from '../../../policies/keys/key-text.js'
import { issued, maker, NOON } from '../../policies/keys/keys.js'
import { operationsWorld } from './operations-world.js'

const ADMIN: Principal = { name: 'root', role: 'admin', teams: [] }
const LEAD: Principal = { name: 'lea', role: 'team-lead', teams: ['red'] }
const ANN: Principal = { name: 'ann', role: 'developer', teams: [], user: 'ann' }
const AUDITOR: Principal = { name: 'aud', role: 'auditor', teams: [] }

test('a key is issued, shown once, and kept as its hash', async () => {
  const { call, store, notes } = operationsWorld()
  const budgets = [
    { usd: 1.1, per: 'month', timeZone: 'Europe/Berlin' },
    { requests: 5, per: 'life' },
  ]
  const answer = await call(ADMIN, 'issueKey', {
    ...{ name: 'ci', user: 'ann', team: 'red', organization: 'acme', role: 'developer', tags: { env: 'prod' } },
    ...{ models: ['gpt'], networks: ['10.0.0.0/8'], budgets, expiresIn: '90d' },
  })
  assert.equal(answer.status, 201)
  const { key, id, ...view } = answer.body
  assert.ok(typeof key === 'string' && isKeyText(key))
  assert.deepEqual(view, {
    ...{ name: 'ci', user: 'ann', team: 'red', organization: 'acme', role: 'developer', tags: { env: 'prod' } },
    ...{ models: ['gpt'], networks: ['10.0.0.0/8'], state: 'active', version: 1, createdBy: 'root' },
    budgets: [
      { usd: '1.1', per: 'month', timeZone: 'Europe/Berlin' },
      { requests: 5, per: 'life' },
    ],
    createdAt: '2024-05-15T12:00:00.000Z',
    expiresAt: '2024-08-13T12:00:00.000Z',
    prefixes: [{ prefix: key.slice(0, 11), createdAt: '2024-05-15T12:00:00.000Z' }],
  })
  const [kept] = store.keys()
  assert.equal(kept?.secrets[0]?.hash, maker.hash(key))
  assert.deepEqual(kept?.budgets?.[0], { unit: 'usd', limit: 1_100_000_000, per: 'month', timeZone: 'Europe/Berlin' })
  assert.deepEqual(notes, [{ key: id, name: 'ci', team: 'red' }])
  assert.equal(store.spreads(), 1)
  const shown = await call(AUDITOR, 'getKey', undefined, { id: String(id) })
  const listed = await call(AUDITOR, 'listKeys')
  for (const { text } of [shown, listed]) {
    assert.ok(!text.includes(key.slice(11, 30)) && !text.includes(maker.hash(key)), text)
  }
})

test('what could only be a slip is refused, and says which field', async () => {
  const { call } = operationsWorld()
  const fieldOf = async (members: Record<string, unknown>) => {
    const { status, body } = await call(ADMIN, 'issueKey', { name: 'x', ...members })
    assert.equal(status, 400, JSON.stringify(members))
    return body['field']
  }
  assert.equal(await fieldOf({ models: ['gpt', 'no-such'] }), 'models.1')
  assert.equal(await fieldOf({ expiresAt: '2024-05-15T12:00:00Z' }), 'expiresAt')
  assert.equal(await fieldOf({ expiresIn: '0s' }), 'expiresIn')
  assert.equal(await fieldOf({ networks: ['10.0.0.0/33'] }), 'networks.0')
  assert.equal(await fieldOf({ networks: [] }), 'networks')
  assert.equal(await fieldOf({ models: ['gpt', 'gpt'] }), 'models')
  assert.equal(await fieldOf({ budgets: [{ per: 'day' }] }), 'budgets.0')
  assert.equal(await fieldOf({ budgets: [{ usd: 1, tokens: 1, per: 'day' }] }), 'budgets.0')
  assert.equal(await fieldOf({ budgets: [{ usd: 0, per: 'day' }] }), 'budgets.0.usd')
  assert.equal(await fieldOf({ budgets: [{ usd: 1, per: 'decade' }] }), 'budgets.0.per')
  assert.equal(await fieldOf({ budgets: [{ usd: 1, per: 'day', timeZone: 'Mars' }] }), 'budgets.0.timeZone')
  assert.equal(
    await fieldOf({
      budgets: [
        { usd: 1, per: 'day' },
        { usd: 2, per: 'day' },
      ],
    }),
    'budgets',
  )
  assert.equal(await fieldOf({ tags: { 'a b': 'c' } }), 'tags.a b')
  assert.equal(await fieldOf({ user: 'a\nb' }), 'user')
  assert.equal(await fieldOf({ team: ' red' }), 'team')
  assert.equal((await call(ADMIN, 'issueKey', { name: 'x', expiresAt: '2025-01-01', expiresIn: '1d' })).status, 400)
})

test('no key is bound to networks where nobody knows where clients come from', async () => {
  const { call, store } = operationsWorld({ addresses: 'unknown' })
  const networks = ['10.0.0.0/8']
  const refused = await call(ADMIN, 'issueKey', { name: 'x', networks })
  assert.deepEqual([refused.status, refused.body['field']], [400, 'networks'])
  const { key } = issued()
  await store.put(key)
  assert.equal((await call(ADMIN, 'updateKey', { networks }, { id: key.id })).status, 400)
  assert.equal((await call(ADMIN, 'updateKey', { networks: null }, { id: key.id })).status, 200)
})

test('a change leaves what it does not name, takes away what it sets to null, and knows its version', async () => {
  const { call, store } = operationsWorld()
  const { key, text } = issued({ models: ['gpt'], networks: ['10.0.0.0/8'], tags: { a: 'b' } })
  await store.put(key)
  const change = (members: Record<string, unknown>) => call(ADMIN, 'updateKey', members, { id: key.id })
  const changed = await change({ name: 'next', models: ['other'], networks: null, expiresAt: '2024-06-01' })
  assert.equal(changed.status, 200)
  assert.deepEqual(
    [
      changed.body['name'],
      changed.body['models'],
      changed.body['networks'],
      changed.body['tags'],
      changed.body['version'],
    ],
    ['next', ['other'], undefined, { a: 'b' }, 2],
  )
  assert.equal((await change({ version: 1, name: 'late' })).status, 409)
  assert.equal((await change({ expiresAt: null })).body['expiresAt'], undefined)
  assert.equal(store.keys()[0]?.secrets[0]?.hash, maker.hash(text))
  assert.equal((await call(ADMIN, 'revokeKey', undefined, { id: key.id })).status, 200)
  assert.equal((await change({ name: 'again' })).status, 409)
})

test('a rotation keeps id and bounds, and says how long the texts before are good', async () => {
  const { call, store, pass } = operationsWorld({ overlap: 1000 })
  const { key } = issued({ models: ['gpt'] })
  await store.put(key)
  const rotate = (members = {}) => call(ADMIN, 'rotateKey', members, { id: key.id })
  const first = await rotate()
  assert.equal(first.status, 200)
  assert.equal(first.body['id'], key.id)
  assert.deepEqual(first.body['models'], ['gpt'])
  assert.deepEqual(
    store.keys()[0]?.secrets.map(({ until }) => until),
    [NOON + 1000, undefined],
  )
  await rotate({ overlap: '7d' })
  // A longer overlap does not make those before longer.
  assert.deepEqual(
    store.keys()[0]?.secrets.map(({ until }) => until),
    [NOON + 1000, NOON + 7 * 86_400_000, undefined],
  )
  pass(1000)
  await rotate({ overlap: '0s' })
  assert.equal(store.keys()[0]?.secrets.length, 1)
  await call(ADMIN, 'revokeKey', undefined, { id: key.id })
  assert.equal((await rotate()).status, 409)
})

test('a key has ten texts at most; a rotation without overlap is always possible', async () => {
  const { call, store } = operationsWorld({ overlap: 1000 })
  const { key } = issued()
  await store.put(key)
  const rotate = (members = {}) => call(ADMIN, 'rotateKey', members, { id: key.id })
  for (let text = 2; text <= 10; text++) assert.equal((await rotate()).status, 200)
  assert.equal((await rotate()).status, 409)
  assert.equal((await rotate({ overlap: '0s' })).status, 200)
  assert.equal(store.keys()[0]?.secrets.length, 1)
})

test('only a key that is over is forgotten; to revoke twice changes nothing', async () => {
  const { call, store, pass } = operationsWorld()
  const [one, two] = [issued().key, issued({ expiresAt: NOON + 10 }).key]
  for (const key of [one, two]) await store.put(key)
  const remove = (id: string) => call(ADMIN, 'deleteKey', undefined, { id })
  assert.equal((await remove(one.id)).status, 409)
  assert.equal((await remove(two.id)).status, 409)
  assert.equal(
    (await call(ADMIN, 'revokeKey', undefined, { id: one.id })).body['revokedAt'],
    '2024-05-15T12:00:00.000Z',
  )
  pass(10)
  const again = await call(ADMIN, 'revokeKey', undefined, { id: one.id })
  assert.equal(again.body['revokedAt'], '2024-05-15T12:00:00.000Z')
  assert.equal(again.body['version'], 2)
  assert.deepEqual((await remove(one.id)).body, { deleted: one.id })
  assert.equal((await remove(two.id)).status, 200)
  assert.equal((await remove(two.id)).status, 404)
  assert.deepEqual(store.keys(), [])
})

test('a list is narrowed by team, user and state', async () => {
  const { call, store, pass } = operationsWorld()
  for (const members of [
    { name: 'a', team: 'red', user: 'ann' },
    { name: 'b', team: 'red', user: 'bob', expiresAt: NOON + 5 },
    { name: 'c', team: 'blue', user: 'ann' },
    { name: 'd' },
  ]) {
    await store.put(issued(members, NOON - 10 + store.keys().length).key)
  }
  pass(5)
  const names = async (query: Record<string, string>) => {
    const { body } = await call(ADMIN, 'listKeys', undefined, {}, query)
    return namesIn(body)
  }
  assert.equal(await names({}), 'abcd')
  assert.equal(await names({ team: 'red' }), 'ab')
  assert.equal(await names({ user: 'ann', team: 'blue' }), 'c')
  assert.equal(await names({ state: 'expired' }), 'b')
  assert.equal((await call(ADMIN, 'listKeys', undefined, {}, { state: 'asleep' })).status, 400)
})

test('everybody sees what is theirs, and the rest is not there', async () => {
  const { call, store } = operationsWorld()
  const keys = {
    redAnn: issued({ name: 'a', team: 'red', user: 'ann' }, NOON - 4).key,
    redBob: issued({ name: 'b', team: 'red', user: 'bob' }, NOON - 3).key,
    blueAnn: issued({ name: 'c', team: 'blue', user: 'ann' }, NOON - 2).key,
    nobodys: issued({ name: 'd' }, NOON - 1).key,
  }
  for (const key of Object.values(keys)) await store.put(key)
  const seen = async (principal: Principal) => namesIn((await call(principal, 'listKeys')).body)
  assert.equal(await seen(ADMIN), 'abcd')
  assert.equal(await seen(AUDITOR), 'abcd')
  assert.equal(await seen(LEAD), 'ab')
  assert.equal(await seen(ANN), 'ac')
  assert.equal(await seen({ ...ANN, teams: ['red'] }), 'a')

  const unknown = await call(LEAD, 'getKey', undefined, { id: 'key_no' })
  for (const id of ['getKey', 'revokeKey', 'deleteKey', 'rotateKey', 'updateKey']) {
    const body = id === 'rotateKey' || id === 'updateKey' ? {} : undefined
    const hidden = await call(LEAD, id, body, { id: keys.blueAnn.id })
    assert.deepEqual([hidden.status, hidden.text], [unknown.status, unknown.text], id)
  }
  assert.equal((await call(ANN, 'rotateKey', {}, { id: keys.redAnn.id })).status, 200)
  assert.equal((await call(ANN, 'rotateKey', {}, { id: keys.redBob.id })).status, 404)
  assert.equal((await call(LEAD, 'revokeKey', undefined, { id: keys.redBob.id })).status, 200)
})

test('a team lead issues keys of their teams, with nothing that rules take for more', async () => {
  const { call, store } = operationsWorld()
  const issue = (members: Record<string, unknown>) => call(LEAD, 'issueKey', { name: 'x', ...members })
  assert.equal((await issue({ team: 'red', role: 'developer', user: 'bob' })).status, 201)
  for (const members of [
    {},
    { team: 'blue' },
    { team: 'red', role: 'admin' },
    { team: 'red', role: 'auditor' },
    { team: 'red', role: 'anything' },
    { team: 'red', organization: 'acme' },
    { team: 'red', tags: { env: 'prod' } },
  ]) {
    assert.equal((await issue(members)).status, 403, JSON.stringify(members))
  }
  const [key] = store.keys()
  const update = (members: Record<string, unknown>) => call(LEAD, 'updateKey', members, { id: key?.id ?? '' })
  assert.equal((await update({ tags: { env: 'prod' } })).status, 403)
  assert.equal((await update({ models: ['gpt'] })).status, 200)
})

test('whoever was faster is not written over: the change is made of what is there', async () => {
  const { call, store } = operationsWorld()
  const { key } = issued()
  await store.put(key)
  store.interrupt(async () => {
    await store.put({ ...key, name: 'faster', version: 2 })
  })
  const revoked = await call(ADMIN, 'revokeKey', undefined, { id: key.id })
  assert.deepEqual([revoked.body['name'], revoked.body['version']], ['faster', 3])
})

test('no store, no answer: said as what it is', async () => {
  const down = operationsWorld()
  down.store.fail(new KeysUnavailable('down'))
  assert.equal((await down.call(ADMIN, 'listKeys')).status, 503)
  assert.equal((await down.call(ADMIN, 'issueKey', { name: 'x' })).status, 503)
  const without = operationsWorld({ store: 'none' })
  assert.equal((await without.call(ADMIN, 'listKeys')).status, 404)
})

test('no order of operations brings a key back that was revoked', async () => {
  const step = fc.constantFrom('rotateKey', 'updateKey', 'revokeKey', 'pass')
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const { call, store, pass, now } = operationsWorld()
      const { key } = issued({ expiresAt: NOON + 5 })
      await store.put(key)
      let isRevoked = false
      for (const name of steps) {
        if (name === 'pass') pass(2)
        else await call(ADMIN, name, name === 'revokeKey' ? undefined : {}, { id: key.id })
        isRevoked ||= name === 'revokeKey'
        const [kept] = store.keys()
        assert.ok(kept)
        assert.equal(kept.revokedAt !== undefined, isRevoked)
        if (isRevoked) assert.ok(isOver(kept, now()))
      }
    }),
  )
})

function namesIn(body: Readonly<Record<string, unknown>>): string {
  const { keys } = body
  assert.ok(Array.isArray(keys))
  return keys.map(({ name }) => name).join('')
}
