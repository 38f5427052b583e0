import type { Clock } from '../../core/clock.js'
import {
  type BucketState,
  type Claim,
  type Extension,
  type Lease,
  type Ledger,
  LedgerUnavailable,
  type Reservation,
} from '../../policies/budget/ledger.js'
import type { PendingCall } from './pending.js'

/**
 * Admits requests for a store that does not answer, as their claims' `onStoreDown` says. Its leases live here until they are
 * settled.
 */
export interface StandIn {
  /** Whether the lease is open here. */
  has(id: string): boolean
  /**
   * Throws `LedgerUnavailable` when a claim wants the store. Buckets that are not counted here are reported as holding only this
   * lease.
   */
  reserve(lease: Lease, cause: unknown): Promise<Reservation>
  extend(id: string, amounts: readonly number[], ttl: number): Promise<Extension>
  dispatched(id: string): Promise<void>
  renew(id: string, used: readonly number[], ttl: number): Promise<void>
  /** Ends a lease. Returns what the store has to be told, if anything was used. */
  settle(id: string, used: readonly number[]): Promise<PendingCall | undefined>
  /** Forgets leases without news for an hour beyond their ttl. Returns what the store has to be told about them. */
  forget(): readonly PendingCall[]
  /** The store has been told everything: the next outage starts with empty counters, but for the leases still open here. */
  recovered(): void
  close(): Promise<void>
}

export interface StandInOptions {
  /** Makes an empty ledger in memory. */
  readonly local: () => Ledger
  /** The part of a limit, 0 to 1, that a `local-share` claim may use here. */
  readonly share: number
  readonly clock: Clock
}

interface OpenLease {
  readonly lease: Lease
  /** The claims that are counted on the local ledger, as indices. */
  readonly shared: readonly number[]
  readonly dispatched: boolean
  /** As last reported. */
  readonly used: readonly number[] | undefined
  readonly heard: number
}

/** Milliseconds beyond a lease's ttl. */
export const FORGET_AFTER = 3_600_000

/** Whether a lease can do without the store. */
export function canDoWithout(claims: readonly Claim[]): boolean {
  return claims.every((claim) => claim.mode === 'soft' || claim.onStoreDown !== 'refuse')
}

/** Throws a RangeError for a share that is none. */
export function createStandIn({ local, share, clock }: StandInOptions): StandIn {
  if (!(share >= 0 && share <= 1)) throw new RangeError('share is a number from 0 to 1')
  // In the order of the last news.
  const open = new Map<string, OpenLease>()
  let current: Promise<Ledger> | undefined
  let emptyNext = false

  const keep = (held: OpenLease) => {
    open.delete(held.lease.id)
    open.set(held.lease.id, held)
  }
  const sharedClaims = ({ lease, shared }: OpenLease): readonly Claim[] =>
    pick(lease.claims, shared).map((claim) => ({ ...claim, limit: Math.floor(claim.limit * share) }))

  const emptyLedger = async (old: Promise<Ledger> | undefined, carried: readonly OpenLease[]) => {
    const ledger = local()
    for (const held of carried) {
      // They were admitted before, so that they must not be refused now.
      const claims = sharedClaims(held).map((claim): Claim => ({ ...claim, mode: 'soft' }))
      await ledger.reserve({ ...held.lease, claims })
      if (held.dispatched) await ledger.dispatched(held.lease.id)
    }
    await quietly(async () => (await old)?.close())
    return ledger
  }
  const ledgerForReserve = () => {
    if (current && !emptyNext) return current
    emptyNext = false
    current = emptyLedger(
      current,
      [...open.values()].filter((held) => held.shared.length > 0),
    )
    return current
  }
  /** Nothing that the local ledger does to a lease may hurt the request. */
  const tell = async (held: OpenLease, run: (ledger: Ledger) => void | Promise<void>) => {
    const ledger = current
    if (held.shared.length > 0 && ledger) await quietly(async () => run(await ledger))
  }
  const reserveShared = async (held: OpenLease): Promise<Reservation> => {
    try {
      const ledger = await ledgerForReserve()
      return await ledger.reserve({ ...held.lease, claims: sharedClaims(held) })
    } catch (cause) {
      emptyNext = true
      throw new LedgerUnavailable('neither the store nor the local ledger answers', { cause })
    }
  }

  const extendShared = async (held: OpenLease, amounts: readonly number[], ttl: number): Promise<Extension> => {
    if (!current || amounts.length === 0) return { kind: 'extended' }
    try {
      const ledger = await current
      return await ledger.extend(held.lease.id, amounts, ttl)
    } catch {
      return { kind: 'extended' }
    }
  }

  return {
    has: (id) => open.has(id),
    async reserve(lease, cause) {
      if (!canDoWithout(lease.claims))
        throw new LedgerUnavailable('the store of the budgets does not answer', { cause })
      const shared = lease.claims.flatMap((claim, index) =>
        claim.mode === 'hard' && claim.onStoreDown === 'local-share' ? [index] : [],
      )
      const held: OpenLease = { lease, shared, dispatched: false, used: undefined, heard: clock.monotonic() }
      if (shared.length === 0) {
        keep(held)
        return { kind: 'reserved', states: statesOf(lease, shared, [], 'reserved') }
      }
      const found = await reserveShared(held)
      switch (found.kind) {
        case 'reserved':
          keep(held)
          return { kind: 'reserved', states: statesOf(lease, shared, found.states, 'reserved') }
        case 'exhausted': {
          const states = statesOf(lease, shared, found.states, 'refused')
          return { kind: 'exhausted', refusing: pick(shared, found.refusing), states }
        }
        case 'other-window':
          return found
      }
    },
    async extend(id, amounts, ttl) {
      const held = open.get(id)
      if (!held) return { kind: 'closed' }
      const found = await extendShared(held, pick(amounts, held.shared), ttl)
      if (found.kind === 'exhausted') return { kind: 'exhausted', refusing: pick(held.shared, found.refusing) }
      const now = open.get(id)
      if (found.kind === 'closed' || !now) return { kind: 'closed' }
      const claims = now.lease.claims.map((claim, n) => ({ ...claim, amount: claim.amount + (amounts[n] ?? 0) }))
      keep({ ...now, lease: { ...now.lease, claims, ttl }, heard: clock.monotonic() })
      return found
    },
    async dispatched(id) {
      const held = open.get(id)
      if (!held) return
      keep({ ...held, dispatched: true, heard: clock.monotonic() })
      await tell(held, (ledger) => ledger.dispatched(id))
    },
    async renew(id, used, ttl) {
      const held = open.get(id)
      if (!held) return
      keep({ ...held, used, lease: { ...held.lease, ttl }, heard: clock.monotonic() })
      await tell(held, (ledger) => ledger.renew(id, pick(used, held.shared), ttl))
    },
    async settle(id, used) {
      const held = open.get(id)
      if (!held) return undefined
      open.delete(id)
      await tell(held, (ledger) => ledger.settle(id, pick(used, held.shared)))
      return chargeFor(held.lease, used)
    },
    forget() {
      const calls: PendingCall[] = []
      for (const held of open.values()) {
        if (clock.monotonic() - held.heard < held.lease.ttl + FORGET_AFTER) break
        open.delete(held.lease.id)
        const costs = held.dispatched && held.lease.onLost === 'charge'
        const used = held.used ?? held.lease.claims.map((claim) => claim.amount)
        const call = costs ? chargeFor(held.lease, used) : undefined
        if (call) calls.push(call)
      }
      return calls
    },
    recovered() {
      emptyNext = true
    },
    async close() {
      await quietly(async () => (await current)?.close())
    },
  }
}

/** Under an id of its own: the store may know the lease's id from a reservation that it answered too late. */
function chargeFor(lease: Lease, used: readonly number[]): PendingCall | undefined {
  const claims = lease.claims.map((claim, index) => ({ ...claim, amount: used[index] ?? 0 }))
  return claims.some((claim) => claim.amount > 0) ? { kind: 'charge', id: `${lease.id}:away`, claims } : undefined
}

function statesOf(
  lease: Lease,
  shared: readonly number[],
  known: readonly BucketState[],
  outcome: 'reserved' | 'refused',
): readonly BucketState[] {
  const states = new Map(shared.map((index, position) => [index, known[position]]))
  return lease.claims.map(
    ({ bucket, amount, limit }, index) =>
      states.get(index) ?? { bucket, committed: 0, reserved: outcome === 'reserved' ? amount : 0, limit },
  )
}

function pick<T>(values: readonly T[], indices: readonly number[]): readonly T[] {
  return indices.flatMap((index) => {
    const value = values[index]
    return value === undefined ? [] : [value]
  })
}

async function quietly(run: () => void | Promise<void>): Promise<void> {
  try {
    await run()
  } catch {
    // The local ledger only bounds what is spent meanwhile; the amounts themselves are in the leases.
  }
}
