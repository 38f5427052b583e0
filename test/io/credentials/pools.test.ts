import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeyPool } from '../../../core/key-pool.js'
import type { PooledKey } from '../../../io/credentials/pool-settings.js'
import { createKeyPools, type QuotaLedger } from '../../../io/credentials/pools.js'
import type { Schedule } from '../../../io/ledger/deadline.js'
import { createMemoryLedger } from '../../../io/ledger/memory-ledger.js'
import { type HandClock, handClock, pooled, RESTS } from './pool-fixture.js'

const DAY = 86_400_000
const QUOTA = { per: DAY, requests: 4, tokens: 1000, usd: 5_000_000_000 }

/** Pools of one process whose rounds with the ledger a test runs by hand. */
function processOf(clock: HandClock) {
  let round: (() => void) | undefined
  const told: string[] = []
  let ids = 0
  const schedule: Schedule = (_, run) => {
    round = run
    return () => {
      round = undefined
    }
  }
  const name = Math.random().toString(36)
  const pools = createKeyPools({
    ...{ clock, schedule, random: () => 0, newId: () => `${name}-${++ids}` },
    hooks: {
      refused: (...all) => told.push(['refused', ...all].join(' ')),
      restored: (...all) => told.push(['restored', ...all].join(' ')),
      failed: () => told.push('failed'),
    },
  })
  const configure = (keys: readonly PooledKey[], ledger: QuotaLedger): KeyPool => {
    const { pool } = pools.for('p', keys, RESTS)
    pools.adopt([['p', keys]], () => ledger)
    assert.ok(pool)
    return pool
  }
  return { pools, told, configure, round: () => round?.() }
}

/** Until promises that wait for nothing else are through. */
const quiet = async () => {
  for (let count = 0; count < 20; count++) await Promise.resolve()
}

test('two processes that share a ledger hold a quota together', async () => {
  const clock = handClock()
  const ledger = createMemoryLedger({ clock })
  const [one, two] = [processOf(clock), processOf(clock)]
  const keys = [pooled('a', { quota: QUOTA })]
  const [here, there] = [one.configure(keys, ledger), two.configure(keys, ledger)]
  await quiet()
  for (let count = 0; count < 4; count++) here.take([])?.settle({ tokens: 10, cost: 0n })
  assert.equal(here.ready([]), 0)
  assert.equal(there.ready([]), 1, 'nobody has told it yet')
  one.round()
  await quiet()
  two.round()
  await quiet()
  assert.equal(there.ready([]), 0)
  assert.deepEqual(two.pools.keys(), [{ provider: 'p', key: 'a', state: 'spent' }])
  clock.pass(DAY)
  assert.deepEqual([here.ready([]), there.ready([])], [1, 1])
})

test('tokens and dollars count when the attempt is over, and are kept under the names of the keys', async () => {
  const clock = handClock()
  const ledger = createMemoryLedger({ clock })
  const subject = processOf(clock)
  const pool = subject.configure([pooled('a', { quota: QUOTA })], ledger)
  await quiet()
  const first = pool.take([])
  assert.equal(pool.ready([]), 1)
  first?.settle({ tokens: 700, cost: 5_000_000_000n })
  assert.equal(pool.ready([]), 0, 'five dollars are spent')
  subject.round()
  await quiet()
  const held = ledger.list('provider-keys/p').map(({ bucket, committed, limit }) => [bucket.key, committed, limit])
  assert.deepEqual(held.sort(), [
    ['provider-keys/p/requests/a/2026-01-31T00:00:00.000Z', 1, 4],
    ['provider-keys/p/tokens/a/2026-01-31T00:00:00.000Z', 700, 1000],
    ['provider-keys/p/usd/a/2026-01-31T00:00:00.000Z', 5_000_000_000, 5_000_000_000],
  ])
})

test('a process that starts anew finds what its keys have used', async () => {
  const clock = handClock()
  const ledger = createMemoryLedger({ clock })
  const before = processOf(clock)
  const keys = [pooled('a', { quota: QUOTA })]
  const pool = before.configure(keys, ledger)
  for (let count = 0; count < 4; count++) pool.take([])?.settle({ tokens: 1, cost: 0n })
  await before.pools.close()
  const after = processOf(clock).configure(keys, ledger)
  await quiet()
  assert.equal(after.ready([]), 0)
})

test('what the ledger did not take is sent again under its id, and counted once', async () => {
  const clock = handClock()
  const ledger = createMemoryLedger({ clock })
  let answers: 'lost' | 'good' | 'none' = 'lost'
  const ids: string[] = []
  const shaky: QuotaLedger = {
    charge(id, claims) {
      ids.push(id)
      if (answers === 'none') throw new Error('down')
      ledger.charge(id, claims)
      if (answers === 'lost') throw new Error('the answer was lost')
    },
    read: ledger.read,
  }
  const subject = processOf(clock)
  const pool = subject.configure([pooled('a', { quota: QUOTA })], shaky)
  await quiet()
  pool.take([])?.settle({ tokens: 10, cost: 0n })
  subject.round()
  await quiet()
  pool.take([])?.settle({ tokens: 10, cost: 0n })
  answers = 'none'
  subject.round()
  await quiet()
  answers = 'good'
  subject.round()
  await quiet()
  subject.round()
  await quiet()
  assert.deepEqual(
    ids.map((id) => id === ids[0]),
    [true, true, true, false],
  )
  const tokens = ledger.list('provider-keys/p').find(({ bucket }) => bucket.key.includes('/tokens/'))
  assert.equal(tokens?.committed, 20)
  assert.equal(pool.ready([]), 1)
  assert.deepEqual(subject.told, ['failed'])
})

test('a ledger that does not answer leaves each process with its own count', async () => {
  const down: QuotaLedger = {
    charge: () => Promise.reject(new Error('down')),
    read: () => Promise.reject(new Error('down')),
  }
  const subject = processOf(handClock())
  const pool = subject.configure([pooled('a', { quota: QUOTA })], down)
  await quiet()
  for (let count = 0; count < 4; count++) {
    assert.equal(pool.ready([]), 1)
    pool.take([])?.settle({ tokens: 1, cost: 0n })
    subject.round()
    await quiet()
  }
  assert.equal(pool.ready([]), 0)
  assert.deepEqual(subject.told, ['failed'])
})

test('a key that stays in the configuration stands as it stood; another one under its name does not', () => {
  const clock = handClock()
  const ledger = createMemoryLedger({ clock })
  const subject = processOf(clock)
  const before = subject.configure([pooled('a'), pooled('b', { quota: QUOTA })], ledger)
  const running = before.take([])
  running?.heard({ kind: 'limited', seconds: 60 })
  before.take(['a'])
  const after = subject.configure([pooled('a', { weight: 3 }), pooled('b', { quota: QUOTA })], ledger)
  assert.equal(after.ready([]), 1)
  assert.deepEqual(
    subject.pools.keys().map(({ key, state }) => [key, state]),
    [
      ['a', 'resting'],
      ['b', 'ready'],
    ],
  )
  for (let count = 0; count < 3; count++) assert.ok(after.take([]))
  assert.equal(after.take([]), undefined, 'one of the four was used before')
  const replaced = subject.configure([pooled('a', { key: 'another' })], ledger)
  assert.equal(replaced.ready([]), 1)
  // What an attempt learns of a key that is gone does not reach the one that has its name.
  running?.heard({ kind: 'refused', as: 'invalid' })
  assert.equal(replaced.ready([]), 1)
})

test('a key that was taken out is forgotten: when it comes back it stands as new', () => {
  const clock = handClock()
  const ledger = createMemoryLedger({ clock })
  const subject = processOf(clock)
  subject
    .configure([pooled('a')], ledger)
    .take([])
    ?.heard({ kind: 'limited', seconds: 60 })
  subject.configure([pooled('b')], ledger)
  assert.equal(subject.configure([pooled('a')], ledger).ready([]), 1)
})

test('the ledger is not asked for where no key has a quota', () => {
  const { pools } = processOf(handClock())
  pools.for('p', [pooled('a')], RESTS)
  pools.adopt([['p', [pooled('a')]]], () => assert.fail('nobody counts'))
})
