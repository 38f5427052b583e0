import type { Bucket } from '../../policies/budget/ledger.js'
import type { Entry } from './journal-entry.js'
import type { Book, LostCharge } from './memory-book.js'
import { type Counter, roll } from './memory-counter.js'

/**
 * `at once`: the journal becomes what these entries say. `later`: until they are all written it goes on as it is, with what comes
 * meanwhile.
 */
export type SnapshotUse = 'at once' | 'later'

/**
 * The entries that make a book what it is at this moment, for a journal that is rewritten; marks which counters it knows. What changes is
 * copied now, which is quick, and entries are made of it as they are asked for, which is not: there may be hundreds of thousands.
 */
export function snapshot(book: Book, now: number, use: SnapshotUse): Iterator<Entry> {
  const needed = new Set<Counter>()
  for (const [, { value }] of book.lost.entries()) for (const charge of value) needed.add(currentCounter(book, charge))
  const columns = copied(book, now, needed, use)
  const defined = new Set<Counter>()
  const define = (counter: Counter, entries: Entry[]) => {
    if (defined.has(counter)) return
    defined.add(counter)
    entries.push(defineBucket(counter))
  }
  const leases = leaseEntries(book, define)
  for (const counter of needed)
    if (book.counters.get(counter.bucket.key) === counter && isKept(counter)) defined.add(counter)
  return entriesOf(leases, columns, lostEntries(book, define))
}

/** The entry that gives a counter's bucket its number. */
export function defineBucket({ number, bucket, limit }: Counter): Entry {
  return ['bucket', number, bucket.key, bucket.budget, bucket.window, limit]
}

/** The entry that says by how much a counter's limit is raised. */
export function raisedEntry({ number, raised, raisedUntil }: Counter): Entry {
  return ['raised', number, raised, Number.isFinite(raisedUntil) ? raisedUntil : null]
}

/** Adds the entry that names a counter, unless another one does. */
type Define = (counter: Counter, entries: Entry[]) => void

function leaseEntries(book: Book, define: Define): readonly Entry[] {
  const entries: Entry[] = []
  for (const lease of book.leases.values()) {
    for (const counter of lease.counters) define(counter, entries)
    const begun = lease.deadline - lease.ttl
    const shares = lease.counters.map(({ number, limit }, i) => [number, lease.amounts[i] ?? 0, limit] as const)
    entries.push(['reserve', begun, lease.id, lease.ttl, lease.onLost, shares])
    if (lease.dispatched) entries.push(['dispatched', lease.id])
    if (lease.used) entries.push(['renew', begun, lease.id, lease.ttl, lease.used])
  }
  return entries
}

function lostEntries(book: Book, define: Define): readonly Entry[] {
  const entries: Entry[] = []
  for (const [id, { at, value }] of book.lost.entries()) {
    const charges = value.map((charge) => ({ charge, counter: currentCounter(book, charge) }))
    for (const { counter } of charges) define(counter, entries)
    const amounts = charges.map(({ charge, counter }) => {
      const { amount, slice } = charge
      return book.stillCharged(charge)
        ? ([counter.number, amount, slice] as const)
        : ([counter.number, amount, slice, 'gone'] as const)
    })
    entries.push(['lost', at, id, amounts])
  }
  for (const [id, { at }] of book.charged.entries()) entries.push(['charged', at, id])
  return entries
}

/** What counters hold, in columns: an object for each would take longer to make than the rest of it. */
interface Columns {
  readonly numbers: number[]
  readonly buckets: Bucket[]
  readonly limits: number[]
  readonly committed: number[]
  /** By place, of those that have any. */
  readonly slices: Map<number, readonly (readonly [number, number])[]>
  readonly raised: Map<number, Entry>
}

/** Of the counters that hold something. Those that no entry will name are not known any more. */
function copied(book: Book, now: number, needed: ReadonlySet<Counter>, use: SnapshotUse): Columns {
  const columns: Columns = { numbers: [], buckets: [], limits: [], committed: [], slices: new Map(), raised: new Map() }
  for (const counter of book.counters.values()) {
    roll(counter, now)
    const kept = isKept(counter)
    // What the journal has not been told of yet it would not know until it is rewritten.
    if (!kept && !needed.has(counter)) counter.journaled = false
    else if (use === 'at once') counter.journaled = true
    if (!kept) continue
    const { number, slices } = counter
    const place = columns.numbers.push(number) - 1
    columns.buckets.push(counter.bucket)
    columns.limits.push(counter.limit)
    columns.committed.push(counter.committed)
    if (slices.length > 0) {
      columns.slices.set(
        place,
        slices.map(({ end, amount }) => [end, amount] as const),
      )
    }
    if (counter.raised > 0) columns.raised.set(place, raisedEntry(counter))
  }
  return columns
}

function isKept({ committed, raised, holders }: Counter): boolean {
  return committed + raised !== 0 || holders > 0
}

function* entriesOf(leases: readonly Entry[], counters: Columns, lost: readonly Entry[]): Generator<Entry> {
  yield* leases
  const { numbers, buckets, limits, committed, slices, raised } = counters
  for (let place = 0; place < numbers.length; place++) {
    const number = numbers[place] as number
    const { key, budget, window } = buckets[place] as Bucket
    // A lease's counter is named again, which changes nothing.
    yield ['bucket', number, key, budget, window, limits[place] as number]
    yield ['committed', number, committed[place] as number, slices.get(place) ?? []]
    const raise = raised.get(place)
    if (raise) yield raise
  }
  yield* lost
}

function currentCounter(book: Book, { counter }: LostCharge): Counter {
  return book.counters.get(counter.bucket.key) ?? counter
}
