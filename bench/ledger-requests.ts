import type { Bucket, Claim, Lease, Window } from '../policies/budget/ledger.js'

/** One request's share of a ledger's work: what is reserved for it, and what it turns out to have used. */
export interface LedgerRequest {
  readonly lease: Lease
  readonly used: readonly number[]
}

const KEYS = 1000
const TEAMS = 20
/** Never reached: a refusal does less work than an admission. */
const LIMIT = 2 ** 50
/** What a request claims: its key's budget, the whole hierarchy, or that with a rolling window for the user. */
export type Claims = 'key' | 'hierarchy' | 'rolling'

/** The users, and the slices of the rolling window that each has; a slice's length is in ms. */
export const USERS = 200
export const SLICES = 20
export const SLICE = 180_000

/** Nano-dollars that a request uses, and that are reserved for it. */
export const USED = 2_500_000
const AMOUNT = 40_000_000
const TTL = 600_000
const DAY = 86_400_000

/**
 * `count` requests of a thousand keys, each key in one of 200 users' hands, each user in one of 20 teams of one organization:
 * four claims, or one of the key alone. Ids begin with `series` and are unique within
 * it; `now` (ms since the epoch) is in the middle of the calendar windows.
 */
export function ledgerRequests(series: string, count: number, claims: Claims, now: number): readonly LedgerRequest[] {
  const chains = Array.from({ length: KEYS }, (_, key) => claimsOf(key, claims, now))
  const used = Array.from({ length: claims === 'key' ? 1 : 4 }, () => USED)
  return Array.from({ length: count }, (_, n) => {
    const id = `${series}-4000-8000-${String(n).padStart(12, '0')}`
    return { lease: { id, claims: chains[n % KEYS] ?? [], ttl: TTL, onLost: 'charge' }, used }
  })
}

function claimsOf(key: number, claims: Claims, now: number): readonly Claim[] {
  const calendar: Window = { kind: 'calendar', start: now - DAY, end: now + DAY }
  const rolling: Window = { kind: 'rolling', length: SLICES * SLICE, slices: SLICES }
  const buckets: readonly Bucket[] = [
    { key: `per-key/${key}`, budget: 'per-key', window: calendar },
    claims === 'rolling'
      ? { key: `rolling/${key % USERS}`, budget: 'rolling', window: rolling }
      : { key: `per-user/${key % USERS}`, budget: 'per-user', window: calendar },
    { key: `per-team/${key % TEAMS}`, budget: 'per-team', window: calendar },
    { key: 'organization', budget: 'organization', window: { kind: 'life' } },
  ]
  const asked = claims === 'key' ? buckets.slice(0, 1) : buckets
  return asked.map((bucket) => ({ bucket, amount: AMOUNT, limit: LIMIT, mode: 'hard', onStoreDown: 'refuse' }))
}
