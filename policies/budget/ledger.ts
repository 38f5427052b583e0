/**
 * The port to where spending is counted. A reservation (a lease) holds amounts in several buckets at once, all or nothing, until
 * it is settled with what was really used. Amounts are integers in a bucket's own unit (nano-dollars, tokens, requests) and at
 * most 2^53 - 1, so that a store that counts in doubles stays exact.
 *
 * For every bucket with a hard limit, after every operation: committed + reserved <= limit, but for what `settle` and `charge`
 * had to add beyond its reservation. A reservation is refused only if committed + reserved + its own amount > limit.
 */
export interface Ledger {
  /**
   * Holds every claim's amount, or none. Leases that are over are closed first (see `Lease.onLost`).
   * Rejects with `LedgerUnavailable` when the store does not answer in time.
   */
  reserve(lease: Lease): Reservation | Promise<Reservation>
  /** Adds amounts (one per claim, in the lease's order) to a lease that is open, all or nothing; also renews it. */
  extend(id: string, amounts: readonly number[], ttl: number): Extension | Promise<Extension>
  /** A provider has been asked: from here on a lost lease has cost something. */
  dispatched(id: string): void | Promise<void>
  /**
   * What must be waited for before the provider is asked, so that a crash of this process finds it dispatched; nothing where a store of
   * its own keeps it. Never rejects.
   */
  kept?(): void | Promise<void>
  /** Keeps a lease alive for `ttl` more milliseconds; `used` is charged (one per claim) if the lease is lost after this. */
  renew(id: string, used: readonly number[], ttl: number): void | Promise<void>
  /**
   * Ends a lease: its reservation is replaced by what was used, one amount per claim; all zero releases it. Idempotent. A lease
   * that was closed as lost before is corrected to `used`. An unknown id changes nothing.
   */
  settle(id: string, used: readonly number[]): void | Promise<void>
  /**
   * Adds amounts without asking: what was used while the store was away. Once per id.
   */
  charge(id: string, claims: readonly Claim[]): void | Promise<void>
  /**
   * Closes a lease as lost at once, if it is open, whose process is known to be gone. Gives what that, or the loss before, has charged
   * its claims, in their order; undefined for an id that is not known (settled, or lost for longer than a day). Idempotent.
   */
  lose(id: string): readonly LostAmount[] | undefined | Promise<readonly LostAmount[] | undefined>
  /** The ids of leases that begin so, of those that are open or were lost within a day; in no order. Looks at all: for recovery only. */
  leases(prefix: string): readonly string[] | Promise<readonly string[]>
  /** What the given buckets hold now, in their order. */
  read(buckets: readonly Bucket[]): readonly BucketState[] | Promise<readonly BucketState[]>
  /** Every bucket that holds something and whose window has not ended, in no order. `budget` narrows it. */
  list(budget?: string): readonly BucketState[] | Promise<readonly BucketState[]>
  /** Sets what is committed to a bucket to zero; reservations stay. Gives how much that was; false when there is no such bucket. */
  reset(bucket: string): number | false | Promise<number | false>
  /**
   * Raises the limit of a bucket beyond that of its claims: until its calendar window ends, of a rolling one for its length from
   * now, of one for life for good. What is raised adds up, and never goes below zero. Undefined when there is no such bucket.
   */
  raise(bucket: string, change: Raise): Raised | undefined | Promise<Raised | undefined>
  close(): Promise<void>
}

/** A limit's counter for one subject in one window. */
export interface Bucket {
  /** Unique and stable over processes and restarts: the limit's name, its subject, and for calendar windows their start. */
  readonly key: string
  /** The name of the budget or limit that it belongs to. */
  readonly budget: string
  readonly window: Window
}

/** Milliseconds; times are since the epoch. */
export type Window =
  | { readonly kind: 'calendar'; readonly start: number; readonly end: number }
  /** The last `length` ms, kept in `slices` equal slices that begin at multiples of their length; a slice counts until all of it has passed. */
  | { readonly kind: 'rolling'; readonly length: number; readonly slices: number }
  | { readonly kind: 'life' }

export interface Claim {
  readonly bucket: Bucket
  readonly amount: number
  readonly limit: number
  /** `soft` limits are counted and never refuse. */
  readonly mode: 'hard' | 'soft'
  /** For a `Ledger` that stands in for a store that does not answer. */
  readonly onStoreDown: 'refuse' | 'admit' | 'local-share'
}

export interface Lease {
  readonly id: string
  readonly claims: readonly Claim[]
  /** Milliseconds without news after which the lease counts as lost. */
  readonly ttl: number
  /**
   * What becomes of a lost lease that was dispatched: `charge` commits what was last reported as used, in full when nothing was;
   * `release` frees it. One that was never dispatched is always released.
   */
  readonly onLost: 'charge' | 'release'
}

/** `by` so much, or so that the limit is `to`; in the bucket's unit. */
export interface Raise {
  readonly kind: 'by' | 'to'
  readonly amount: number
}

/** The limit in force, and until when it is raised (ms since the epoch); absent for good, or where nothing is. */
export interface Raised {
  readonly limit: number
  readonly until?: number
}

/** What the loss of a lease has charged a bucket, by its key. */
export type LostAmount = readonly [bucket: string, amount: number]

export type Reservation =
  | { readonly kind: 'reserved'; readonly states: readonly BucketState[] }
  | {
      readonly kind: 'exhausted'
      /** The claims that did not fit, as indices. */
      readonly refusing: readonly number[]
      /** All buckets of the lease, in order, as they were found. */
      readonly states: readonly BucketState[]
    }
  /** By the store's clock a calendar window of the lease has ended or not begun; make the lease anew for `now`. */
  | { readonly kind: 'other-window'; readonly now: number }

export type Extension =
  | { readonly kind: 'extended' }
  | { readonly kind: 'exhausted'; readonly refusing: readonly number[] }
  /** The lease is not open any more. */
  | { readonly kind: 'closed' }

export interface BucketState {
  readonly bucket: Bucket
  readonly committed: number
  readonly reserved: number
  /** The limit of the latest claim, with what it is raised by. */
  readonly limit: number
  /** How much of the limit is not that of the claim; absent where nothing is. */
  readonly raised?: number
  /** Milliseconds until something that is committed now leaves the window; absent for buckets that last. */
  readonly freesIn?: number
}

/** The store did not answer: it is down, hung, or its circuit is open. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable'
}
