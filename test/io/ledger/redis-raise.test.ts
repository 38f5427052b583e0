import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createRedisLedger } from '../../../io/ledger/redis-ledger.js'
import type { Bucket, Lease } from '../../../policies/budget/ledger.js'
import { type RedisServer, startRedis } from '../../support/redis.js'

const LIMIT = { timeout: 20_000 }
const HOUR = 3_600_000

let server: RedisServer
before(async () => {
  server = await startRedis({ appendOnly: 'none' })
})
after(() => server?.stop())

function leaseOf(id: string, bucket: Bucket, amount: number): Lease {
  const claim = { bucket, amount, limit: 100, mode: 'hard', onStoreDown: 'refuse' } as const
  return { id, claims: [claim], ttl: HOUR, onLost: 'charge' }
}

test('a limit that one instance raises is in force on all others with the next request', LIMIT, async () => {
  const instances = [1, 2, 3].map(() => createRedisLedger({ url: server.url, prefix: 'all' }))
  const [one, two, three] = instances
  assert.ok(one && two && three)
  const start = Math.floor(Date.now() / HOUR) * HOUR
  const bucket: Bucket = { key: 'b', budget: 'a b%', window: { kind: 'calendar', start, end: start + 2 * HOUR } }
  assert.equal((await one.reserve(leaseOf('1', bucket, 100))).kind, 'reserved')
  assert.equal((await two.reserve(leaseOf('2', bucket, 1))).kind, 'exhausted')
  assert.deepEqual(await three.raise('b', { kind: 'by', amount: 30 }), { limit: 130, until: start + 2 * HOUR })
  assert.equal((await two.reserve(leaseOf('3', bucket, 30))).kind, 'reserved')
  const full = await one.reserve(leaseOf('4', bucket, 1))
  assert.ok(full.kind === 'exhausted')
  assert.deepEqual([full.states[0]?.limit, full.states[0]?.raised], [130, 30])
  // What is between has no white space, so that the budget's name keeps its own.
  assert.deepEqual(
    (await two.list('a b%')).map(({ bucket, limit, raised }) => [bucket.budget, limit, raised]),
    [['a b%', 130, 30]],
  )
  assert.deepEqual(await one.raise('b', { kind: 'to', amount: 50 }), { limit: 100 })
  assert.equal((await two.list())[0]?.raised, undefined)
  assert.equal(await one.raise('unknown', { kind: 'by', amount: 1 }), undefined)
  for (const instance of instances) await instance.close()
})

test(
  'a rolling window is raised for its length, one for life for good, one that has ended not at all',
  LIMIT,
  async () => {
    const time = { ms: 0 }
    const ledger = createRedisLedger({ url: server.url, prefix: 'kinds', offset: () => time.ms })
    const rolling: Bucket = { key: 'r', budget: 'r', window: { kind: 'rolling', length: HOUR, slices: 60 } }
    const life: Bucket = { key: 'l', budget: 'l', window: { kind: 'life' } }
    const start = Math.floor(Date.now() / HOUR) * HOUR
    const hour: Bucket = { key: 'h', budget: 'h', window: { kind: 'calendar', start, end: start + HOUR } }
    for (const bucket of [rolling, life, hour]) {
      await ledger.reserve(leaseOf(bucket.key, bucket, 10))
      await ledger.settle(bucket.key, [10])
      assert.equal((await ledger.raise(bucket.key, { kind: 'by', amount: 5 }))?.limit, 105)
    }
    time.ms += HOUR
    const raised = async (bucket: Bucket) => (await ledger.read([bucket]))[0]?.raised
    assert.equal(await raised(rolling), undefined)
    assert.equal(await raised(life), 5)
    assert.equal(await ledger.raise('h', { kind: 'by', amount: 5 }), undefined)
    // Long after its amounts are gone what is raised for good is still there.
    time.ms += 90 * 24 * HOUR
    await ledger.reset('l')
    await ledger.settle('nothing', [])
    assert.equal(await raised(life), 5)
    await ledger.close()
  },
)
