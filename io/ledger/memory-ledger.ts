import type { Clock } from '../../core/clock.js'
import type {
  Bucket,
  BucketState,
  Claim,
  Extension,
  Lease,
  Ledger,
  LostAmount,
  Raise,
  Raised,
  Reservation,
} from '../../policies/budget/ledger.js'
import type { Journal } from './journal.js'
import type { Entry, Share } from './journal-entry.js'
import { judge } from './memory-admission.js'
import { createBook, type OpenLease } from './memory-book.js'
import { type Counter, raise, roll, stateOf } from './memory-counter.js'
import { createReplay } from './memory-replay.js'
import { defineBucket, raisedEntry, snapshot } from './memory-snapshot.js'

/** A ledger that answers at once. */
export interface MemoryLedger extends Ledger {
  reserve(lease: Lease): Reservation
  extend(id: string, amounts: readonly number[], ttl: number): Extension
  dispatched(id: string): void
  renew(id: string, used: readonly number[], ttl: number): void
  settle(id: string, used: readonly number[]): void
  charge(id: string, claims: readonly Claim[]): void
  lose(id: string): readonly LostAmount[] | undefined
  leases(prefix: string): readonly string[]
  read(buckets: readonly Bucket[]): readonly BucketState[]
  list(budget?: string): readonly BucketState[]
  reset(bucket: string): number | false
  raise(bucket: string, change: Raise): Raised | undefined
}

export interface MemoryLedgerOptions {
  readonly clock: Clock
  /** Makes what was counted outlive the process; belongs to the ledger, which closes it. */
  readonly journal?: Journal
}

/**
 * Counts in this process. With a journal it begins with what that holds; leases that were open there are lost, as their process
 * is. A lost lease is charged when it is found to be lost, by the next `reserve`, `extend`, `read` or `list`; its `settle`
 * is understood for a day.
 */
export function createMemoryLedger({ clock, journal }: MemoryLedgerOptions): MemoryLedger {
  const book = createBook()

  const record = (entry: Entry) => journal?.append(entry, 'soon')
  const named = (counter: Counter): number => {
    if (!counter.journaled) record(defineBucket(counter))
    counter.journaled = true
    return counter.number
  }
  const shares = (counters: readonly Counter[], claims: readonly Claim[]) =>
    counters.map((counter, i): Share => [named(counter), claims[i]?.amount ?? 0, counter.limit])
  const counterOf = (bucket: Bucket, now: number) => {
    const counter = book.counterOf(bucket)
    roll(counter, now)
    return counter
  }
  const countersOf = (claims: readonly Claim[], now: number) => claims.map(({ bucket }) => counterOf(bucket, now))
  const setLimit = (counter: Counter, limit: number) => {
    if (limit === counter.limit) return
    counter.limit = limit
    if (counter.journaled) record(['limit', counter.number, limit])
  }
  const setLimits = (counters: readonly Counter[], claims: readonly Claim[]) => {
    counters.forEach((counter, i) => {
      setLimit(counter, claims[i]?.limit ?? counter.limit)
    })
  }
  const statesOf = (claims: readonly Claim[], counters: readonly Counter[], now: number, excess?: readonly number[]) =>
    counters.map((counter, i) => {
      const { bucket, limit } = claims[i] ?? counter
      return stateOf(counter, bucket, limit, now, excess?.[i])
    })

  const loseNow = (lease: OpenLease, now: number) => {
    book.lose(lease, now)
    record(['lose', now, lease.id])
  }
  const loseOverdue = (now: number) => {
    for (let lease = book.overdue(now); lease; lease = book.overdue(now)) loseNow(lease, now)
  }
  const begin = (from: Journal) => {
    from.replay(createReplay(book))
    for (const lease of [...book.leases.values()]) book.lose(lease, clock.now())
    from.begin((use) => snapshot(book, clock.now(), use))
  }
  const open = ({ id, claims, ttl, onLost }: Lease, counters: readonly Counter[], now: number) => {
    if (journal) record(['reserve', now, id, ttl, onLost, shares(counters, claims)])
    book.open({ id, ttl, onLost, counters, terms: claims, amounts: claims.map(({ amount }) => amount) }, now)
  }
  if (journal) begin(journal)

  return {
    reserve: (lease) => {
      const now = clock.now()
      const { claims } = lease
      loseOverdue(now)
      for (const { bucket } of claims) if (!isOpen(bucket, now)) return { kind: 'other-window', now }
      book.sweep(claims.length + 1, now)
      const counters = countersOf(claims, now)
      if (book.leases.has(lease.id)) return { kind: 'reserved', states: statesOf(claims, counters, now) }
      const amounts = claims.map(({ amount }) => amount)
      const { refusing, excess } = judge(counters, amounts, claims)
      setLimits(counters, claims)
      if (refusing.length > 0) {
        return { kind: 'exhausted', refusing, states: statesOf(claims, counters, now, excess) }
      }
      open(lease, counters, now)
      return { kind: 'reserved', states: statesOf(claims, counters, now) }
    },
    extend: (id, amounts, ttl) => {
      const now = clock.now()
      loseOverdue(now)
      const lease = book.leases.get(id)
      if (!lease) return { kind: 'closed' }
      for (const counter of lease.counters) roll(counter, now)
      const { refusing } = judge(lease.counters, amounts, lease.terms)
      if (refusing.length > 0) return { kind: 'exhausted', refusing }
      record(['extend', now, id, ttl, amounts])
      book.extend(lease, amounts, now + ttl)
      return { kind: 'extended' }
    },
    dispatched: (id) => {
      const lease = book.leases.get(id)
      if (!lease) return
      lease.dispatched = true
      // The provider is asked next: a crash from then on must find this in the file.
      journal?.append(['dispatched', id], 'next')
    },
    renew: (id, used, ttl) => {
      const lease = book.leases.get(id)
      if (!lease) return
      const now = clock.now()
      record(['renew', now, id, ttl, used])
      book.renew(lease, used, now + ttl)
    },
    settle: (id, used) => {
      const now = clock.now()
      if (book.lost.size() > 0) for (const charge of book.lost.get(id) ?? []) named(book.counterOfLoss(charge))
      if (book.settle(id, used, now)) record(['settle', now, id, used])
    },
    charge: (id, claims) => {
      if (book.charged.get(id)) return
      const now = clock.now()
      const counters = countersOf(claims, now)
      setLimits(counters, claims)
      if (journal) record(['charge', now, id, shares(counters, claims)])
      const amounts = claims.map(({ amount }) => amount)
      book.charge(id, counters, amounts, now)
    },
    lose: (id) => {
      const lease = book.leases.get(id)
      if (lease) loseNow(lease, clock.now())
      return book.chargesOf(id)
    },
    leases: (prefix) =>
      [...[...book.leases.values()].map(({ id }) => id), ...[...book.lost.entries()].map(([id]) => id)].filter((id) =>
        id.startsWith(prefix),
      ),
    read: (buckets) => {
      const now = clock.now()
      loseOverdue(now)
      return buckets.map((bucket) => {
        const counter = book.counters.get(bucket.key)
        if (!counter) return { bucket, committed: 0, reserved: 0, limit: 0 }
        roll(counter, now)
        return stateOf(counter, bucket, counter.limit, now)
      })
    },
    list: (budget) => {
      const now = clock.now()
      loseOverdue(now)
      const states: BucketState[] = []
      // There may be hundreds of thousands.
      for (const counter of book.counters.values()) {
        roll(counter, now)
        const { bucket, committed, reserved, limit } = counter
        if ((budget !== undefined && bucket.budget !== budget) || committed + reserved <= 0) continue
        if (!hasEnded(bucket, now)) states.push(stateOf(counter, bucket, limit, now))
      }
      return states
    },
    reset: (key) => {
      const counter = book.counters.get(key)
      if (!counter) return false
      roll(counter, clock.now())
      const taken = book.reset(counter)
      if (counter.journaled) record(['reset', counter.number])
      return taken
    },
    raise: (key, change) => {
      const now = clock.now()
      const counter = book.counters.get(key)
      if (!counter || hasEnded(counter.bucket, now)) return undefined
      roll(counter, now)
      raise(counter, change, now)
      named(counter)
      record(raisedEntry(counter))
      const limit = counter.limit + counter.raised
      return counter.raised > 0 && Number.isFinite(counter.raisedUntil)
        ? { limit, until: counter.raisedUntil }
        : { limit }
    },
    kept: () => journal?.kept(),
    close: async () => journal?.close(),
  }
}

function isOpen({ window }: Bucket, now: number): boolean {
  return window.kind !== 'calendar' || (window.start <= now && now < window.end)
}

function hasEnded({ window }: Bucket, now: number): boolean {
  return window.kind === 'calendar' && window.end <= now
}
