import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openJournal } from '../../../io/ledger/journal.js'
import { createMemoryLedger } from '../../../io/ledger/memory-ledger.js'
import type { Bucket, Claim, Ledger, Window } from '../../../policies/budget/ledger.js'
import { checkLedger } from './ledger-model.js'

const handClock = (start: number) => {
  let time = start
  const advance = (ms: number) => {
    time += ms
  }
  return { now: () => time, monotonic: () => time, advance }
}

const life: Window = { kind: 'life' }
const bucketOf = (window: Window, key = 'b'): Bucket => ({ key, budget: 'budget', window })
const claimOf = (amount: number, window: Window = life, members: Partial<Claim> = {}): Claim => {
  return { bucket: bucketOf(window), amount, limit: 100, mode: 'hard', onStoreDown: 'refuse', ...members }
}
const leaseOf = (id: string, ...claims: readonly Claim[]) => ({ id, claims, ttl: 1000, onLost: 'charge' as const })

function setUp(start = 0) {
  const clock = handClock(start)
  return { clock, ledger: createMemoryLedger({ clock }) }
}

checkLedger('a memory ledger', {
  time: 'exact',
  runs: 400,
  makeLedger: async (start) => {
    const clock = handClock(start)
    return { ledger: createMemoryLedger({ clock }), advance: clock.advance }
  },
})

checkLedger('a memory ledger with a journal, restarted now and then', {
  time: 'exact',
  runs: 200,
  makeLedger: async (start) => {
    const clock = handClock(start)
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
    // Rewritten often.
    const open = () => {
      const journal = openJournal(join(folder, 'journal'), { compactAt: 500 })
      return createMemoryLedger({ clock, journal })
    }
    let ledger = open()
    return {
      ledger,
      advance: clock.advance,
      restart: async () => {
        await ledger.close()
        ledger = open()
        return ledger
      },
      dispose: () => rmSync(folder, { recursive: true }),
    }
  },
})

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Every call is followed by a turn or two of the event loop, in which its journal writes. */
function unhurried(ledger: Ledger): Ledger {
  const later = (call: (...given: never[]) => unknown) => {
    return async (...given: never[]) => {
      const result = await call(...given)
      await turn()
      await turn()
      return result
    }
  }
  const calls = Object.entries(ledger).map(([name, call]) => [name, name === 'close' ? call : later(call)])
  return Object.fromEntries(calls)
}

checkLedger('a memory ledger whose process is killed while its journal is rewritten, an entry at a time,', {
  time: 'exact',
  runs: 150,
  makeLedger: async (start) => {
    const clock = handClock(start)
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
    let lives = 0
    const open = () => {
      const journal = openJournal(join(folder, `${lives}`), { compactAt: 500, atOnce: 1, soon: setImmediate })
      const { append } = journal
      const own = createMemoryLedger({ clock, journal: { ...journal, append: (entry) => append(entry, 'next') } })
      return { own, shown: unhurried(own) }
    }
    let ledger = open()
    return {
      ledger: ledger.shown,
      advance: clock.advance,
      restart: async () => {
        const file = join(folder, `${lives++}`)
        // As it is at this moment, whatever is under way.
        copyFileSync(file, join(folder, `${lives}`))
        await ledger.own.close()
        ledger = open()
        return ledger.shown
      },
      dispose: () => rmSync(folder, { recursive: true }),
    }
  },
})

checkLedger('a memory ledger at coarse times', {
  time: 'coarse',
  runs: 20,
  makeLedger: async (start) => {
    const clock = handClock(start)
    return { ledger: createMemoryLedger({ clock }), advance: clock.advance }
  },
})

test('a slice of a rolling window counts until its last moment is a length ago', () => {
  const { clock, ledger } = setUp(1500)
  const rolling: Window = { kind: 'rolling', length: 4000, slices: 4 }
  ledger.charge('c', [claimOf(60, rolling)])
  const committed = () => ledger.read([bucketOf(rolling)])[0]?.committed
  assert.equal(ledger.read([bucketOf(rolling)])[0]?.freesIn, 4500)
  clock.advance(4499)
  assert.equal(committed(), 60)
  clock.advance(1)
  assert.equal(committed(), 0)
})

test('a refusal says when enough will have left', () => {
  const { clock, ledger } = setUp()
  const rolling: Window = { kind: 'rolling', length: 4000, slices: 4 }
  ledger.charge('c1', [claimOf(30, rolling)])
  clock.advance(1000)
  ledger.charge('c2', [claimOf(50, rolling)])
  const freesIn = (amount: number) => {
    const answer = ledger.reserve(leaseOf('l', claimOf(amount, rolling)))
    return answer.kind === 'exhausted' && answer.states[0]?.freesIn
  }
  assert.equal(freesIn(50), 4000)
  assert.equal(freesIn(51), 5000)
  assert.equal(freesIn(101), 4000, 'never enough: when the next slice leaves')
})

test('a lease renewed in time is not lost, and one not renewed is, at its deadline', () => {
  const { clock, ledger } = setUp()
  ledger.reserve(leaseOf('l', claimOf(60)))
  ledger.dispatched('l')
  clock.advance(999)
  ledger.renew('l', [10], 1000)
  clock.advance(999)
  assert.equal(ledger.read([bucketOf(life)])[0]?.reserved, 60)
  clock.advance(1)
  assert.deepEqual(ledger.list(), [{ bucket: bucketOf(life), committed: 10, reserved: 0, limit: 100 }])
  assert.deepEqual(ledger.extend('l', [1], 1000), { kind: 'closed' })
  ledger.settle('l', [25])
  ledger.settle('l', [99])
  assert.equal(ledger.read([bucketOf(life)])[0]?.committed, 25)
})

test('a correction after a reset takes nothing from others', () => {
  const { clock, ledger } = setUp()
  ledger.reserve(leaseOf('l', claimOf(60)))
  ledger.dispatched('l')
  clock.advance(1000)
  assert.equal(ledger.read([bucketOf(life)])[0]?.committed, 60)
  ledger.reset('b')
  ledger.charge('c', [claimOf(30)])
  ledger.settle('l', [5])
  assert.equal(ledger.read([bucketOf(life)])[0]?.committed, 35)
})

test('what a loss has charged is known over rewritten journals, also after a reset', async () => {
  const clock = handClock(0)
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
  const open = () => createMemoryLedger({ clock, journal: openJournal(join(folder, 'journal'), { compactAt: 1 }) })
  let ledger = open()
  ledger.reserve(leaseOf('l', claimOf(60)))
  ledger.dispatched('l')
  clock.advance(1000)
  assert.equal(ledger.read([bucketOf(life)])[0]?.committed, 60)
  assert.equal(ledger.reset('b'), 60)
  for (let restarts = 0; restarts < 3; restarts++) {
    await ledger.close()
    ledger = open()
    assert.deepEqual(ledger.lose('l'), [['b', 60]])
  }
  ledger.charge('c', [claimOf(30)])
  ledger.settle('l', [5])
  assert.equal(ledger.read([bucketOf(life)])[0]?.committed, 35)
  await ledger.close()
  rmSync(folder, { recursive: true })
})

test('a rolling window whose length was changed keeps what it holds', () => {
  const { ledger } = setUp()
  ledger.charge('c', [claimOf(60, { kind: 'rolling', length: 4000, slices: 4 })])
  const longer: Window = { kind: 'rolling', length: 8000, slices: 4 }
  assert.equal(ledger.reserve(leaseOf('l', claimOf(50, longer))).kind, 'exhausted')
  assert.equal(ledger.read([bucketOf(longer)])[0]?.freesIn, 9000)
})

test('a lease reserved twice holds once', () => {
  const { ledger } = setUp()
  ledger.reserve(leaseOf('l', claimOf(60)))
  assert.equal(ledger.reserve(leaseOf('l', claimOf(60))).kind, 'reserved')
  assert.equal(ledger.read([bucketOf(life)])[0]?.reserved, 60)
})

test('100,000 leases are reserved and lost in the order of their deadlines without looking at them all', () => {
  const { clock, ledger } = setUp()
  const started = process.cpuUsage()
  for (let i = 0; i < 100_000; i++) {
    ledger.reserve({ ...leaseOf(`l${i}`, claimOf(1, life, { limit: 1e9 })), ttl: 1 + ((i * 7919) % 50_000) })
    if (i % 2 === 0) clock.advance(1)
  }
  clock.advance(50_000)
  assert.deepEqual(ledger.list(), [])
  const { user, system } = process.cpuUsage(started)
  assert.ok(user + system < 10e6, 'within ten seconds of CPU; looking at all takes minutes')
})
