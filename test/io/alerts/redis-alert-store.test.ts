import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createRedisAlertStore } from '../../../io/alerts/redis-alert-store.js'
import { type RedisServer, startRedis } from '../../support/redis.js'
import { testAlertStore } from './alert-store-model.js'
import { NOW, raisedOf } from './sample.js'

let redis: RedisServer
before(async () => {
  redis = await startRedis({ appendOnly: 'none' })
})
after(() => redis?.stop())

testAlertStore((name, now = () => NOW) => createRedisAlertStore({ url: redis.url, prefix: name, now }))

test('a Redis that hangs keeps nobody waiting', { timeout: 10_000 }, async () => {
  const store = createRedisAlertStore({ url: redis.url, prefix: 'hangs', now: () => NOW })
  await store.inForce()
  redis.pause()
  await assert.rejects(store.raise(raisedOf('a'), ['ops']))
  redis.resume()
  await store.close()
})
