import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { countQuota } from '../../../io/credentials/pool-quota.js'
import { syncQuotas } from '../../../io/credentials/pool-sync.js'
import { systemSchedule } from '../../../io/ledger/deadline.js'
import { createRedisLedger } from '../../../io/ledger/redis-ledger.js'
import { systemClock } from '../../../io/system-clock.js'
import { eventually } from '../../support/eventually.js'
import { type RedisServer, startRedis } from '../../support/redis.js'
import { handClock } from './pool-fixture.js'

const HOUR = 3_600_000

test('a request counts from when it is made until it was not, tokens from its end', () => {
  const count = countQuota('p', 'a', { per: HOUR, requests: 2, tokens: 100 }, handClock())
  count.begun()
  count.begun()
  assert.equal(count.allows(), false)
  count.takenBack()
  assert.equal(count.allows(), true)
  assert.equal(count.share(), 0.5)
  count.ended({ tokens: 100, cost: undefined })
  assert.equal(count.allows(), false)
})

test('a window ends with everything in it, and what comes back later is not below nothing', () => {
  const clock = handClock(Date.parse('2026-01-31T12:59:00Z'))
  const count = countQuota('p', 'a', { per: HOUR, requests: 1 }, clock)
  count.begun()
  assert.deepEqual([count.allows(), count.left()], [false, 60_000])
  clock.pass(60_000)
  assert.deepEqual([count.allows(), count.left()], [true, HOUR])
  count.takenBack()
  count.begun()
  assert.equal(count.allows(), false)
})

test('a cost beyond what a ledger counts is the most that it counts', () => {
  const count = countQuota('p', 'a', { per: HOUR, usd: 5 }, handClock())
  count.ended({ tokens: 0, cost: 10n ** 30n })
  count.ended({ tokens: 0, cost: 10n ** 30n })
  assert.deepEqual(
    count.untold().map(({ amount }) => amount),
    [Number.MAX_SAFE_INTEGER],
  )
})

let redis: RedisServer
before(async () => {
  redis = await startRedis({ appendOnly: 'none' })
})
after(() => redis?.stop())

test('instances that share Redis learn within two rounds what a key has been used for elsewhere', async () => {
  let ids = 0
  const instances = [1, 2, 3].map((number) => {
    const ledger = createRedisLedger({ url: redis.url, prefix: 'quota' })
    const count = countQuota('p', 'a', { per: 86_400_000, requests: 30 }, systemClock)
    const sync = syncQuotas({
      ...{ ledger, schedule: systemSchedule, counts: () => [count] },
      newId: () => `${number}-${++ids}`,
      failed: (error) => assert.fail(String(error)),
    })
    sync.now()
    return { ledger, count, sync }
  })
  for (const { count } of instances) for (let made = 0; made < 10; made++) count.begun()
  const began = performance.now()
  await eventually('all know', () => instances.every(({ count }) => !count.allows()), 4000)
  assert.ok(performance.now() - began < 3000)
  for (const { sync, ledger } of instances) {
    await sync.close()
    await ledger.close()
  }
})
