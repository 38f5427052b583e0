import type { Bucket, Claim, Lease, LostAmount } from '../../policies/budget/ledger.js'
import { type Counter, clear, commit, createCounter, isDroppable, roll, uncommit } from './memory-counter.js'
import { createDeadlines, type Due } from './memory-deadlines.js'
import { createOpenLeases, type OpenLeases } from './memory-leases.js'
import { createRecent } from './memory-recent.js'

/** A lease that holds something. `counters` and `amounts` are in the order of its claims. */
export interface OpenLease extends Due {
  readonly id: string
  readonly ttl: number
  readonly onLost: Lease['onLost']
  readonly counters: readonly Counter[]
  /** What an extension is judged by; empty where none can come. */
  readonly terms: readonly Pick<Claim, 'limit' | 'mode'>[]
  amounts: readonly number[]
  dispatched: boolean
  /** What was last reported as used. */
  used: readonly number[] | undefined
}

/** A lease that begins now. */
export type NewLease = Pick<OpenLease, 'id' | 'ttl' | 'onLost' | 'counters' | 'terms' | 'amounts'>

/** What a lost lease was charged in one counter, and what is needed to take it back. */
export interface LostCharge {
  readonly counter: Counter
  readonly amount: number
  readonly slice: number
  readonly resets: number
}

/** How many lost leases, and ids that were charged, are remembered, and how long (ms). */
const REMEMBER = { count: 50_000, age: 24 * 3_600_000 }

/**
 * The counters and leases of a memory ledger, and what each event does to them. It decides nothing: what is asked here has
 * been admitted, so the journal can be read back through it.
 */
export type Book = ReturnType<typeof createBook>

/** An empty book. */
export function createBook() {
  const counters = new Map<string, Counter>()
  const leases = createOpenLeases()
  const deadlines = createDeadlines<OpenLease>()
  const lost = createRecent<readonly LostCharge[]>(REMEMBER)
  const charged = createRecent<true>(REMEMBER)
  let lastNumber = 0
  let sweeper = counters.values()

  const add = (number: number, bucket: Bucket): Counter => {
    const counter = createCounter(number, bucket)
    lastNumber = Math.max(lastNumber, number)
    counters.set(bucket.key, counter)
    return counter
  }
  /** A bucket's counter; made if there is none. A changed window of the same kind keeps what it holds. */
  const counterOf = (bucket: Bucket): Counter => {
    const found = counters.get(bucket.key)
    if (!found || found.bucket.window.kind !== bucket.window.kind) return add(lastNumber + 1, bucket)
    if (!sameWindow(found.bucket, bucket)) {
      found.bucket = bucket
      found.journaled = false
    }
    return found
  }

  const open = (lease: NewLease, now: number) => {
    const { id, ttl, onLost, counters, terms, amounts } = lease
    const deadline = now + ttl
    const dispatched = false
    const used = undefined
    const opened: OpenLease = { id, ttl, onLost, counters, terms, amounts, dispatched, used, deadline, place: 0 }
    counters.forEach((counter, i) => {
      counter.reserved += amounts[i] ?? 0
      counter.holders += 1
    })
    leases.add(opened)
    deadlines.add(opened)
  }
  const extend = (lease: OpenLease, amounts: readonly number[], deadline: number) => {
    lease.counters.forEach((counter, i) => {
      counter.reserved += amounts[i] ?? 0
    })
    lease.amounts = lease.amounts.map((amount, i) => amount + (amounts[i] ?? 0))
    deadlines.move(lease, deadline)
  }
  const renew = (lease: OpenLease, used: readonly number[], deadline: number) => {
    lease.used = used
    deadlines.move(lease, deadline)
  }

  /** Frees what a lease holds. */
  const close = (lease: OpenLease) => {
    const { counters, amounts } = lease
    counters.forEach((counter, i) => {
      counter.reserved -= amounts[i] ?? 0
      counter.holders -= 1
    })
    leases.remove(lease.id)
    deadlines.remove(lease)
  }
  const lose = (lease: OpenLease, now: number) => {
    close(lease)
    const charges = lease.counters.map((counter, i): LostCharge => {
      const amount = costOfLoss(lease, i)
      roll(counter, now)
      return { counter, amount, slice: commit(counter, amount, now), resets: counter.resets }
    })
    lost.add(lease.id, charges, now)
  }
  /** The bucket may have been dropped since, and come back. */
  const counterOfLoss = ({ counter: { bucket, limit } }: LostCharge): Counter => {
    const found = counters.get(bucket.key)
    if (found) return found
    const counter = add(lastNumber + 1, bucket)
    counter.limit = limit
    return counter
  }
  /** Replaces what a lost lease was charged by what it used. */
  const correct = (charges: readonly LostCharge[], used: readonly number[], now: number) => {
    for (const [i, charge] of charges.entries()) {
      const counter = counterOfLoss(charge)
      roll(counter, now)
      if (isStillCharged(charge, counter)) uncommit(counter, charge.amount, charge.slice)
      commit(counter, used[i] ?? 0, now)
    }
  }
  const settleOpen = (lease: OpenLease, used: readonly number[], now: number) => {
    close(lease)
    lease.counters.forEach((counter, i) => void commit(counter, used[i] ?? 0, now))
  }

  return {
    counters: counters as ReadonlyMap<string, Counter>,
    leases: leases as Pick<OpenLeases, 'get' | 'has' | 'values'>,
    lost,
    charged,
    add,
    counterOf,
    counterOfLoss,
    open,
    extend,
    renew,
    lose,
    reset: clear,
    /** Whether anything is known of the lease, open or lost. */
    settle: (id: string, used: readonly number[], now: number): boolean => {
      const lease = leases.get(id)
      const charges = lost.size() > 0 ? lost.get(id) : undefined
      if (lease) settleOpen(lease, used, now)
      else if (charges) correct(charges, used, now)
      if (charges) lost.delete(id)
      return lease !== undefined || charges !== undefined
    },
    charge: (id: string, into: readonly Counter[], amounts: readonly number[], now: number) => {
      charged.add(id, true, now)
      for (const [i, counter] of into.entries()) commit(counter, amounts[i] ?? 0, now)
    },
    /** What a lost lease was charged, by bucket; undefined for one that was not lost. */
    chargesOf: (id: string): readonly LostAmount[] | undefined =>
      lost.get(id)?.map(({ counter, amount }) => [counter.bucket.key, amount] as const),
    /** An open lease that counts as lost, the one longest overdue first. */
    overdue: (now: number): OpenLease | undefined => {
      const first = deadlines.first()
      return first && first.deadline <= now ? first : undefined
    },
    /** Looks at the next `count` counters and drops those that hold nothing. */
    sweep: (count: number, now: number) => {
      for (let looked = 0; looked < count; looked++) {
        const { done, value } = sweeper.next()
        if (done) sweeper = counters.values()
        else if (isDroppable(value, now)) counters.delete(value.bucket.key)
      }
    },
    /** Whether what a lost lease was charged is still counted. */
    stillCharged: (charge: LostCharge): boolean => {
      const counter = counters.get(charge.counter.bucket.key)
      return counter !== undefined && isStillCharged(charge, counter)
    },
  }
}

function isStillCharged(charge: LostCharge, counter: Counter): boolean {
  return counter === charge.counter && counter.resets === charge.resets
}

function costOfLoss({ dispatched, onLost, used, amounts }: OpenLease, claim: number): number {
  return dispatched && onLost === 'charge' ? ((used ?? amounts)[claim] ?? 0) : 0
}

function sameWindow({ window: a }: Bucket, { window: b }: Bucket): boolean {
  if (a === b) return true
  if (a.kind === 'calendar' && b.kind === 'calendar') return a.start === b.start && a.end === b.end
  if (a.kind === 'rolling' && b.kind === 'rolling') return a.length === b.length && a.slices === b.slices
  return a.kind === b.kind
}
