import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { revokeKey } from '../../../io/keys/key-changes.js'
import { type KeyStore, KeysUnavailable } from '../../../io/keys/key-store.js'
import { createRedisKeyStore } from '../../../io/keys/redis-key-store.js'
import { systemSchedule } from '../../../io/ledger/deadline.js'
import { systemClock } from '../../../io/system-clock.js'
import type { VirtualKey } from '../../../policies/keys/virtual-key.js'
import { issued, maker } from '../../policies/keys/keys.js'
import { eventually } from '../../support/eventually.js'
import { openLossyLink } from '../../support/lossy-link.js'
import { type RedisServer, startRedis } from '../../support/redis.js'

const LIMIT = { timeout: 30_000 }

let redis: RedisServer
let stores: KeyStore[] = []
const told: string[] = []
before(async () => {
  redis = await startRedis({ appendOnly: 'always', password: 'a secret' })
})
beforeEach(async () => {
  await redis.command('FLUSHALL')
  told.length = 0
})
after(async () => {
  redis.resume()
  await closeAll()
  await redis.stop()
})

const closeAll = async () => {
  await Promise.all(stores.map((store) => store.close()))
  stores = []
}

function open(url = redis.url): KeyStore {
  const store = createRedisKeyStore({
    ...{ url, prefix: 'test', clock: systemClock, schedule: systemSchedule },
    onState: (state) => told.push(state),
    onUnreadable: (ids) => told.push(`unreadable: ${ids.join()}`),
  })
  stores.push(store)
  return store
}

const isFresh = (store: KeyStore) => eventually('the view is fresh', () => store.book.freshness() === 'fresh')
const revoked = (key: VirtualKey) => revokeKey(key, systemClock.now()) ?? key
const find = (store: KeyStore, text: string) => store.book.find(maker.hash(text))?.key

test('what one instance changes all others know, soon after', LIMIT, async () => {
  const [one, two, three] = [open(), open(), open()]
  assert.equal(one.book.freshness(), 'stale')
  await Promise.all([one, two, three].map(isFresh))
  const { key, text } = issued({ team: 'red' })
  assert.equal(await one.put(key), 'done')
  assert.deepEqual(find(one, text), key)
  for (const other of [two, three]) await eventually('the key is known', () => find(other, text) !== undefined, 1000)
  assert.equal(await two.put(revoked(key)), 'done')
  for (const other of [one, three]) {
    await eventually('the revocation is known', () => find(other, text)?.revokedAt !== undefined, 1000)
  }
  assert.equal(await three.remove(revoked(key)), 'done')
  await eventually('it is forgotten', () => find(one, text) === undefined, 1000)
  await closeAll()
})

test('of two changes to one version one is made', LIMIT, async () => {
  const [one, two] = [open(), open()]
  const { key } = issued()
  assert.equal(await one.put(revoked(key)), 'conflict')
  assert.deepEqual((await Promise.all([one.put(key), two.put(key)])).sort(), ['conflict', 'done'])
  const counted = Array.from({ length: 20 }, (_, at) => (at % 2 ? one : two).put({ ...key, name: `${at}`, version: 2 }))
  assert.equal((await Promise.all(counted)).filter((answer) => answer === 'done').length, 1)
  assert.equal(await one.remove(key), 'conflict')
  assert.equal((await two.list()).length, 1)
  await closeAll()
})

test('without the channel everybody asks, and learns of it all the same', LIMIT, async () => {
  const store = open()
  await isFresh(store)
  const { key, text } = issued()
  // As the script writes it, without telling anybody.
  const write = (at: string, record: VirtualKey) =>
    redis.command('HSET', '{test}:v1:keys', key.id, `${record.version} ${JSON.stringify(record)}`, 'at', at)
  await write('7 1.1', key)
  await eventually('the key is known', () => find(store, text) !== undefined, 1000)
  await write('7 1.2', revoked(key))
  await eventually('the revocation is known', () => find(store, text)?.revokedAt !== undefined, 1000)
  await closeAll()
})

test('a Redis that hangs makes the view stale within a second, and fresh when it answers', LIMIT, async () => {
  const store = open()
  const { key, text } = issued()
  await store.put(key)
  redis.pause()
  const paused = performance.now()
  await eventually('the view is stale', () => store.book.freshness() === 'stale', 1500)
  assert.ok(performance.now() - paused < 1000)
  assert.ok(find(store, text), 'what was known last is still there')
  await assert.rejects(store.list(), KeysUnavailable)
  await assert.rejects(store.put(issued().key), KeysUnavailable)
  redis.resume()
  await isFresh(store)
  assert.deepEqual(told, ['fresh', 'stale', 'fresh'])
  await closeAll()
})

test('a question that is lost on its way is asked anew on another connection', { timeout: 40_000 }, async () => {
  const link = await openLossyLink(redis.port)
  const store = open(redis.url.replace(`:${redis.port}`, `:${link.port}`))
  await isFresh(store)
  link.lose()
  await eventually('the view is stale', () => store.book.freshness() === 'stale', 1500)
  await eventually('the view is fresh', () => store.book.freshness() === 'fresh', 10_000)
  const { key, text } = issued()
  await store.put(key)
  assert.ok(find(store, text))
  await closeAll()
  await link.close()
})

test('a Redis that dies and comes back has kept all keys; one that comes back empty has none', LIMIT, async () => {
  const store = open()
  const { key, text } = issued()
  await store.put(key)
  await redis.kill()
  await eventually('the view is stale', () => store.book.freshness() === 'stale', 1500)
  await redis.restart()
  await eventually('the view is fresh', () => store.book.freshness() === 'fresh', 10_000)
  assert.deepEqual(find(store, text), key)
  await redis.command('FLUSHALL')
  await eventually('the key is unknown', () => find(store, text) === undefined, 1000)
  await closeAll()
})

test('records that cannot be read are keys of nobody; the others are', LIMIT, async () => {
  const store = open()
  const { key, text } = issued()
  await store.put(key)
  const strange = { ...issued().key, onlyOn: 'sundays' }
  await redis.command('HSET', '{test}:v1:keys', strange.id, `1 ${JSON.stringify(strange)}`, 'key_bad', '1 nonsense')
  await redis.command('HSET', '{test}:v1:keys', 'at', 'another')
  await eventually('it is told', () => told.some((text) => text.startsWith('unreadable')))
  assert.deepEqual(find(store, text), key)
  assert.equal((await store.list()).length, 1)
  await closeAll()
})

test('what is wrong with Redis is told without its password', LIMIT, async () => {
  const store = open(redis.url.replace('a%20secret', 'wrong-password'))
  const error = await store.list().catch((error: unknown) => error)
  assert.ok(error instanceof KeysUnavailable)
  assert.ok(!JSON.stringify([error.message, String(error.cause), error.stack]).includes('wrong-password'))
  await closeAll()
})
