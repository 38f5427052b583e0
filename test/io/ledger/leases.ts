import type { Bucket, Claim, Lease, Window } from '../../../policies/budget/ledger.js'

/** Buckets, claims and leases as the tests of the ledgers make them. */
export const bucketOf = (window: Window, key = 'team:llm', budget = 'team'): Bucket => ({ key, budget, window })
export const claimOf = (bucket: Bucket, amount: number, limit = 100, mode: Claim['mode'] = 'hard'): Claim => ({
  bucket,
  amount,
  limit,
  mode,
  onStoreDown: 'refuse',
})
export const leaseOf = (id: string, claims: readonly Claim[], rest: Partial<Lease> = {}): Lease => ({
  id,
  claims,
  ttl: 10_000,
  onLost: 'charge',
  ...rest,
})
