import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, afterEach, before, describe, test } from 'node:test'
import { createRedisLedger, type RedisLedger } from '../../../io/ledger/redis-ledger.js'
import { type Bucket, LedgerUnavailable } from '../../../policies/budget/ledger.js'
import { eventually } from '../../support/eventually.js'
import { freePort } from '../../support/free-port.js'
import { type RedisServer, startRedis } from '../../support/redis.js'
import { bucketOf, claimOf, leaseOf } from './leases.js'
import { checkLedger } from './ledger-model.js'

const LARGEST = 9_007_199_254_740_991
const DAY = 86_400_000

const life = bucketOf({ kind: 'life' })

describe('the ledger on Redis', () => {
  let server: RedisServer
  before(async () => {
    server = await startRedis({ appendOnly: 'none' })
  })
  after(() => server.stop())

  const open: RedisLedger[] = []
  afterEach(async () => {
    for (const ledger of open.splice(0)) await ledger.close()
  })
  /** Ledgers of one test share a prefix of its own; `skew.ms` moves their time. */
  const fresh = (skew = { ms: 0 }, prefix: string = randomUUID()) => {
    const ledger = createRedisLedger({ url: server.url, prefix, offset: () => skew.ms })
    open.push(ledger)
    return ledger
  }
  const amounts = async (ledger: RedisLedger, ...buckets: readonly Bucket[]) =>
    (await ledger.read(buckets)).map(({ committed, reserved }) => [committed, reserved])

  test('holds what fits and refuses what does not, saying what it found', async () => {
    const ledger = fresh()
    const user = bucketOf({ kind: 'life' }, 'user:ada', 'user')
    const first = await ledger.reserve(leaseOf('1', [claimOf(user, 60), claimOf(life, 60, 1000)]))
    assert.deepEqual(first, {
      kind: 'reserved',
      states: [
        { bucket: user, committed: 0, reserved: 60, limit: 100 },
        { bucket: life, committed: 0, reserved: 60, limit: 1000 },
      ],
    })
    const second = await ledger.reserve(leaseOf('2', [claimOf(life, 41, 1000), claimOf(user, 41)]))
    assert.deepEqual(second, {
      kind: 'exhausted',
      refusing: [1],
      states: [
        { bucket: life, committed: 0, reserved: 60, limit: 1000 },
        { bucket: user, committed: 0, reserved: 60, limit: 100 },
      ],
    })
    assert.equal((await ledger.reserve(leaseOf('3', [claimOf(user, 40)]))).kind, 'reserved')
    assert.deepEqual(await amounts(ledger, user, life), [
      [0, 100],
      [0, 60],
    ])
  })

  test('adds up two claims of one bucket, and never refuses for a soft one', async () => {
    const ledger = fresh()
    const twice = await ledger.reserve(leaseOf('1', [claimOf(life, 51), claimOf(life, 50)]))
    assert.deepEqual(twice.kind === 'exhausted' && twice.refusing, [0, 1])
    assert.equal((await ledger.reserve(leaseOf('2', [claimOf(life, 50), claimOf(life, 50)]))).kind, 'reserved')
    assert.equal((await ledger.reserve(leaseOf('3', [claimOf(life, 50, 100, 'soft')]))).kind, 'reserved')
    await ledger.settle('2', [1, 2])
    assert.deepEqual(await amounts(ledger, life), [[3, 50]])
  })

  test('extends what is open, all or nothing', async () => {
    const ledger = fresh()
    const other = bucketOf({ kind: 'life' }, 'other')
    await ledger.reserve(leaseOf('1', [claimOf(life, 50), claimOf(other, 50, 1000)]))
    assert.deepEqual(await ledger.extend('1', [50, 50], 1000), { kind: 'extended' })
    assert.deepEqual(await ledger.extend('1', [1, 50], 1000), { kind: 'exhausted', refusing: [0] })
    assert.deepEqual(await amounts(ledger, life, other), [
      [0, 100],
      [0, 100],
    ])
    await ledger.settle('1', [0, 0])
    assert.deepEqual(await ledger.extend('1', [1, 1], 1000), { kind: 'closed' })
    assert.deepEqual(await amounts(ledger, life, other), [
      [0, 0],
      [0, 0],
    ])
  })

  test('settles and charges once, and nothing for an unknown id', async () => {
    const ledger = fresh()
    await ledger.reserve(leaseOf('1', [claimOf(life, 50)]))
    // The same command sent again after a connection was lost.
    await ledger.reserve(leaseOf('1', [claimOf(life, 50)]))
    assert.deepEqual(await amounts(ledger, life), [[0, 50]])
    await ledger.settle('1', [7])
    await ledger.settle('1', [7])
    await ledger.settle('unknown', [7])
    await ledger.charge('1', [claimOf(life, 200)])
    await ledger.charge('1', [claimOf(life, 200)])
    assert.deepEqual(await amounts(ledger, life), [[207, 0]])
  })

  test('is exact up to the largest amount', async () => {
    const ledger = fresh()
    assert.equal((await ledger.reserve(leaseOf('1', [claimOf(life, LARGEST - 1, LARGEST)]))).kind, 'reserved')
    assert.equal((await ledger.reserve(leaseOf('2', [claimOf(life, 2, LARGEST)]))).kind, 'exhausted')
    assert.equal((await ledger.reserve(leaseOf('3', [claimOf(life, 1, LARGEST)]))).kind, 'reserved')
    assert.equal((await ledger.reserve(leaseOf('4', [claimOf(life, LARGEST, LARGEST)]))).kind, 'exhausted')
    await ledger.settle('1', [LARGEST - 3])
    assert.deepEqual(await amounts(ledger, life), [[LARGEST - 3, 1]])
    await ledger.settle('3', [1])
    assert.deepEqual(await amounts(ledger, life), [[LARGEST - 2, 0]])
    const rolling = bucketOf({ kind: 'rolling', length: 60_000, slices: 6 }, 'rolling')
    await ledger.charge('5', [claimOf(rolling, LARGEST)])
    assert.deepEqual(await amounts(ledger, rolling), [[LARGEST, 0]])
  })

  test('closes lost leases by what became of them', async () => {
    const skew = { ms: 0 }
    const ledger = fresh(skew)
    const names = ['never sent', 'sent', 'renewed', 'forgiven']
    const buckets = names.map((name) => bucketOf({ kind: 'life' }, name))
    for (const [i, bucket] of buckets.entries()) {
      const onLost = names[i] === 'forgiven' ? 'release' : 'charge'
      await ledger.reserve(leaseOf(bucket.key, [claimOf(bucket, 50)], { onLost }))
      if (i > 0) await ledger.dispatched(bucket.key)
    }
    await ledger.renew('renewed', [20], 10_000)
    skew.ms += 10_001
    assert.deepEqual(await amounts(ledger, ...buckets), [
      [0, 0],
      [50, 0],
      [20, 0],
      [0, 0],
    ])
    for (const { key } of buckets) {
      assert.deepEqual(await ledger.extend(key, [1], 1000), { kind: 'closed' })
      await ledger.renew(key, [1], 1000)
      await ledger.settle(key, [30])
      await ledger.settle(key, [40])
    }
    assert.deepEqual(await amounts(ledger, ...buckets), [
      [30, 0],
      [30, 0],
      [30, 0],
      [30, 0],
    ])
  })

  test('takes back no charge that a reset has taken already', async () => {
    const skew = { ms: 0 }
    const ledger = fresh(skew)
    await ledger.reserve(leaseOf('1', [claimOf(life, 50)]))
    await ledger.dispatched('1')
    skew.ms += 10_001
    assert.equal(await ledger.reset(life.key), 50)
    assert.equal(await ledger.reset('unknown'), false)
    await ledger.charge('2', [claimOf(life, 60)])
    await ledger.settle('1', [10])
    assert.deepEqual(await amounts(ledger, life), [[70, 0]])
  })

  test('a real ttl runs out by the server’s clock, for many leases at once', async () => {
    const ledger = fresh()
    await Promise.all(
      Array.from({ length: 350 }, (_, i) => ledger.reserve(leaseOf(`${i}`, [claimOf(life, 1, 350)], { ttl: 300 }))),
    )
    assert.equal((await ledger.reserve(leaseOf('more', [claimOf(life, 1, 350)]))).kind, 'exhausted')
    await eventually('a lease of everything fits', async () => {
      const got = await ledger.reserve(leaseOf('all', [claimOf(life, 350, 350)]))
      return got.kind === 'reserved'
    })
    assert.deepEqual(await amounts(ledger, life), [[0, 350]])
  })

  test('counts calendar windows while they last, and late leases in the one they were held in', async () => {
    const skew = { ms: 0 }
    const ledger = fresh(skew)
    const start = Date.now()
    const today = bucketOf({ kind: 'calendar', start: start - 1000, end: start + DAY }, 'today')
    const got = await ledger.reserve(leaseOf('1', [claimOf(today, 50)], { ttl: 2 * DAY }))
    const freesIn = got.kind === 'reserved' ? (got.states[0]?.freesIn ?? 0) : 0
    assert.ok(freesIn > DAY - 10_000 && freesIn <= DAY, `${freesIn}`)
    skew.ms = DAY + 5000
    const over = await ledger.reserve(leaseOf('2', [claimOf(life, 1), claimOf(today, 1)]))
    assert.ok(over.kind === 'other-window' && over.now >= start + DAY, JSON.stringify(over))
    skew.ms = -5000
    assert.equal((await ledger.reserve(leaseOf('3', [claimOf(today, 1)]))).kind, 'other-window')
    skew.ms = DAY + 5000
    await ledger.settle('1', [20])
    assert.deepEqual(await amounts(ledger, today, life), [
      [20, 0],
      [0, 0],
    ])
    assert.deepEqual(await ledger.list(), [])
  })

  test('lets rolling windows go slice by slice', async () => {
    const skew = { ms: 0 }
    const ledger = fresh(skew)
    const bucket = bucketOf({ kind: 'rolling', length: 6_000_000, slices: 6 })
    const slice = 1_000_000
    // To the middle of a slice, so that the real time that passes does not matter.
    skew.ms = slice * 1.5 - (Date.now() % slice)
    await ledger.charge('1', [claimOf(bucket, 30)])
    skew.ms += slice
    await ledger.charge('2', [claimOf(bucket, 60)])
    const within = (freesIn: number | undefined, expected: number) =>
      assert.ok(freesIn !== undefined && freesIn <= expected && freesIn > expected - 100_000, `${freesIn}, ${expected}`)
    // The first slice ended half a slice ago; it leaves a length after that, the second one a slice later.
    const soon = await ledger.reserve(leaseOf('3', [claimOf(bucket, 40)]))
    const later = await ledger.reserve(leaseOf('4', [claimOf(bucket, 41)]))
    assert.ok(soon.kind === 'exhausted' && later.kind === 'exhausted')
    within(soon.states[0]?.freesIn, slice * 5.5)
    within(later.states[0]?.freesIn, slice * 6.5)
    within((await ledger.read([bucket]))[0]?.freesIn, slice * 5.5)
    skew.ms += slice * 5.4
    assert.deepEqual(await amounts(ledger, bucket), [[90, 0]])
    skew.ms += slice * 0.2
    assert.deepEqual(await amounts(ledger, bucket), [[60, 0]])
    assert.equal((await ledger.reserve(leaseOf('4', [claimOf(bucket, 40)]))).kind, 'reserved')
    skew.ms += slice
    assert.equal((await ledger.read([bucket]))[0]?.committed, 0)
    assert.deepEqual(
      (await ledger.list()).map(({ reserved }) => reserved),
      [],
    )
  })

  test('lists what holds something, by budget, under its own names', async () => {
    const ledger = fresh()
    const odd = bucketOf({ kind: 'rolling', length: 60_000, slices: 6 }, 'a key\nwith 100%: {x}', 'the budget')
    const nameless = bucketOf({ kind: 'calendar', start: 0, end: 9e12 }, 'k', '')
    await ledger.charge('1', [claimOf(odd, 5), claimOf(nameless, 6), claimOf(life, 0)])
    const all = await ledger.list()
    assert.deepEqual(new Set(all.map(({ bucket }) => bucket)), new Set([odd, nameless]))
    assert.deepEqual(
      (await ledger.list('the budget')).map(({ bucket, committed, limit }) => [bucket, committed, limit]),
      [[odd, 5, 100]],
    )
    assert.deepEqual(
      (await ledger.list('')).map(({ bucket }) => bucket),
      [nameless],
    )
  })

  test('forgets what is stale, and keeps what still holds something', async () => {
    const skew = { ms: 0 }
    const prefix = randomUUID()
    const ledger = fresh(skew, prefix)
    const day = bucketOf({ kind: 'calendar', start: Date.now() - 1000, end: Date.now() + DAY }, 'day')
    await ledger.charge('c', [claimOf(day, 5), claimOf(life, 5)])
    await ledger.reserve(leaseOf('lost', [claimOf(day, 5)]))
    skew.ms = 4 * DAY
    await ledger.read([])
    await ledger.settle('nothing', [])
    skew.ms = 6 * DAY
    // Twice: the first pass may find the lost lease's trace on the bucket.
    for (let pass = 0; pass < 2; pass++) await ledger.settle('nothing', [])
    assert.match(await server.command('HLEN', `{${prefix}}:v1:leases`), /:0/)
    assert.match(await server.command('HKEYS', `{${prefix}}:v1:buckets`), /^\*1\r\n\$8\r\nteam:llm/)
    assert.match(await server.command('ZCARD', `{${prefix}}:v1:stale`), /:1/)
    assert.deepEqual(await amounts(ledger, life), [[5, 0]])
  })

  test('shares limits exactly between clients', async () => {
    const prefix = randomUUID()
    const ledgers = [fresh({ ms: 0 }, prefix), fresh({ ms: 0 }, prefix)]
    const tries = Array.from({ length: 400 }, (_, i) =>
      ledgers[i % 2]?.reserve(leaseOf(`${i}`, [claimOf(life, 3, 301)])),
    )
    const kinds = (await Promise.all(tries)).map((reservation) => reservation?.kind)
    assert.equal(kinds.filter((kind) => kind === 'reserved').length, 100)
    assert.deepEqual(await amounts(fresh({ ms: 0 }, prefix), life), [[0, 300]])
    assert.deepEqual(await amounts(fresh(), life), [[0, 0]])
  })

  test('goes on after SCRIPT FLUSH', async () => {
    const ledger = fresh()
    await ledger.reserve(leaseOf('1', [claimOf(life, 5)]))
    await server.command('SCRIPT', 'FLUSH')
    await Promise.all(['2', '3', '4'].map((id) => ledger.reserve(leaseOf(id, [claimOf(life, 5)]))))
    assert.deepEqual(await amounts(ledger, life), [[0, 20]])
  })
})

describe('a Redis that goes away', () => {
  test('keeps everything over a kill when it appends always, and is found again', async () => {
    const server = await startRedis({ appendOnly: 'always' })
    const ledger = createRedisLedger({ url: server.url })
    try {
      await ledger.reserve(leaseOf('1', [claimOf(life, 50)], { ttl: 60_000 }))
      await ledger.charge('2', [claimOf(life, 7)])
      await server.kill()
      await assert.rejects(async () => ledger.read([life]), LedgerUnavailable)
      await server.restart()
      await eventually('connected again', () =>
        ledger.ping().then(
          () => true,
          () => false,
        ),
      )
      assert.deepEqual(await ledger.read([life]), [{ bucket: life, committed: 7, reserved: 50, limit: 100 }])
      await ledger.charge('2', [claimOf(life, 7)])
      await ledger.settle('1', [20])
      assert.equal((await ledger.read([life]))[0]?.committed, 27)
    } finally {
      await ledger.close()
      await server.stop()
    }
  })

  test('rejects what it was asked while it was killed', async () => {
    const server = await startRedis({ appendOnly: 'none' })
    const ledger = createRedisLedger({ url: server.url })
    try {
      await ledger.ping()
      server.pause()
      const asked = assert.rejects(async () => ledger.reserve(leaseOf('1', [claimOf(life, 50)])), LedgerUnavailable)
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
      await server.kill()
      await asked
    } finally {
      await ledger.close()
      await server.stop()
    }
  })

  test('never shows the password', async () => {
    const server = await startRedis({ appendOnly: 'none', password: 's3cret/right' })
    const everything = (error: unknown) =>
      error instanceof Error ? `${error.stack} ${JSON.stringify(error)} ${error.cause}` : String(error)
    const failure = async (url: string) => {
      const ledger = createRedisLedger({ url })
      const error = await ledger.ping().catch((reason: unknown) => reason)
      const second = await Promise.resolve(ledger.read([life])).catch((reason: unknown) => reason)
      await ledger.close()
      assert.ok(error instanceof LedgerUnavailable && second instanceof LedgerUnavailable)
      return everything(error) + everything(second)
    }
    try {
      const right = createRedisLedger({ url: server.url })
      assert.deepEqual(await right.list(), [])
      await right.close()
      const wrong = await failure(`redis://:s3cret-wrong@127.0.0.1:${server.port}`)
      const nobody = await failure(`redis://ada:s3cret-wrong@127.0.0.1:${await freePort()}`)
      for (const text of [wrong, nobody]) {
        assert.doesNotMatch(text, /s3cret/)
        assert.match(text, /Redis at 127\.0\.0\.1:\d+: \S+/)
      }
      for (const url of ['redis://:s3cret@host:port', 's3cret', 'http://:s3cret@host', 'redis://:s3cret@host/x']) {
        assert.throws(
          () => createRedisLedger({ url }),
          (error) => !/s3cret/.test(everything(error)),
        )
      }
    } finally {
      await server.stop()
    }
  })
})

test('works on a cluster', async () => {
  const server = await startRedis({
    appendOnly: 'none',
    args: ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'],
  })
  const ledger = createRedisLedger({ url: server.url.replace('redis:', 'redis+cluster:') })
  try {
    await server.command('CLUSTER', 'ADDSLOTS', ...Array.from({ length: 16_384 }, (_, slot) => String(slot)))
    await eventually('the cluster is up', async () => (await server.command('CLUSTER', 'INFO')).includes('state:ok'))
    await eventually('the client knows the cluster', () =>
      ledger.ping().then(
        () => true,
        () => false,
      ),
    )
    const tries = Array.from({ length: 30 }, (_, i) => ledger.reserve(leaseOf(`${i}`, [claimOf(life, 5)])))
    const kinds = (await Promise.all(tries)).map(({ kind }) => kind)
    assert.equal(kinds.filter((kind) => kind === 'reserved').length, 20)
    await ledger.settle('0', [3])
    assert.deepEqual(await ledger.read([life]), [{ bucket: life, committed: 3, reserved: 95, limit: 100 }])
  } finally {
    await ledger.close()
    await server.stop()
  }
})

describe('the ledger on Redis against the reference', () => {
  let server: RedisServer
  before(async () => {
    server = await startRedis({ appendOnly: 'none' })
  })
  after(() => server.stop())

  checkLedger('a Redis ledger', {
    time: 'coarse',
    runs: 60,
    makeLedger: async (start) => {
      let time = start
      // The server has this machine's clock: what is added takes it away again.
      const offset = () => time - Date.now()
      const ledger = createRedisLedger({ url: server.url, prefix: randomUUID(), offset })
      await ledger.ping()
      const advance = (ms: number) => {
        time += ms
      }
      return { ledger, advance }
    },
  })
})
