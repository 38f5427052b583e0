import type { Clock } from '../../core/clock.js'
import { type Lease, type Ledger, LedgerUnavailable, type Reservation } from '../../policies/budget/ledger.js'
import { createCircuitBreaker } from './circuit-breaker.js'
import { type Answer, type Schedule, systemSchedule, within } from './deadline.js'
import { createPending, type PendingCall, type PendingJournal } from './pending.js'
import { canDoWithout, createStandIn, FORGET_AFTER } from './stand-in.js'

/** A ledger that goes on, as its claims allow, while the store behind it does not answer. */
export interface ResilientLedger extends Ledger {
  /** `down` while the store is not even asked. */
  state(): 'up' | 'down'
  /** Calls that the store has still to get. */
  pending(): number
  /** Calls that it will never get, because too many were waiting or because it kept rejecting them. */
  dropped(): number
}

export interface ResilientLedgerOptions {
  readonly primary: Ledger
  /** Makes an empty ledger in memory; what it holds serves for one outage. */
  readonly local: () => Ledger
  readonly clock: Clock
  /** Milliseconds that a call to the primary may take; 50 unless said. */
  readonly deadline?: number
  /** The part of each limit, 0 to 1, that `local-share` claims may use here during an outage. */
  readonly share: number
  /** How many calls may wait for the primary; 100,000 unless said. */
  readonly capacity?: number
  readonly journal?: PendingJournal
  readonly schedule?: Schedule
  /** In [0, 1), for the jitter between probes. */
  readonly random?: () => number
  readonly onState?: (state: 'up' | 'down') => void
}

/** A lease that is open on the primary. */
interface HeldLease {
  readonly canDoWithout: boolean
  /** Whether the primary has missed news of it, and so may take it for lost. */
  readonly missed: boolean
  readonly ttl: number
  readonly heard: number
}

/** `open`: the primary was not asked. */
type Asked<T> = Answer<T> | { readonly kind: 'open' }

/** Milliseconds until what is pending is tried again while the circuit is closed. */
const RETRY = 100

/** Deadlines that `list`, `reset` and the last flush may take. */
const PATIENCE = 10

/**
 * Puts a deadline and a circuit breaker before `primary`. A reservation that it does not answer is decided by each hard claim's
 * `onStoreDown`; what those leases use is charged to the primary once it answers again, under the id `LEASE:away`. `dispatched`,
 * `settle` and `charge` never reject: they wait for the primary in order. `read`, `list` and `reset` reject with
 * `LedgerUnavailable`, `lose` and `leases` also as long as something waits for the primary. A lease's id must not be used for a second `reserve` after one that rejected. Throws a RangeError for a
 * share that is none.
 */
export function createResilientLedger(options: ResilientLedgerOptions): ResilientLedger {
  const { primary, clock, deadline = 50, schedule = systemSchedule, random = Math.random } = options
  const pending = createPending({ capacity: options.capacity ?? 100_000, journal: options.journal })
  const standIn = createStandIn(options)
  // In the order of the last news.
  const leases = new Map<string, HeldLease>()
  let stage: 'running' | 'closing' | 'closed' = 'running'
  let replaying: Promise<void> | undefined
  let cancelRetry: (() => void) | undefined
  let closed: Promise<void> | undefined

  const breaker = createCircuitBreaker({
    probe: async () => (await within(deadline, schedule, () => primary.read([]))).kind === 'answered',
    schedule,
    random,
    onState(state) {
      report(options.onState, state === 'closed' ? 'up' : 'down')
      if (state === 'closed') void replay()
    },
  })

  const ask = async <T>(run: () => T | Promise<T>, onLate?: (answer: Answer<T>) => void): Promise<Asked<T>> => {
    if (stage === 'closed' || breaker.state() === 'open') return { kind: 'open' }
    const answer = await within(deadline, schedule, run, onLate)
    if (answer.kind !== 'answered') {
      breaker.failed()
      return answer
    }
    breaker.succeeded()
    if (pending.size() > 0) void replay()
    return answer
  }
  const demand = async <T>(run: () => T | Promise<T>): Promise<T> => {
    const answer = await ask(run)
    if (answer.kind === 'answered') return answer.value
    throw unavailable(answer)
  }
  /** For calls that may take longer and say little about the store's health when they do. */
  const demandPatiently = async <T>(run: () => T | Promise<T>): Promise<T> => {
    const open = stage === 'closed' || breaker.state() === 'open'
    const answer: Asked<T> = open ? { kind: 'open' } : await within(deadline * PATIENCE, schedule, run)
    if (answer.kind === 'answered') return answer.value
    throw unavailable(answer)
  }

  /** What still waits for the primary may be about what is asked. */
  const demandInOrder = async <T>(run: () => T | Promise<T>): Promise<T> => {
    if (pending.size() > 0) throw unavailable({ kind: 'open' })
    return demandPatiently(run)
  }

  const send = (call: PendingCall) => {
    switch (call.kind) {
      case 'dispatched':
        return primary.dispatched(call.id)
      case 'settle':
        return primary.settle(call.id, call.used)
      case 'charge':
        return primary.charge(call.id, call.claims)
    }
  }
  const replayAll = async () => {
    for (let call = pending.first(); call; call = pending.first()) {
      const sent = call
      const answer = await ask(() => send(sent))
      if (answer.kind === 'failed') pending.rejected(sent)
      if (answer.kind !== 'answered') return
      pending.done(sent)
    }
    standIn.recovered()
  }
  /** One at a time, in order. While the circuit is open nothing needs a timer: the probe that closes it starts this. */
  const replay = () => {
    cancelRetry?.()
    cancelRetry = undefined
    replaying ??= replayAll().finally(() => {
      replaying = undefined
      retryLater()
    })
    return replaying
  }
  const retryLater = () => {
    if (stage !== 'running' || cancelRetry || pending.size() === 0 || breaker.state() === 'open') return
    cancelRetry = schedule(RETRY, () => void replay(), 'background')
  }
  const queue = (call: PendingCall) => {
    pending.put(call)
    if (!replaying) retryLater()
  }
  /** Now, or in its turn after what already waits for the same lease. */
  const deliver = async (call: PendingCall) => {
    if (!pending.concerns(call.id) && (await ask(() => send(call))).kind === 'answered') return
    queue(call)
  }
  const chargeStandIn = (call: PendingCall) => {
    pending.put(call)
    if (breaker.state() === 'closed') void replay()
  }

  const keep = (id: string, held: HeldLease) => {
    leases.delete(id)
    leases.set(id, held)
  }
  const heardOf = (id: string, news: Partial<HeldLease>) => {
    const held = leases.get(id)
    if (held) keep(id, { ...held, ...news, heard: clock.monotonic() })
  }
  /** So that callers who never settle cost no memory. */
  const forget = () => {
    for (const [id, held] of leases) {
      if (clock.monotonic() - held.heard < held.ttl + FORGET_AFTER) break
      leases.delete(id)
    }
    for (const call of standIn.forget()) chargeStandIn(call)
  }
  const release = (lease: Lease) => queue({ kind: 'settle', id: lease.id, used: lease.claims.map(() => 0) })

  const flush = async () => {
    while (pending.size() > 0 && stage === 'closing') {
      await breaker.probeNow()
      if (breaker.state() === 'closed') await replay()
      if (pending.size() > 0) await pause(deadline, schedule)
    }
  }
  const shut = async () => {
    stage = 'closing'
    breaker.stop()
    cancelRetry?.()
    await within(deadline * PATIENCE, schedule, flush)
    stage = 'closed'
    await within(deadline, schedule, () => primary.close())
    await standIn.close()
  }

  // What the journal brought.
  retryLater()

  return {
    state: () => (breaker.state() === 'closed' ? 'up' : 'down'),
    pending: pending.size,
    dropped: pending.dropped,
    async reserve(lease): Promise<Reservation> {
      forget()
      const answer = await ask(
        () => primary.reserve(lease),
        (late) => {
          if (late.kind !== 'answered' || late.value.kind === 'reserved') release(lease)
        },
      )
      switch (answer.kind) {
        case 'answered':
          if (answer.value.kind === 'reserved') {
            const { claims, ttl } = lease
            keep(lease.id, { canDoWithout: canDoWithout(claims), missed: false, ttl, heard: clock.monotonic() })
          }
          return answer.value
        case 'failed':
        case 'late':
          // It may have been reserved all the same, and the answer may never come.
          release(lease)
          return standIn.reserve(lease, causeOf(answer))
        case 'open':
          return standIn.reserve(lease, undefined)
      }
    },
    async extend(id, amounts, ttl) {
      if (standIn.has(id)) return standIn.extend(id, amounts, ttl)
      const answer = await ask(() => primary.extend(id, amounts, ttl))
      const held = leases.get(id)
      if (answer.kind !== 'answered') {
        if (!held?.canDoWithout) throw unavailable(answer)
        heardOf(id, { missed: true, ttl })
        return { kind: 'extended' }
      }
      // The store took the lease for lost because it could not hear of it; settling corrects that.
      if (answer.value.kind === 'closed' && held?.canDoWithout && held.missed) return { kind: 'extended' }
      heardOf(id, { ttl })
      return answer.value
    },
    async dispatched(id) {
      if (standIn.has(id)) return standIn.dispatched(id)
      await deliver({ kind: 'dispatched', id })
    },
    async renew(id, used, ttl) {
      if (standIn.has(id)) return standIn.renew(id, used, ttl)
      const answer = await ask(() => primary.renew(id, used, ttl))
      heardOf(id, answer.kind === 'answered' ? { ttl } : { ttl, missed: true })
    },
    async settle(id, used) {
      if (standIn.has(id)) {
        const call = await standIn.settle(id, used)
        if (call) chargeStandIn(call)
        return
      }
      leases.delete(id)
      await deliver({ kind: 'settle', id, used })
    },
    charge: (id, claims) => deliver({ kind: 'charge', id, claims }),
    read: (buckets) => demand(() => primary.read(buckets)),
    lose: (id) => demandInOrder(() => primary.lose(id)),
    leases: (prefix) => demandInOrder(() => primary.leases(prefix)),
    list: (budget) => demandPatiently(() => primary.list(budget)),
    reset: (bucket) => demandPatiently(() => primary.reset(bucket)),
    raise: (bucket, change) => demandPatiently(() => primary.raise(bucket, change)),
    close() {
      closed ??= shut()
      return closed
    },
  }
}

/** Whoever listens cannot stop the recovery. */
function report(onState: ResilientLedgerOptions['onState'], state: 'up' | 'down'): void {
  try {
    onState?.(state)
  } catch {
    // It is theirs to report.
  }
}

function unavailable(answer: Asked<unknown>): LedgerUnavailable {
  return new LedgerUnavailable('the store of the budgets does not answer', { cause: causeOf(answer) })
}

function causeOf(answer: Asked<unknown>): unknown {
  return answer.kind === 'failed' ? answer.cause : undefined
}

function pause(delay: number, schedule: Schedule): Promise<void> {
  return new Promise((resolve) => {
    schedule(delay, resolve, 'background')
  })
}
