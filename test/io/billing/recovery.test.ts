import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GENESIS } from '../../../io/billing/chain.js'
import { createRecovery, leaseId, unfinishedIn } from '../../../io/billing/recovery.js'
import type { Entry, Row } from '../../../io/billing/row.js'
import { createMemoryLedger } from '../../../io/ledger/memory-ledger.js'
import { type Lease, type Ledger, LedgerUnavailable } from '../../../policies/budget/ledger.js'
import { asked, attempted, linesOfEntries } from './folder.js'

const SOURCE = '0123456789ab-0'
const KEY = 'budgets/all/usd'

const lease = (id: string, amount = 100): Lease => ({
  ...{ id, ttl: 60_000, onLost: 'charge' },
  claims: [
    {
      bucket: { key: KEY, budget: 'all', window: { kind: 'life' } },
      ...{ amount, limit: 10_000, mode: 'hard', onStoreDown: 'refuse' },
    },
  ],
})

const rowsOf = (entries: readonly Entry[]): readonly Row[] =>
  linesOfEntries(entries, GENESIS).lines.map((line): Row => JSON.parse(line))

function worldOf(entries: readonly Entry[], change: (ledger: Ledger) => Ledger = (ledger) => ledger) {
  const memory = createMemoryLedger({ clock: { now: () => 1_700_000_000_000, monotonic: () => 0 } })
  const appended: Entry[] = []
  const recover = createRecovery(unfinishedIn(rowsOf(entries)), {
    ...{ source: SOURCE, runs: { from: 1, until: 50 }, ledger: change(memory) },
    append: (entry) => appended.push(entry),
  })
  const committed = () => memory.list().find(({ bucket }) => bucket.key === KEY)?.committed ?? 0
  const hold = (id: string, state: 'dispatched' | 'reserved' = 'dispatched') => {
    memory.reserve(lease(id))
    if (state === 'dispatched') memory.dispatched(id)
  }
  return { memory, appended, recover, committed, hold }
}

const id = (unique: string, run = 1) => leaseId(SOURCE, run, unique)

test('an attempt without a row gets one that it got lost, with what the counters take for it', async () => {
  const world = worldOf([asked('r', 1, id('a')), asked('r', 2, id('a'))])
  world.hold(id('a'))
  assert.deepEqual(await world.recover(), { attempts: 2, leases: 0 })
  assert.deepEqual(
    world.appended.map((entry) =>
      entry.kind === 'attempt'
        ? [entry.request, entry.attempt, entry.attempts, entry.outcome, entry.user, entry.provider, entry.charges]
        : entry.kind,
    ),
    [
      ['r', 1, 2, 'lost', 'ann', 'p', undefined],
      ['r', 2, 2, 'lost', 'ann', 'p', [{ lease: id('a'), amounts: [[KEY, 100]] }]],
    ],
  )
  assert.equal(world.committed(), 100)
})

test('what was recorded and perhaps not counted is counted, once', async () => {
  const charges = [{ lease: id('a'), amounts: [[KEY, 30] as const] }]
  const world = worldOf([asked('r', 1, id('a')), attempted('r', { charges })])
  world.hold(id('a'))
  await world.recover()
  await world.recover()
  assert.deepEqual([world.committed(), world.appended], [30, []])
})

test('a lease that no row knows is closed, and what that charged becomes a row', async () => {
  const world = worldOf([])
  world.hold(id('a'))
  world.hold(id('never asked'), 'reserved')
  assert.deepEqual(await world.recover(), { attempts: 0, leases: 1 })
  assert.deepEqual(world.appended, [{ kind: 'adjusted', bucket: KEY, amount: 100, by: 'a lost lease', lease: id('a') }])
  assert.deepEqual(world.memory.list()[0]?.reserved, 0)
})

test('leases of this run, of other sources, and those that have their rows are left alone', async () => {
  const world = worldOf([
    attempted('r', { outcome: 'lost', charges: [{ lease: id('known'), amounts: [[KEY, 100]] }] }),
    { kind: 'adjusted', bucket: KEY, amount: 100, by: 'a lost lease', lease: id('adjusted') },
  ])
  for (const held of [id('known'), id('adjusted'), id('mine', 50), leaseId('0123456789ab-01', 1, 'b')]) world.hold(held)
  await world.recover()
  assert.deepEqual(world.appended, [])
  assert.equal(world.committed(), 0)
})

test('of a lease that the store does not know nobody says what was charged', async () => {
  const world = worldOf([asked('r', 1, id('settled long ago'))])
  await world.recover()
  assert.deepEqual(
    world.appended.map((entry) => (entry.kind === 'attempt' ? [entry.outcome, entry.charges] : entry.kind)),
    [['lost', undefined]],
  )
})

test('when the store goes away in between, the rest is done later and nothing twice', async () => {
  let calls = 0
  const failing = (ledger: Ledger): Ledger => ({
    ...ledger,
    async lose(lost) {
      calls += 1
      if (calls % 2 === 0) throw new LedgerUnavailable('away')
      return ledger.lose(lost)
    },
  })
  const entries = ['r1', 'r2', 'r3'].map((request) => asked(request, 1, id(request)))
  const world = worldOf(entries, failing)
  for (const request of ['r1', 'r2', 'r3', 'orphan']) world.hold(id(request))
  const once = () => world.recover().catch((error: unknown) => error)
  for (let attempt = 0; attempt < 10; attempt++) {
    const done = await once()
    if (done instanceof Error) assert.ok(done instanceof LedgerUnavailable)
    else break
  }
  assert.deepEqual(
    world.appended.map((entry) => (entry.kind === 'attempt' ? entry.request : entry.kind)),
    ['r1', 'r2', 'r3', 'adjusted'],
  )
  assert.equal(world.committed(), 400)
})
