import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { systemSchedule, within } from '../../../io/ledger/deadline.js'
import type { PendingCall } from '../../../io/ledger/pending.js'
import { createResilientLedger, type ResilientLedgerOptions } from '../../../io/ledger/resilient-ledger.js'
import { type Claim, type Lease, LedgerUnavailable, type Reservation } from '../../../policies/budget/ledger.js'
import { createFakeStore, type Mode } from './fake-store.js'
import { createFakeTime } from './fake-time.js'

type Down = Claim['onStoreDown']

function claim(onStoreDown: Down, amount = 10, more: Partial<Claim> = {}): Claim {
  const bucket = { key: onStoreDown, budget: onStoreDown, window: { kind: 'life' } } as const
  return { bucket, amount, limit: 100, mode: 'hard', onStoreDown, ...more }
}

function lease(id: string, claims: readonly Claim[], more: Partial<Lease> = {}): Lease {
  return { id, claims, ttl: 1_000_000, onLost: 'charge', ...more }
}

function setUp(options: Partial<ResilientLedgerOptions> = {}) {
  const time = createFakeTime()
  const store = createFakeStore(time.clock)
  const states: string[] = []
  const locals: ReturnType<typeof createFakeStore>[] = []
  const ledger = createResilientLedger({
    primary: store,
    local() {
      const local = createFakeStore(time.clock)
      locals.push(local)
      return local
    },
    clock: time.clock,
    schedule: time.schedule,
    random: () => 0,
    share: 0.3,
    onState: (state) => states.push(state),
    ...options,
  })
  /** Waits for at most the deadline, and a step for what follows it. */
  const soon = <T>(call: T | Promise<T>) => time.until(Promise.resolve(call), 60)
  const reserve = (id: string, ...claims: readonly Claim[]) => soon(ledger.reserve(lease(id, claims)))
  /** Opens the circuit with reads, so that nothing is pending. */
  const goDown = async (mode: Mode = 'lost') => {
    store.mode(mode)
    for (let n = 0; n < 3; n += 1) await assert.rejects(soon(ledger.read([])), LedgerUnavailable)
    assert.equal(ledger.state(), 'down')
  }
  /** Longer than any cool-off. */
  const recover = async () => {
    store.mode('well')
    await time.advance(6000)
    assert.equal(ledger.state(), 'up')
    assert.equal(ledger.pending(), 0)
  }
  return { time, store, states, locals, ledger, soon, reserve, goDown, recover }
}

test('while the store is well its answers pass and nothing is kept', async () => {
  const { ledger, store, soon, reserve, locals, time } = setUp()
  assert.equal((await reserve('a', claim('refuse', 60))).kind, 'reserved')
  assert.equal((await reserve('b', claim('refuse', 60))).kind, 'exhausted')
  await soon(ledger.dispatched('a'))
  assert.deepEqual(await soon(ledger.extend('a', [20], 1000)), { kind: 'extended' })
  assert.deepEqual(await soon(ledger.extend('a', [50], 1000)), { kind: 'exhausted', refusing: [0] })
  await soon(ledger.renew('a', [5], 1000))
  await soon(ledger.settle('a', [33]))
  await soon(ledger.charge('c', [claim('refuse', 7)]))
  assert.equal(store.committed('refuse'), 40)
  assert.equal(store.reserved(), 0)
  assert.deepEqual([ledger.pending(), ledger.state(), locals.length, time.timers()], [0, 'up', 0, 0])
})

// --- Each mode of failure before a reservation, for each `onStoreDown`.

const FAILURES: readonly Mode[] = ['hung', 'lost', 'failing', 'cut', 'silent', 'slow']

for (const mode of FAILURES) {
  test(`a store that is ${mode} before a reservation: refuse rejects within the deadline, nothing stays reserved`, async () => {
    const { store, time, ledger, recover } = setUp()
    store.mode(mode)
    const begun = time.clock.now()
    const call = time.until(Promise.resolve(ledger.reserve(lease('a', [claim('refuse'), claim('admit')]))), 50)
    await assert.rejects(call, LedgerUnavailable)
    assert.ok(time.clock.now() - begun <= 50)
    await recover()
    assert.equal(store.reserved(), 0)
    assert.equal(store.committed('refuse'), 0)
  })

  test(`a store that is ${mode} before a reservation: admit and local-share admit, and their use is charged once`, async () => {
    const { store, ledger, soon, reserve, recover, locals } = setUp()
    store.mode(mode)
    const found = await reserve(
      'a',
      claim('admit', 500),
      claim('local-share', 20),
      claim('refuse', 999, { mode: 'soft' }),
    )
    assert.equal(found.kind, 'reserved')
    assert.deepEqual(
      found.kind === 'reserved' && found.states.map(({ reserved, limit }) => [reserved, limit]),
      [[500, 100], [20, 30], [999, 100]], // biome-ignore format: a table
    )
    assert.equal(locals[0]?.reserved(), 20)
    await soon(ledger.dispatched('a'))
    await soon(ledger.renew('a', [0, 0, 0], 1000))
    await soon(ledger.settle('a', [400, 5, 6]))
    assert.equal(locals[0]?.reserved(), 0)
    assert.equal(locals[0]?.committed('local-share'), 5)
    await recover()
    assert.equal(store.reserved(), 0)
    assert.deepEqual(['admit', 'local-share', 'refuse'].map(store.committed), [400, 5, 6])
    assert.equal(store.log.filter((words) => words === 'charge a:away 400,5,6').length >= 1, true)
  })

  test(`a store that is ${mode} while settling: the settlement is replayed`, async () => {
    const { store, ledger, soon, reserve, recover } = setUp()
    await reserve('a', claim('refuse', 10))
    await soon(ledger.dispatched('a'))
    store.mode(mode)
    await soon(ledger.settle('a', [7]))
    await recover()
    assert.deepEqual([store.committed('refuse'), store.reserved()], [7, 0])
  })

  test(`a store that is ${mode} from before dispatch to after settling: it is told of both, in order`, async () => {
    const { store, ledger, soon, reserve, recover } = setUp()
    await reserve('a', claim('refuse', 10))
    store.mode(mode)
    await soon(ledger.dispatched('a'))
    await soon(ledger.renew('a', [1], 1000))
    await soon(ledger.settle('a', [7]))
    await recover()
    const about = store.log.filter((words) => /^(dispatched|settle) a/.test(words))
    assert.equal(about[0], 'dispatched a')
    assert.equal(about.at(-1), 'settle a 7')
    assert.deepEqual([store.committed('refuse'), store.reserved()], [7, 0])
  })

  test(`a store that is ${mode} and flaps: every settlement counts once`, async () => {
    const { store, ledger, soon, reserve, recover, time } = setUp()
    for (let n = 0; n < 12; n += 1) {
      store.mode(n % 2 === 0 ? mode : 'well')
      await reserve(`a${n}`, claim('admit', 1))
      await time.advance(n * 37)
      await soon(ledger.settle(`a${n}`, [1]))
    }
    await recover()
    assert.deepEqual([store.committed('admit'), store.reserved()], [12, 0])
  })
}

// --- The circuit.

test('three failures in a row open the circuit, then calls fail at once without reaching the store', async () => {
  const { store, ledger, reserve, states, time, goDown } = setUp()
  await goDown()
  assert.deepEqual(states, ['down'])
  const [calls, now] = [store.calls(), time.clock.now()]
  await assert.rejects(async () => ledger.reserve(lease('a', [claim('refuse')])), LedgerUnavailable)
  await assert.rejects(async () => ledger.read([]), LedgerUnavailable)
  await assert.rejects(async () => ledger.list(), LedgerUnavailable)
  await assert.rejects(async () => ledger.reset('x'), LedgerUnavailable)
  assert.equal((await reserve('b', claim('admit'))).kind, 'reserved')
  assert.deepEqual([store.calls(), time.clock.now()], [calls, now])
})

test('a call that succeeds starts the count of failures anew', async () => {
  const { store, ledger, soon } = setUp()
  for (const mode of ['failing', 'failing', 'well', 'failing', 'failing'] as const) {
    store.mode(mode)
    await Promise.allSettled([soon(ledger.read([]))])
  }
  assert.equal(ledger.state(), 'up')
})

test('one probe at a time, after 100 ms, 200 ms, and so on up to 5 s', async () => {
  const { store, time, goDown } = setUp()
  await goDown('failing')
  const probes: number[] = []
  let known = store.calls()
  const opened = time.clock.now()
  while (probes.length < 9) {
    await time.advance(10)
    if (store.calls() > known) probes.push(time.clock.now() - opened)
    assert.ok(store.calls() - known <= 1)
    known = store.calls()
  }
  const waits = probes.map((at, n) => at - (probes[n - 1] ?? 0))
  assert.deepEqual(waits, [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000])
})

test('the probe has a deadline, and its jitter takes up to half of the cool-off', async () => {
  const { store, time, goDown } = setUp({ random: () => 0.999 })
  await goDown('lost')
  const calls = store.calls()
  await time.advance(51)
  assert.equal(store.calls(), calls + 1)
  await time.advance(50 + 101)
  assert.equal(store.calls(), calls + 2)
})

test('after a probe the circuit is closed on trial: one failure opens it, with the longer cool-off', async () => {
  const { store, time, ledger, soon, states, goDown } = setUp()
  await goDown('failing')
  await time.advance(100)
  store.mode('well')
  await time.advance(200)
  assert.equal(ledger.state(), 'up')
  store.mode('failing')
  await assert.rejects(soon(ledger.read([])))
  assert.deepEqual(states, ['down', 'up', 'down'])
  const calls = store.calls()
  await time.advance(399)
  assert.equal(store.calls(), calls)
  await time.advance(1)
  assert.equal(store.calls(), calls + 1)
})

test('a store that is down at the start is found by itself', async () => {
  const { store, ledger, reserve, recover } = setUp()
  store.mode('failing')
  for (const id of ['a', 'b', 'c', 'd']) await assert.rejects(reserve(id, claim('refuse')), LedgerUnavailable)
  assert.equal(ledger.state(), 'down')
  await recover()
  assert.equal((await reserve('e', claim('refuse'))).kind, 'reserved')
})

test('a slow list says nothing about the health of the store', async () => {
  const { store, ledger, time } = setUp()
  store.mode('slow')
  for (let n = 0; n < 3; n += 1) {
    await assert.rejects(time.until(Promise.resolve(ledger.list()), 510), LedgerUnavailable)
  }
  assert.equal(ledger.state(), 'up')
})

// --- Late answers.

test('a late reservation is released as soon as its answer comes', async () => {
  const { store, reserve, time } = setUp()
  store.mode('hung')
  await assert.rejects(reserve('a', claim('refuse')))
  assert.equal(store.reserved(), 0)
  store.mode('well')
  assert.equal(store.reserved(), 10)
  await time.advance(200)
  assert.equal(store.reserved(), 0)
})

test('a reservation that is carried out after its release is released again', async () => {
  const { store, reserve, time, ledger } = setUp()
  let answer = (_: Reservation) => {}
  const reserveWell = store.reserve
  Object.assign(store, { reserve: () => new Promise<Reservation>((resolve) => (answer = resolve)) })
  await reserve('a', claim('admit'))
  await time.advance(200)
  assert.deepEqual([store.log.at(-1), ledger.pending()], ['settle a 0', 0])
  answer(await reserveWell(lease('a', [claim('admit')])))
  await time.advance(200)
  assert.deepEqual([store.log.at(-1), store.reserved()], ['settle a 0', 0])
})

test('releasing a late reservation leaves the same request, admitted otherwise, alone', async () => {
  const { store, ledger, soon, reserve, recover } = setUp()
  store.mode('hung')
  await reserve('a', claim('admit', 10))
  store.mode('well')
  await soon(ledger.settle('a', [4]))
  await recover()
  assert.deepEqual([store.committed('admit'), store.reserved()], [4, 0])
})

// --- Shares.

test('local-share claims are all held or none, within the rounded-down share', async () => {
  const { ledger, soon, reserve, goDown, locals } = setUp({ share: 0.255 })
  await goDown()
  const other = claim('local-share', 1, { bucket: { ...claim('local-share').bucket, key: 'other' } })
  assert.equal((await reserve('a', claim('local-share', 20), other)).kind, 'reserved')
  const found = await reserve('b', claim('admit', 1), other, claim('local-share', 6))
  assert.deepEqual(found.kind === 'exhausted' && found.refusing, [2])
  assert.deepEqual(found.kind === 'exhausted' && found.states.map(({ limit }) => limit), [100, 25, 25])
  assert.equal(locals[0]?.reserved(), 21)
  assert.equal((await reserve('c', claim('local-share', 5), other)).kind, 'reserved')
  assert.deepEqual(await soon(ledger.extend('a', [0, 30], 1000)), { kind: 'exhausted', refusing: [1] })
  assert.deepEqual(await soon(ledger.extend('a', [0, 3], 1000)), { kind: 'extended' })
  await soon(ledger.settle('a', [0, 0]))
  assert.equal((await reserve('d', claim('local-share', 20), other)).kind, 'reserved')
})

test('the next outage has a full share again, less what is still open from the last', async () => {
  const { ledger, store, soon, reserve, goDown, recover, locals } = setUp()
  await goDown()
  await reserve('open', claim('local-share', 10))
  await reserve('over', claim('local-share', 20))
  await soon(ledger.settle('over', [20]))
  assert.equal((await reserve('full', claim('local-share', 1))).kind, 'exhausted')
  await recover()
  assert.equal(store.committed('local-share'), 20)
  await goDown()
  assert.equal((await reserve('too much', claim('local-share', 21))).kind, 'exhausted')
  assert.equal((await reserve('fits', claim('local-share', 20))).kind, 'reserved')
  assert.equal(locals.length, 2)
  await soon(ledger.settle('open', [9]))
  await soon(ledger.settle('fits', [0]))
  assert.equal(locals[1]?.reserved(), 0)
  await recover()
  assert.equal(store.committed('local-share'), 29)
})

test('a local ledger that fails refuses new requests and hurts no open one', async () => {
  const { ledger, soon, reserve, goDown, recover, locals, store } = setUp()
  await goDown()
  await reserve('a', claim('local-share'))
  locals[0]?.mode('failing')
  assert.deepEqual(await soon(ledger.extend('a', [1], 1000)), { kind: 'extended' })
  await soon(ledger.dispatched('a'))
  await soon(ledger.renew('a', [1], 1000))
  await assert.rejects(reserve('b', claim('local-share')), LedgerUnavailable)
  await soon(ledger.settle('a', [3]))
  await recover()
  assert.equal(store.committed('local-share'), 3)
  assert.throws(() => setUp({ share: 1.5 }), RangeError)
})

// --- Leases that the store knows, during an outage.

test('extending fails when a claim wants the store, and passes when none does', async () => {
  const { ledger, soon, reserve, goDown, recover, store } = setUp()
  await reserve('strict', claim('refuse'), claim('admit'))
  await reserve('lenient', claim('local-share'), claim('admit'), claim('refuse', 1, { mode: 'soft' }))
  await goDown()
  await assert.rejects(soon(ledger.extend('strict', [1, 1], 1000)), LedgerUnavailable)
  assert.deepEqual(await soon(ledger.extend('lenient', [5, 5, 5], 1000)), { kind: 'extended' })
  await soon(ledger.settle('lenient', [14, 14, 5]))
  await soon(ledger.settle('strict', [0, 0]))
  await recover()
  assert.deepEqual(['local-share', 'admit', 'refuse'].map(store.committed), [14, 14, 5])
  assert.equal(store.reserved(), 0)
})

test('a lease that the store took for lost during the outage is corrected, and a lenient one goes on', async () => {
  const { ledger, soon, goDown, recover, store, time } = setUp()
  for (const [id, down] of [
    ['strict', 'refuse'],
    ['lenient', 'admit'],
  ] as const) {
    // biome-ignore format: a table
    await soon(ledger.reserve(lease(id, [claim(down)], { ttl: 500 })))
    await soon(ledger.dispatched(id))
  }
  await goDown()
  await soon(ledger.renew('strict', [3], 500))
  await soon(ledger.renew('lenient', [3], 500))
  await time.advance(1000)
  await recover()
  assert.equal(store.reserved(), 0)
  assert.deepEqual(['refuse', 'admit'].map(store.committed), [10, 10])
  assert.deepEqual(await soon(ledger.extend('strict', [1], 500)), { kind: 'closed' })
  assert.deepEqual(await soon(ledger.extend('lenient', [1], 500)), { kind: 'extended' })
  await soon(ledger.settle('strict', [4]))
  await soon(ledger.settle('lenient', [5]))
  assert.deepEqual(['refuse', 'admit'].map(store.committed), [4, 5])
})

test('a lease that was lost without an outage stays closed', async () => {
  const { ledger, soon, time } = setUp()
  await soon(ledger.reserve(lease('a', [claim('admit')], { ttl: 500 })))
  await time.advance(1000)
  assert.deepEqual(await soon(ledger.extend('a', [1], 500)), { kind: 'closed' })
})

// --- What is pending.

test('what waited is replayed once and in order, and the latest settlement of a lease counts', async () => {
  const { ledger, soon, reserve, goDown, recover, store } = setUp()
  for (const id of ['a', 'b', 'c']) await reserve(id, claim('refuse', 1))
  await goDown()
  await soon(ledger.dispatched('b'))
  await soon(ledger.settle('a', [9]))
  await soon(ledger.settle('b', [2]))
  await soon(ledger.charge('x', [claim('refuse', 3)]))
  await reserve('d', claim('admit', 4))
  await soon(ledger.settle('d', [5]))
  await soon(ledger.settle('a', [1]))
  await reserve('e', claim('admit', 4))
  await soon(ledger.settle('e', [0]))
  assert.equal(ledger.pending(), 5)
  const before = store.log.length
  await recover()
  const replayed = store.log.slice(before).filter((words) => words !== 'read')
  assert.deepEqual(replayed, ['dispatched b', 'settle a 1', 'settle b 2', 'charge x 3', 'charge d:away 5'])
})

test('what fails once is tried again by one timer, or with the next call that succeeds, before later calls for its lease', async () => {
  const { ledger, soon, reserve, store, time } = setUp()
  await reserve('a', claim('refuse', 1))
  store.mode('failing')
  await soon(ledger.dispatched('a'))
  await soon(ledger.charge('x', [claim('refuse', 1)]))
  assert.deepEqual([ledger.state(), time.timers()], ['up', 1])
  store.mode('well')
  await soon(ledger.settle('a', [1]))
  assert.equal(ledger.pending(), 3)
  await soon(ledger.read([]))
  assert.deepEqual([ledger.pending(), time.timers()], [0, 0])
  assert.deepEqual(store.log.slice(1), ['read', 'dispatched a', 'charge x 1', 'settle a 1'])
})

test('an outage in the midst of the replay loses and repeats nothing', async () => {
  const { ledger, soon, reserve, goDown, recover, store, time } = setUp()
  await goDown()
  for (let n = 0; n < 5; n += 1) {
    await reserve(`a${n}`, claim('admit', 1))
    await soon(ledger.settle(`a${n}`, [1]))
  }
  const charge = store.charge
  let charged = 0
  Object.assign(store, {
    charge: (...args: Parameters<typeof charge>) => {
      charged += 1
      if (charged === 3) store.mode('silent')
      return charge(...args)
    },
  })
  store.mode('well')
  await time.advance(100)
  assert.equal(ledger.pending(), 3)
  await recover()
  assert.equal(store.committed('admit'), 5)
})

test('no more than the capacity waits; the rest is counted as dropped', async () => {
  const { ledger, soon, goDown, recover, store } = setUp({ capacity: 2 })
  await goDown()
  for (const id of ['a', 'b', 'c', 'd']) await soon(ledger.charge(id, [claim('admit', 1)]))
  await soon(ledger.charge('b', [claim('admit', 1)]))
  assert.deepEqual([ledger.pending(), ledger.dropped()], [2, 2])
  await recover()
  assert.equal(store.committed('admit'), 2)
})

test('a call that the store rejects again and again is given up, so that the others get through', async () => {
  const { ledger, soon, store, time } = setUp()
  const charge = store.charge
  Object.assign(store, {
    charge: (...args: Parameters<typeof charge>) =>
      args[0] === 'bad' ? Promise.reject(new Error('not a number')) : charge(...args),
  })
  await soon(ledger.charge('bad', [claim('admit', 1)]))
  store.mode('failing')
  await soon(ledger.charge('good', [claim('admit', 1)]))
  store.mode('well')
  await time.advance(3_600_000)
  assert.deepEqual([ledger.pending(), ledger.dropped(), store.committed('admit')], [0, 1, 1])
})

test('a journal is told of what is added and done, and what it held is replayed', async () => {
  const told: string[] = []
  const pending: readonly PendingCall[] = [{ kind: 'charge', id: 'old', claims: [claim('admit', 8)] }]
  const journal = {
    pending,
    added: (call: PendingCall) => told.push(`added ${call.kind} ${call.id}`),
    done: (call: PendingCall) => told.push(`done ${call.kind} ${call.id}`),
  }
  const { ledger, soon, store, time, goDown, recover } = setUp({ journal })
  assert.equal(ledger.pending(), 1)
  await time.advance(100)
  assert.deepEqual([ledger.pending(), store.committed('admit')], [0, 8])
  await goDown()
  await soon(ledger.charge('new', [claim('admit', 1)]))
  await recover()
  assert.deepEqual(told, ['done charge old', 'added charge new', 'done charge new'])
})

test('leases that nobody settles are forgotten in the end, and charged if they may have cost something', async () => {
  const { ledger, soon, reserve, goDown, recover, store, time } = setUp()
  await goDown()
  for (const id of ['never sent', 'sent', 'reported']) {
    await soon(ledger.reserve(lease(id, [claim('admit', 10)], { ttl: 1000 })))
  }
  await soon(ledger.dispatched('sent'))
  await soon(ledger.dispatched('reported'))
  await soon(ledger.renew('reported', [3], 1000))
  await time.advance(3_700_000)
  await reserve('next', claim('admit'))
  await recover()
  assert.equal(store.committed('admit'), 13)
})

// --- The end.

test('closing flushes what is pending, probing a store that was down', async () => {
  const { ledger, soon, store, time, goDown } = setUp()
  await goDown()
  await soon(ledger.charge('a', [claim('admit', 1)]))
  store.mode('well')
  await soon(ledger.close())
  assert.deepEqual([ledger.pending(), store.committed('admit'), store.log.at(-1)], [0, 1, 'close'])
  assert.equal(time.timers(), 0)
})

test('closing while a probe is under way waits for that one', async () => {
  const { ledger, soon, store, time, goDown } = setUp()
  await goDown()
  await soon(ledger.charge('a', [claim('admit', 1)]))
  store.mode('hung')
  const calls = store.calls()
  await time.advance(101)
  const closing = ledger.close()
  await time.advance(1)
  assert.equal(store.calls(), calls + 1)
  store.mode('well')
  await soon(closing)
  assert.deepEqual([ledger.pending(), store.committed('admit')], [0, 1])
})

test('closing gives up after ten deadlines, and no timer remains that keeps the process alive', async () => {
  const { ledger, soon, time, goDown } = setUp()
  await goDown()
  await soon(ledger.charge('a', [claim('admit', 1)]))
  await time.until(Promise.all([ledger.close(), ledger.close()]), 560)
  assert.equal(ledger.pending(), 1)
  await time.advance(100)
  assert.equal(time.timers(), 0)
  await assert.rejects(soon(ledger.read([])), LedgerUnavailable)
})

test('between calls only background timers remain', async () => {
  const { ledger, reserve, time, goDown } = setUp()
  await goDown()
  await reserve('a', claim('admit'))
  await ledger.settle('a', [1])
  assert.equal(time.awaited(), 0)
  assert.equal(time.timers(), 1)
})

test('whoever listens to the state cannot stop the recovery', async () => {
  const { ledger, goDown, recover, soon, store } = setUp({
    onState() {
      throw new Error('broken listener')
    },
  })
  await goDown()
  await soon(ledger.charge('a', [claim('admit', 1)]))
  await recover()
  assert.equal(store.committed('admit'), 1)
})

// --- All of it.

type Step =
  | { readonly kind: 'mode'; readonly mode: Mode }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'reserve'; readonly claims: readonly (readonly [Down, 'hard' | 'soft'])[]; readonly ttl: number }
  | { readonly kind: 'dispatched' | 'renew' | 'extend' | 'settle'; readonly which: number; readonly amount: number }

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('mode'), mode: fc.constantFrom<Mode>('well', ...FAILURES) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.integer({ min: 0, max: 1500 }) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('reserve'),
        claims: fc.uniqueArray(
          fc.tuple(fc.constantFrom<Down>('refuse', 'admit', 'local-share'), fc.constantFrom('hard', 'soft')),
          { minLength: 1, maxLength: 3, selector: ([down]) => down },
        ),
        ttl: fc.integer({ min: 100, max: 20_000 }),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom('dispatched', 'renew', 'extend', 'settle'),
        which: fc.nat(20),
        amount: fc.integer({ min: 0, max: 9 }),
      }),
    },
  ) as fc.Arbitrary<Step>,
  { minLength: 10, maxLength: 80, size: 'max' },
)

test('after any outages and a recovery the store has committed what all settled leases used, and holds nothing', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.double({ min: 0, max: 0.99, noNaN: true }), async (given, jitter) => {
      const { ledger, store, time, soon, recover } = setUp({ random: () => jitter })
      const open = new Map<string, Lease>()
      const expected = new Map<string, number>()
      const settle = async (id: string, amount: number) => {
        for (const { bucket } of open.get(id)?.claims ?? []) {
          expected.set(bucket.key, (expected.get(bucket.key) ?? 0) + amount)
        }
        const used = (open.get(id)?.claims ?? []).map(() => amount)
        open.delete(id)
        await ledger.settle(id, used)
      }
      const take = async (step: Step, number: number) => {
        switch (step.kind) {
          case 'mode':
            return store.mode(step.mode)
          case 'wait':
            return time.advance(step.ms)
          case 'reserve': {
            const claims = step.claims.map(([down, mode]) => claim(down, 5, { mode }))
            const wanted = lease(`l${number}`, claims, { ttl: step.ttl })
            const found = await Promise.resolve(ledger.reserve(wanted)).catch(() => undefined)
            if (found?.kind === 'reserved') open.set(wanted.id, wanted)
            return
          }
          case 'dispatched':
          case 'renew':
          case 'extend':
          case 'settle': {
            const id = [...open.keys()][step.which % Math.max(open.size, 1)]
            if (id === undefined) return
            const amounts = (open.get(id)?.claims ?? []).map(() => step.amount)
            if (step.kind === 'dispatched') await ledger.dispatched(id)
            if (step.kind === 'renew') await ledger.renew(id, amounts, 2000)
            if (step.kind === 'extend') await Promise.allSettled([ledger.extend(id, amounts, 2000)])
            if (step.kind === 'settle') await settle(id, step.amount)
          }
        }
      }
      // Waits go by themselves; of the other steps two go on at once.
      for (const [n, step] of given.entries()) {
        const next = given[n + 1]
        if (n % 3 === 2) continue
        if (step.kind === 'wait') await take(step, n)
        else if (n % 3 === 1 && next && next.kind !== 'wait')
          await soon(Promise.all([take(step, n), take(next, n + 1)]))
        else await soon(take(step, n))
      }
      await time.advance(1)
      store.mode('well')
      for (const id of [...open.keys()]) await soon(settle(id, 3))
      await recover()
      assert.equal(store.reserved(), 0)
      for (const key of ['refuse', 'admit', 'local-share'])
        assert.equal(store.committed(key), expected.get(key) ?? 0, key)
      assert.equal(ledger.dropped(), 0)
      await soon(ledger.close())
      assert.equal(time.timers(), 0)
    }),
    { numRuns: 1000 },
  )
})

test('an answer that came while this process was busy is not late', async () => {
  const server = createServer((socket) => void socket.on('data', (bytes) => socket.write(bytes))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  const ask = async () => {
    socket.write('x')
    await once(socket, 'data')
  }
  const asked = within(20, systemSchedule, ask)
  for (const end = performance.now() + 60; performance.now() < end; );
  assert.equal((await asked).kind, 'answered')
  assert.equal((await within(20, systemSchedule, () => new Promise(() => {}))).kind, 'late')
  socket.destroy()
  server.close()
})
