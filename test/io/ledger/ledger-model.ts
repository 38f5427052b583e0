import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Bucket, BucketState, Claim, Lease, Ledger, Window } from '../../../policies/budget/ledger.js'
import { Reference } from './reference.js'

/** A ledger under test. Its clock reads `start` when it is made and may run on by itself by less than 400 ms in a run. */
export interface TestedLedger {
  readonly ledger: Ledger
  /** Moves the ledger's clock; always whole seconds. */
  advance(ms: number): void | Promise<void>
  /** Ends the process and begins it again: every lease that was open is lost. Absent: not tried. */
  restart?(): Promise<Ledger>
  /** Called after each run; the ledger is closed by then. */
  dispose?(): void | Promise<void>
}

export interface ModelOptions {
  /** Made anew for each run, holding nothing. */
  readonly makeLedger: (start: number) => Promise<TestedLedger>
  /** `exact`: deadlines and the ends of slices and windows are hit to the millisecond. `coarse`: never by less than 500 ms. */
  readonly time: 'exact' | 'coarse'
  /** 200 unless said. */
  readonly runs?: number
}

/** What the commands act on: the reference, the ledger, and what has been allowed beyond the limits. */
interface World {
  readonly reference: Reference
  readonly tested: TestedLedger
  ledger: Ledger
  readonly leases: Lease[]
  /** By bucket: the highest hard limit that was ever claimed with, and all that settling, charging and soft claims added beyond. */
  readonly allowed: Map<string, { readonly limit: number; readonly beyond: number }>
}

/** Windows are made of these; whole seconds. */
const TICK = 1000
const START = 1_700_000_000_000
/** What a bucket is made from; a calendar window is the one of `length` that contains now, `shift` windows later. */
type Shape = (now: number) => Bucket

const SHAPES: readonly Shape[] = [
  () => bucket('life', { kind: 'life' }),
  () => bucket('rolling-4s', { kind: 'rolling', length: 4 * TICK, slices: 4 }),
  () => bucket('rolling-10s', { kind: 'rolling', length: 10 * TICK, slices: 2 }),
  () => bucket('rolling-2s', { kind: 'rolling', length: 2 * TICK, slices: 1 }),
  (now) => calendar('calendar-5s', 5 * TICK, now),
  (now) => calendar('calendar-20s', 20 * TICK, now),
]

/** Commands' parameters; leases are chosen by number, modulo how many there are. */
const amount = fc.integer({ min: 0, max: 30 })
const amounts = fc.array(amount, { minLength: 4, maxLength: 4 })
const seconds = fc.integer({ min: 1, max: 8 }).map((n) => n * TICK)
const which = fc.nat({ max: 1000 })
const claim = fc.record({
  shape: fc.constantFrom(...SHAPES),
  amount,
  limit: fc.constantFrom(40, 40, 40, 60, 100),
  mode: fc.constantFrom('hard', 'hard', 'hard', 'soft'),
  onStoreDown: fc.constant('refuse'),
})
/** How far the client's clock is off when it makes a lease. */
const askew = fc.constantFrom(0, 0, 0, 0, 0, 0, 0, -20 * TICK, 20 * TICK)
const claims = fc.array(claim, { minLength: 1, maxLength: 4 })
type PlannedClaim = Omit<Claim, 'bucket'> & { readonly shape: Shape }
type PlannedLease = Omit<Lease, 'id' | 'claims'> & { readonly claims: readonly PlannedClaim[]; readonly askew: number }

/**
 * Declares a test that does the same, at random, to the ledger and to the reference, and compares them after every step. Holds
 * the two promises besides: hard limits are exceeded only by what settling and charging added, and only what does not fit
 * is refused.
 */
export function checkLedger(name: string, { makeLedger, time, runs = 200 }: ModelOptions): void {
  const half = time === 'coarse' ? TICK / 2 : 0
  test(`${name} counts as the reference does`, async () => {
    const property = fc.asyncProperty(commands(half), async (steps) => {
      const tested = await makeLedger(START + half)
      const reference = new Reference(START + half)
      const world: World = { reference, tested, ledger: tested.ledger, leases: [], allowed: new Map() }
      try {
        await fc.asyncModelRun(() => ({ model: {}, real: world }), steps)
      } finally {
        await world.ledger.close()
        await tested.dispose?.()
      }
    })
    await fc.assert(property, { numRuns: runs })
  })
}

function commands(half: number) {
  const ttl = seconds.map((ms) => ms - half)
  // A raise of a rolling window ends to the millisecond, and a store's own clock is some of them ahead.
  const raisable = half === 0 ? SHAPES : SHAPES.filter((shape) => shape(START).window.kind !== 'rolling')
  const lease = fc.record({ claims, ttl, onLost: fc.constantFrom('charge', 'release'), askew })
  const reserving = lease.map((plan) => step(`reserve ${show(plan)}`, (world) => reserve(world, plan)))
  return fc.commands(
    [
      reserving,
      reserving,
      reserving,
      fc.tuple(which, amounts, ttl).map(([n, more, ms]) => step(`extend ${n} ${more} ${ms}`, extend(n, more, ms))),
      which.map((n) => step(`dispatched ${n}`, dispatched(n))),
      fc.tuple(which, amounts, ttl).map(([n, used, ms]) => step(`renew ${n} ${used} ${ms}`, renew(n, used, ms))),
      which.map((n) => step(`lose ${n}`, lose(n))),
      fc.tuple(which, amounts).map(([n, used]) => step(`settle ${n} ${used}`, settle(n, used, 0))),
      fc
        .tuple(which, amounts, seconds)
        .map(([n, used, ms]) => step(`settle ${n} ${used} ${ms} later`, settle(n, used, ms))),
      fc.tuple(fc.nat({ max: 3 }), claims).map(([n, plan]) => step(`charge ${n} ${show(plan)}`, charge(n, plan))),
      seconds.map((ms) => step(`advance ${ms}`, (world) => pass(world, ms))),
      seconds.map((ms) => step(`advance ${ms}`, (world) => pass(world, ms))),
      fc.constantFrom(...SHAPES).map((shape) => step(`reset ${shape(START).key}`, reset(shape))),
      fc
        .tuple(fc.constantFrom(...raisable), fc.constantFrom('by', 'to'), fc.integer({ min: -30, max: 120 }))
        .map(([shape, kind, size]) => step(`raise ${shape(START).key} ${kind} ${size}`, raise(shape, kind, size))),
      fc.constant(step('restart', restart)),
    ],
    { maxCommands: 60, size: 'max' },
  )
}

/** A command that compares ledger and reference when it is done. */
function step(name: string, act: (world: World) => Promise<void>) {
  return {
    check: () => true,
    run: async (_model: object, world: World) => {
      await act(world)
      await compare(world)
    },
    toString: () => name,
  }
}

async function reserve(world: World, { claims, askew, ...plan }: PlannedLease) {
  const { reference, ledger, leases } = world
  const lease = { ...plan, id: `lease-${leases.length}`, claims: planned(claims, reference.now + askew) }
  const wanted = lease.claims.map((claim) => claim.amount)
  reference.loseOverdue()
  const refusing = reference.refusing(lease.claims, wanted)
  const excess = reference.excess(lease.claims, wanted)
  const expected = reference.reserve(lease)
  const answer = await ledger.reserve(lease)
  leases.push(lease)
  assert.equal(answer.kind, expected)
  if (answer.kind === 'other-window') {
    assert.ok(Math.abs(answer.now - reference.now) < TICK / 2)
    return
  }
  if (answer.kind === 'exhausted') {
    assert.deepEqual(answer.refusing, refusing)
    for (const i of answer.refusing) assertDoesNotFit(answer.states, lease.claims, i)
  } else {
    allow(world, lease.claims, wanted)
    assertWithinLimits(answer.states, lease.claims)
  }
  const states = lease.claims.map(({ bucket, limit }, i) => {
    const over = answer.kind === 'exhausted' ? (excess[i] ?? 0) : 0
    return { ...stateOf(reference, bucket, over), limit: limit + reference.raised(bucket.key) }
  })
  assert.deepEqual(answer.states.map(comparable(reference)), states.map(comparable(reference)))
}

function extend(n: number, more: readonly number[], ttl: number) {
  return withLease(n, async (world, lease) => {
    const { reference, ledger } = world
    const wanted = more.slice(0, lease.claims.length)
    reference.loseOverdue()
    const refusing = reference.refusing(lease.claims, wanted)
    const expected = reference.extend(lease.id, wanted, ttl)
    const answer = await ledger.extend(lease.id, wanted, ttl)
    assert.equal(answer.kind, expected)
    if (answer.kind === 'exhausted') assert.deepEqual(answer.refusing, refusing)
    if (answer.kind === 'extended') allow(world, lease.claims, wanted)
  })
}

function dispatched(n: number) {
  return withLease(n, async ({ reference, ledger }, { id }) => {
    reference.dispatched(id)
    await ledger.dispatched(id)
  })
}

function renew(n: number, reported: readonly number[], ttl: number) {
  return withLease(n, async (world, { id, claims }) => {
    const used = reported.slice(0, claims.length)
    // Should it be lost now.
    exceed(world, claims, used)
    world.reference.renew(id, used, ttl)
    await world.ledger.renew(id, used, ttl)
  })
}

function lose(n: number) {
  return withLease(n, async ({ reference, ledger }, { id, claims }) => {
    reference.loseOverdue()
    const known = [...reference.open.keys(), ...reference.lost.keys()]
    assert.deepEqual([...(await ledger.leases('lease-'))].sort(), known.sort())
    const charges = reference.loseNow(id)
    const expected = charges && claims.map(({ bucket }, i) => [bucket.key, charges[i] ?? 0])
    assert.deepEqual(await ledger.lose(id), expected)
  })
}

/** With time passing unseen before: the lease may be overdue without having been found to be. */
function settle(n: number, amounts: readonly number[], after: number) {
  return withLease(n, async (world, { id, claims }) => {
    const used = amounts.slice(0, claims.length)
    if (after > 0) await pass(world, after)
    exceed(world, claims, used)
    world.reference.settle(id, used)
    await world.ledger.settle(id, used)
  })
}

function charge(n: number, plan: readonly PlannedClaim[]) {
  return async (world: World) => {
    const charged = planned(plan, world.reference.now)
    const added = charged.map((claim) => claim.amount)
    exceed(world, charged, added)
    world.reference.charge(`charge-${n}`, charged)
    await world.ledger.charge(`charge-${n}`, charged)
  }
}

function reset(shape: Shape) {
  return async ({ reference, ledger }: World) => {
    const { key } = shape(reference.now)
    reference.loseOverdue()
    const holds = reference.committed(key) + reference.reserved(key) > 0
    const taken = reference.committed(key)
    const answer = await ledger.reset(key)
    reference.reset(key)
    if (holds) assert.equal(answer, taken)
    if (!reference.buckets.has(key)) assert.equal(answer, false)
  }
}

function raise(shape: Shape, kind: 'by' | 'to', size: number) {
  return async (world: World) => {
    const { reference, ledger, allowed } = world
    const { key } = shape(reference.now)
    reference.loseOverdue()
    // One that holds nothing may be forgotten, and its limit with it.
    if (!reference.limits.has(key) || reference.committed(key) + reference.reserved(key) === 0) return
    const expected = reference.raise(key, kind, size)
    const answer = await ledger.raise(key, { kind, amount: size })
    assert.equal(answer?.limit, expected.limit)
    if (expected.until === undefined) assert.equal(answer?.until, undefined)
    else assert.ok(Math.abs((answer?.until ?? 0) - expected.until) < TICK / 2)
    const before = allowed.get(key) ?? { limit: 0, beyond: 0 }
    allowed.set(key, { ...before, limit: Math.max(before.limit, 100 + reference.raised(key)) })
  }
}

async function restart(world: World) {
  if (!world.tested.restart) return
  world.ledger = await world.tested.restart()
  world.reference.restart()
}

async function pass({ reference, tested }: World, ms: number) {
  reference.now += ms
  await tested.advance(ms)
}

function withLease(n: number, act: (world: World, lease: Lease) => Promise<void>) {
  return async (world: World) => {
    const lease = world.leases[n % world.leases.length]
    if (lease) await act(world, lease)
  }
}

/** Compares all that can be read. */
async function compare({ reference, ledger, allowed }: World) {
  reference.loseOverdue()
  const known = [...reference.buckets.values()].filter(({ key, window }) => {
    // An ended bucket may be forgotten once nothing is reserved in it.
    return !hasEnded(window, reference.now) || reference.reserved(key) > 0
  })
  const read = await ledger.read(known)
  assert.deepEqual(
    read.map(comparable(reference)),
    known.map((bucket) => comparable(reference)(stateOf(reference, bucket, 0))),
  )
  const holding = known.filter(({ key, window }) => {
    return !hasEnded(window, reference.now) && reference.committed(key) + reference.reserved(key) > 0
  })
  await compareLists(ledger, reference, holding)
  // What holds nothing may be forgotten, and its limit with it.
  const empty = known.filter((bucket) => !holding.includes(bucket))
  for (const { key } of empty) reference.limits.delete(key)
  for (const { bucket, committed, reserved } of read) {
    const { limit = 0, beyond = 0 } = allowed.get(bucket.key) ?? {}
    assert.ok(committed + reserved <= limit + beyond, `${bucket.key} holds ${committed} + ${reserved}`)
  }
}

async function compareLists(ledger: Ledger, reference: Reference, holding: readonly Bucket[]) {
  const expected = holding.map((bucket) => comparable(reference)(stateOf(reference, bucket, 0)))
  assert.deepEqual(sorted((await ledger.list()).map(comparable(reference))), sorted(expected))
  const ofRolling = expected.filter(({ bucket }) => bucket.budget === 'rolling-4s')
  assert.deepEqual((await ledger.list('rolling-4s')).map(comparable(reference)), ofRolling)
}

function sorted(states: readonly BucketState[]): readonly BucketState[] {
  return states.toSorted((a, b) => (a.bucket.key < b.bucket.key ? -1 : 1))
}

function stateOf(reference: Reference, bucket: Bucket, wanted: number): BucketState {
  const { key } = bucket
  const freesIn = reference.freesIn(key, wanted)
  const held = { committed: reference.committed(key), reserved: reference.reserved(key) }
  const raised = reference.raised(key)
  const state = { bucket, ...held, limit: (reference.limits.get(key) ?? 0) + raised, ...(raised > 0 && { raised }) }
  return freesIn === undefined ? state : { ...state, freesIn }
}

/** Without what a ledger is free to say: the limit of a bucket that holds nothing, when a calendar window ends; times to the second. */
function comparable({ limits }: Reference) {
  return ({ bucket, committed, reserved, limit, raised, freesIn }: BucketState): BucketState => {
    const known = limits.has(bucket.key) && committed + reserved > 0
    const state = { bucket, committed, reserved, limit: known ? limit : 0, ...(known && raised && { raised }) }
    if (freesIn === undefined || bucket.window.kind === 'calendar') return state
    return { ...state, freesIn: Math.ceil(freesIn / TICK) }
  }
}

function assertDoesNotFit(states: readonly BucketState[], claims: readonly Claim[], i: number) {
  const { key } = claims[i]?.bucket ?? {}
  const own = claims.filter(({ bucket }) => bucket.key === key).reduce((sum, claim) => sum + claim.amount, 0)
  const { committed = 0, reserved = 0, raised = 0 } = states[i] ?? {}
  assert.equal(claims[i]?.mode, 'hard')
  assert.ok(committed + reserved + own > (claims[i]?.limit ?? 0) + raised, `claim ${i} would have fitted`)
}

function assertWithinLimits(states: readonly BucketState[], claims: readonly Claim[]) {
  for (const [i, { committed, reserved }] of states.entries()) {
    const { mode, limit = 0 } = claims[i] ?? {}
    const most = limit + (states[i]?.raised ?? 0)
    if (mode === 'hard') assert.ok(committed + reserved <= most, `claim ${i} was admitted over its limit`)
  }
}

/** Hard claims raise a bucket's limit if theirs is higher; soft ones may go beyond any. */
function allow(world: World, claims: readonly Claim[], amounts: readonly number[]) {
  for (const [i, { bucket, mode, limit }] of claims.entries()) {
    const before = world.allowed.get(bucket.key) ?? { limit: 0, beyond: 0 }
    const after =
      mode === 'hard'
        ? { ...before, limit: Math.max(before.limit, limit) }
        : { ...before, beyond: before.beyond + (amounts[i] ?? 0) }
    world.allowed.set(bucket.key, after)
  }
}

/** More may be used than was reserved. */
function exceed(world: World, claims: readonly Claim[], amounts: readonly number[]) {
  for (const [i, { bucket }] of claims.entries()) {
    const before = world.allowed.get(bucket.key) ?? { limit: 0, beyond: 0 }
    world.allowed.set(bucket.key, { ...before, beyond: before.beyond + (amounts[i] ?? 0) })
  }
}

function planned(plan: readonly PlannedClaim[], now: number): readonly Claim[] {
  return plan.map(({ shape, ...claim }) => ({ ...claim, bucket: shape(now) }))
}

function bucket(budget: string, window: Window): Bucket {
  return { key: window.kind === 'calendar' ? `${budget}:${window.start}` : budget, budget, window }
}

function calendar(name: string, length: number, now: number): Bucket {
  const start = now - (now % length)
  return bucket(name, { kind: 'calendar', start, end: start + length })
}

function hasEnded(window: Window, now: number): boolean {
  return window.kind === 'calendar' && window.end <= now
}

function show(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => (typeof inner === 'function' ? inner(START).key : inner))
}
