import type { OpenLease } from './memory-book.js'

/** The leases that hold something, in the order in which they began. */
export interface OpenLeases {
  add(lease: OpenLease): void
  get(id: string): OpenLease | undefined
  has(id: string): boolean
  remove(id: string): void
  values(): Iterable<OpenLease>
}

/** None yet. What the map holds of a lease is emptied as it is removed, for the reason that `core/open-exchanges.ts` gives. */
export function createOpenLeases(): OpenLeases {
  const places = new Map<string, { lease: OpenLease | undefined }>()
  return {
    add: (lease) => void places.set(lease.id, { lease }),
    get: (id) => places.get(id)?.lease,
    has: (id) => places.has(id),
    remove(id) {
      const place = places.get(id)
      if (place) place.lease = undefined
      places.delete(id)
    },
    *values() {
      for (const { lease } of places.values()) if (lease) yield lease
    },
  }
}
