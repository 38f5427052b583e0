import type { Bucket } from '../../policies/budget/ledger.js'
import type { Charge, Entry, Share } from './journal-entry.js'
import type { Book, OpenLease } from './memory-book.js'
import type { Counter } from './memory-counter.js'

/** A charge of then is not taken back from a counter of now. */
const BEFORE_ANY_RESET = -1

/** Returns what does to an (at first empty) book what each entry of a journal says, in their order; throws on one that it does not know. */
export function createReplay(book: Book): (entry: Entry) => void {
  const numbered = new Map<number, Counter>()

  const counter = (number: number): Counter => {
    const found = numbered.get(number)
    if (!found) throw new Error(`bucket ${number} was not named`)
    return found
  }
  const claimed = (claims: readonly Share[]) => {
    const counters = claims.map(([number, , limit]) => {
      const found = counter(number)
      found.limit = limit
      return found
    })
    return { counters, amounts: claims.map(([, amount]) => amount) }
  }
  const withLease = (id: string, change: (lease: OpenLease) => void) => {
    const lease = book.leases.get(id)
    if (lease) change(lease)
  }
  const name = (number: number, bucket: Bucket, limit: number) => {
    const named = numbered.get(number) ?? book.add(number, bucket)
    named.bucket = bucket
    named.limit = limit
    numbered.set(number, named)
  }
  const restore = (found: Counter, committed: number, slices: readonly (readonly [number, number])[]) => {
    found.committed = committed
    for (const [end, amount] of slices) found.slices.push({ end, amount })
  }
  const lostCharge = ([number, amount, slice, gone]: Charge) => {
    const found = counter(number)
    return { counter: found, amount, slice, resets: gone ? BEFORE_ANY_RESET : found.resets }
  }

  return (entry) => {
    switch (entry[0]) {
      case 'bucket':
        return name(entry[1], { key: entry[2], budget: entry[3], window: entry[4] }, entry[5])
      case 'limit':
        counter(entry[1]).limit = entry[2]
        return
      case 'reserve': {
        const [, at, id, ttl, onLost, claims] = entry
        return book.open({ id, ttl, onLost, terms: [], ...claimed(claims) }, at)
      }
      case 'extend': {
        const [, at, id, ttl, amounts] = entry
        return withLease(id, (lease) => book.extend(lease, amounts, at + ttl))
      }
      case 'dispatched':
        return withLease(entry[1], (lease) => {
          lease.dispatched = true
        })
      case 'renew': {
        const [, at, id, ttl, used] = entry
        return withLease(id, (lease) => book.renew(lease, used, at + ttl))
      }
      case 'settle': {
        const [, at, id, used] = entry
        book.settle(id, used, at)
        return
      }
      case 'lose':
        return withLease(entry[2], (lease) => book.lose(lease, entry[1]))
      case 'charge': {
        const { counters, amounts } = claimed(entry[3])
        return book.charge(entry[2], counters, amounts, entry[1])
      }
      case 'reset':
        book.reset(counter(entry[1]))
        return
      case 'raised': {
        const found = counter(entry[1])
        found.raised = entry[2]
        found.raisedUntil = entry[3] ?? Number.POSITIVE_INFINITY
        return
      }
      case 'committed':
        return restore(counter(entry[1]), entry[2], entry[3])
      case 'lost':
        return book.lost.add(entry[2], entry[3].map(lostCharge), entry[1])
      case 'charged':
        return book.charged.add(entry[2], true, entry[1])
      default:
        entry satisfies never
        throw new Error('unknown entry')
    }
  }
}
