import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createRedisSpendStore } from '../../../io/spend/redis-spend-store.js'
import { HOUR } from '../../../io/spend/sums.js'
import { type RedisServer, startRedis } from '../../support/redis.js'
import { attemptRow } from './rows.js'
import { checkSums, NEVER, START } from './spend-store-model.js'

let redis: RedisServer
before(async () => {
  redis = await startRedis({ appendOnly: 'none' })
})
after(() => redis?.stop())

test('the sums are those of the rows, for any batches, repeats and crashes', async () => {
  const open = () => createRedisSpendStore({ url: redis.url, prefix: 'model' })
  const wipe = async () => {
    await redis.command('FLUSHALL')
  }
  await checkSums({ open, crash: (store) => store.close(), wipe }, 40)
})

test('two shippers of one source at the same time count each row once, beyond what doubles hold', async () => {
  const stores = [0, 1].map(() => createRedisSpendStore({ url: redis.url, prefix: 'two' }))
  const nano = String(2n ** 61n)
  const rows = [1, 2, 3].map((seq) => attemptRow(seq, { at: START, nano }))
  await Promise.all(
    stores.flatMap((store) => [store.write('a', rows.slice(0, 2), NEVER), store.write('a', rows, NEVER)]),
  )
  const [cell] = (await stores[0]?.read(START, START + HOUR)) ?? []
  assert.equal(cell?.amounts.nano, 3n * 2n ** 61n)
  for (const store of stores) await store.close()
})

test('hours are forgotten by themselves after 400 days', async () => {
  const store = createRedisSpendStore({ url: redis.url, prefix: 'ttl' })
  await store.write('a', [attemptRow(1, { at: Date.now() })], NEVER)
  const reply = await redis.command('TTL', `{ttl}:spend:v1:hours:${Math.floor(Date.now() / HOUR)}`)
  const days = Number(/:(\d+)/.exec(reply)?.[1]) / 86400
  assert.ok(days > 399 && days <= 401, `${days} days`)
  await store.close()
})
