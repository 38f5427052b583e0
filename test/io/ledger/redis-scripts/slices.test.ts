import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, afterEach, before, describe, test } from 'node:test'
import { createRedisLedger, type RedisLedger } from '../../../../io/ledger/redis-ledger.js'
import type { Window } from '../../../../policies/budget/ledger.js'
import { type RedisServer, startRedis } from '../../../support/redis.js'
import { bucketOf, claimOf, leaseOf } from '../leases.js'

const LARGEST = 9_007_199_254_740_991

/** A rolling window's slice, and how many it has; `ROLLING` lasts as long as they do together. */
const SLICE = 1_000_000
const COUNT = 4
const ROLLING: Window = { kind: 'rolling', length: COUNT * SLICE, slices: COUNT }

describe('slices of a rolling window on Redis', () => {
  let server: RedisServer
  before(async () => {
    server = await startRedis({ appendOnly: 'none' })
  })
  after(() => server.stop())

  const open: RedisLedger[] = []
  afterEach(async () => {
    for (const ledger of open.splice(0)) await ledger.close()
  })
  /** Time stands still, at `clock.at` slices since one began. */
  const fresh = () => {
    const start = Math.floor(Date.now() / (COUNT * SLICE)) * COUNT * SLICE
    const clock = { at: 0.3 }
    const offset = () => start + clock.at * SLICE - Date.now()
    const ledger = createRedisLedger({ url: server.url, prefix: randomUUID(), offset })
    open.push(ledger)
    let charges = 0
    const charge = (at: number, amount: number, window = ROLLING) => {
      clock.at = at + 0.3
      return ledger.charge(`${charges++}`, [claimOf(bucketOf(window), amount)])
    }
    return { ledger, clock, charge }
  }
  /** What each slice holds, by its number, as they leave one after the other, and when the first one does. Looking changes nothing. */
  const slicesOf = async ({ ledger, clock }: ReturnType<typeof fresh>) => {
    const now = clock.at
    const look = async () => {
      const [state] = await ledger.read([bucketOf(ROLLING)])
      return { committed: state?.committed ?? 0, freesIn: state?.freesIn }
    }
    const first = await look()
    const slices: Record<number, number> = {}
    for (let { committed } = first; committed > 0 && clock.at < now + 20; ) {
      clock.at++
      const left = (await look()).committed
      if (left !== committed) slices[Math.floor(clock.at) - COUNT - 1] = committed - left
      committed = left
    }
    clock.at = now
    // In tenths of a slice: the server's clock and this one are read one after the other.
    const freesIn = first.freesIn === undefined ? undefined : Math.round((first.freesIn / SLICE) * 10) / 10
    return { slices, freesIn }
  }

  test('grow at the end', async () => {
    const at = fresh()
    assert.deepEqual(await slicesOf(at), { slices: {}, freesIn: undefined })
    await at.charge(0, 9)
    await at.charge(0, 1)
    assert.deepEqual(await slicesOf(at), { slices: { 0: 10 }, freesIn: 4.7 })
    await at.charge(1, 995)
    await at.charge(1, 0)
    await at.charge(1, 5)
    await at.charge(2, 0)
    await at.charge(3, 7)
    await at.charge(3, 7)
    assert.deepEqual(await slicesOf(at), { slices: { 0: 10, 1: 1000, 3: 14 }, freesIn: 1.7 })
  })

  test('leave at the front, one or several at a time', async () => {
    const at = fresh()
    for (const slice of [0, 1, 2, 3, 4]) await at.charge(slice, 10 ** slice)
    assert.deepEqual(await slicesOf(at), { slices: { 0: 1, 1: 10, 2: 100, 3: 1000, 4: 10_000 }, freesIn: 0.7 })
    await at.charge(5, 5)
    assert.deepEqual(await slicesOf(at), { slices: { 1: 10, 2: 100, 3: 1000, 4: 10_000, 5: 5 }, freesIn: 0.7 })
    await at.charge(8, 8)
    assert.deepEqual(await slicesOf(at), { slices: { 4: 10_000, 5: 5, 8: 8 }, freesIn: 0.7 })
    at.clock.at = 13.3
    assert.deepEqual(await slicesOf(at), { slices: {}, freesIn: undefined })
    await at.charge(13, 3)
    assert.deepEqual(await slicesOf(at), { slices: { 13: 3 }, freesIn: 4.7 })
  })

  test('hold amounts of 16 digits exactly', async () => {
    const at = fresh()
    const half = (LARGEST - 1) / 2
    await at.charge(0, half)
    await at.charge(1, half - 900)
    await at.charge(1, 900)
    assert.deepEqual((await slicesOf(at)).slices, { 0: half, 1: half })
    await at.charge(0, 1)
    assert.deepEqual((await slicesOf(at)).slices, { 0: half + 1, 1: half })
    await at.charge(5, 7)
    assert.deepEqual((await slicesOf(at)).slices, { 1: half, 5: 7 })
    await at.charge(5, half - 6)
    assert.deepEqual((await slicesOf(at)).slices, { 1: half, 5: half + 1 })
    await at.charge(6, half)
    assert.deepEqual((await slicesOf(at)).slices, { 5: half + 1, 6: half })
  })

  test('take what a clock that went back puts before the last', async () => {
    const at = fresh()
    await at.charge(2, 20)
    await at.charge(1, 10)
    await at.charge(1, 5)
    await at.charge(0, 1)
    await at.charge(2, 2)
    assert.deepEqual(await slicesOf(at), { slices: { 0: 1, 1: 15, 2: 22 }, freesIn: 2.7 })
    await at.charge(5, 50)
    await at.charge(3, 30)
    await at.charge(3, 3)
    await at.charge(5, 5)
    assert.deepEqual(await slicesOf(at), { slices: { 1: 15, 2: 22, 3: 33, 5: 55 }, freesIn: 0.7 })
  })

  test('give back what a lost lease was charged, wherever that is by then', async () => {
    const at = fresh()
    const { ledger, clock } = at
    const bucket = bucketOf(ROLLING)
    /** Charged in slice 1 when it is found to be lost there, beside what else is in that slice. */
    const lose = async (id: string, amount: number) => {
      clock.at = 0.3
      await ledger.reserve(leaseOf(id, [claimOf(bucket, amount, 1000)], { ttl: SLICE / 2 }))
      await ledger.dispatched(id)
      clock.at = 1.3
      await ledger.read([])
    }
    await at.charge(0, 1)
    await lose('beside others', 10)
    await at.charge(1, 10)
    await lose('in the middle', 200)
    await at.charge(2, 100)
    assert.deepEqual((await slicesOf(at)).slices, { 0: 1, 1: 220, 2: 100 })
    await ledger.settle('in the middle', [3])
    assert.deepEqual(await slicesOf(at), { slices: { 0: 1, 1: 20, 2: 103 }, freesIn: 2.7 })
    clock.at = 5.3
    await ledger.settle('beside others', [4])
    assert.deepEqual(await slicesOf(at), { slices: { 1: 10, 2: 103, 5: 4 }, freesIn: 0.7 })
  })

  test('are no more when a late settle took all of one, and are not taken from after they left', async () => {
    const at = fresh()
    const { ledger, clock } = at
    const bucket = bucketOf(ROLLING)
    const claims = [claimOf(bucket, 50, 1000)]
    for (const id of ['first', 'second', 'third']) {
      await ledger.reserve(leaseOf(id, claims))
      await ledger.dispatched(id)
      clock.at++
      await ledger.read([])
    }
    assert.deepEqual(await slicesOf(at), { slices: { 1: 50, 2: 50, 3: 50 }, freesIn: 2.7 })
    await ledger.settle('second', [0])
    assert.deepEqual(await slicesOf(at), { slices: { 1: 50, 3: 50 }, freesIn: 2.7 })
    clock.at = 6.3
    await ledger.settle('first', [7])
    assert.deepEqual(await slicesOf(at), { slices: { 3: 50, 6: 7 }, freesIn: 1.7 })
    await ledger.settle('third', [0])
    assert.deepEqual(await slicesOf(at), { slices: { 6: 7 }, freesIn: 4.7 })
    clock.at = 11.3
    await ledger.reserve(leaseOf('alone', claims))
    await ledger.dispatched('alone')
    clock.at = 12.3
    await ledger.read([])
    await ledger.settle('alone', [0])
    assert.deepEqual(await slicesOf(at), { slices: {}, freesIn: undefined })
  })

  test('stay as they are when the window is redefined, and are counted by the new one', async () => {
    const at = fresh()
    const { ledger, clock } = at
    await at.charge(0, 1)
    await at.charge(1, 10)
    // Half as long: the slice of now ends before the last one does.
    const finer: Window = { ...ROLLING, slices: 2 * COUNT }
    await at.charge(1, 500, finer)
    await at.charge(1, 500, finer)
    const left = async (time: number) => {
      clock.at = time
      return (await ledger.read([bucketOf(finer)]))[0]?.committed
    }
    assert.equal(await left(1.3), 1011)
    assert.equal(await left(5.2), 1010)
    assert.equal(await left(5.7), 10)
    assert.equal(await left(6.2), 0)
    // Half as many and twice as long: one that begins earlier and ends later.
    await at.charge(2, 5000, { ...ROLLING, slices: COUNT / 2 })
    await at.charge(2, 20_000)
    await at.charge(3, 30_000)
    assert.deepEqual(await slicesOf(at), { slices: { 0: 1, 1: 1010, 2: 20_000, 3: 35_000 }, freesIn: 1.7 })
    // A length of two slices leaves those that ended within it.
    await at.charge(3, 2, { ...ROLLING, length: 2 * SLICE, slices: 2 })
    assert.equal(await left(3.3), 1010 + 20_000 + 35_000 + 2)
    assert.equal(await left(5.2), 35_002)
  })

  test('are emptied by a reset, and say how long until enough of them has left', async () => {
    const at = fresh()
    for (const slice of [0, 1, 2, 3]) await at.charge(slice, 10)
    const freesIn = async (amount: number) => {
      const answer = await at.ledger.reserve(leaseOf('refused', [claimOf(bucketOf(ROLLING), amount, 40)]))
      return answer.kind === 'exhausted' && Math.round(((answer.states[0]?.freesIn ?? 0) / SLICE) * 10) / 10
    }
    // The third, and the first where not even all of them would be enough.
    assert.deepEqual([await freesIn(10), await freesIn(11), await freesIn(30), await freesIn(41)], [1.7, 2.7, 3.7, 1.7])
    await at.ledger.reset(bucketOf(ROLLING).key)
    assert.deepEqual(await slicesOf(at), { slices: {}, freesIn: undefined })
    await at.charge(3, 4)
    assert.deepEqual(await slicesOf(at), { slices: { 3: 4 }, freesIn: 4.7 })
  })

  test('of thousands of buckets are written when their leases are lost at once', async () => {
    const { ledger, clock } = fresh()
    const buckets = Array.from({ length: 5000 }, (_, i) => bucketOf(ROLLING, `bucket ${i}`))
    await Promise.all(buckets.map((bucket) => ledger.reserve(leaseOf(bucket.key, [claimOf(bucket, 5)]))))
    await Promise.all(buckets.map(({ key }) => ledger.dispatched(key)))
    clock.at = 1.3
    const states = await ledger.read(buckets)
    assert.deepEqual(new Set(states.map(({ committed, reserved }) => `${committed} ${reserved}`)), new Set(['5 0']))
    // Once more, of what was written.
    assert.equal((await ledger.list()).length, buckets.length)
  })
})
