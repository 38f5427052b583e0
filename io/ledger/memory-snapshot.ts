import type { Entry } from './journal-entry.js'
import type { Book, LostCharge } from './memory-book.js'
import { type Counter, roll } from './memory-counter.js'

/** The entries that make a book what it is now, for a journal that is rewritten; marks which counters it knows. */
export function* snapshot(book: Book, now: number): Generator<Entry> {
  const defined = new Set<number>()
  function* define(counter: Counter): Generator<Entry> {
    if (defined.has(counter.number)) return
    defined.add(counter.number)
    yield defineBucket(counter)
  }

  for (const lease of book.leases.values()) {
    for (const counter of lease.counters) yield* define(counter)
    const begun = lease.deadline - lease.ttl
    const shares = lease.counters.map(({ number, limit }, i) => [number, lease.amounts[i] ?? 0, limit] as const)
    yield ['reserve', begun, lease.id, lease.ttl, lease.onLost, shares]
    if (lease.dispatched) yield ['dispatched', lease.id]
    if (lease.used) yield ['renew', begun, lease.id, lease.ttl, lease.used]
  }
  for (const counter of book.counters.values()) {
    roll(counter, now)
    if (counter.committed + counter.raised === 0 && counter.holders === 0) continue
    yield* define(counter)
    const slices = counter.slices.map(({ end, amount }) => [end, amount] as const)
    yield ['committed', counter.number, counter.committed, slices]
    if (counter.raised > 0) yield raisedEntry(counter)
  }
  for (const [id, { at, value }] of book.lost.entries()) {
    const charges = value.map((charge) => ({ charge, counter: currentCounter(book, charge) }))
    for (const { counter } of charges) yield* define(counter)
    yield [
      'lost',
      at,
      id,
      charges.map(({ charge, counter }) => {
        const { amount, slice } = charge
        return book.stillCharged(charge) ? [counter.number, amount, slice] : [counter.number, amount, slice, 'gone']
      }),
    ]
  }
  for (const [id, { at }] of book.charged.entries()) yield ['charged', at, id]
  for (const counter of book.counters.values()) counter.journaled = defined.has(counter.number)
}

/** The entry that gives a counter's bucket its number. */
export function defineBucket({ number, bucket, limit }: Counter): Entry {
  return ['bucket', number, bucket.key, bucket.budget, bucket.window, limit]
}

/** The entry that says by how much a counter's limit is raised. */
export function raisedEntry({ number, raised, raisedUntil }: Counter): Entry {
  return ['raised', number, raised, Number.isFinite(raisedUntil) ? raisedUntil : null]
}

function currentCounter(book: Book, { counter }: LostCharge): Counter {
  return book.counters.get(counter.bucket.key) ?? counter
}
