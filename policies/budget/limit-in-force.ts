import type { BucketState, Claim } from './ledger.js'

/** What a claim's bucket may hold: its limit, with what that is raised by. */
export function limitInForce({ limit }: Pick<Claim, 'limit'>, state: Pick<BucketState, 'raised'> | undefined): number {
  return limit + (state?.raised ?? 0)
}
