import type { Clock } from '../../core/clock.js'
import type { KeyUse } from '../../core/key-pool.js'
import type { Bucket, BucketState, Claim } from '../../policies/budget/ledger.js'
import type { KeyQuota } from './pool-settings.js'

/** What one key has been used for in the windows of now, by all who share the store, as far as is known here. */
export interface QuotaCount {
  /** Whether one more request may be made. */
  allows(): boolean
  /** The used part of the quota that is used most, 0 and up. */
  share(): number
  /** Milliseconds until the windows of now end. */
  left(): number
  /** A request is about to be made. */
  begun(): void
  /** It was not made. */
  takenBack(): void
  ended(used: KeyUse): void
  /** What the store has not been told of yet, in claims; they stay in the count until `told`. */
  untold(): readonly Claim[]
  /** The store has these claims. */
  told(claims: readonly Claim[]): void
  buckets(): readonly Bucket[]
  /** What the store holds, of everybody. */
  known(states: readonly BucketState[]): void
}

const UNITS = ['requests', 'tokens', 'usd'] as const
type Unit = (typeof UNITS)[number]

interface Counter {
  readonly unit: Unit
  readonly limit: number
  /** In the store, as it was last seen. */
  stored: number
  /** Used here and not in that. */
  own: number
}

/**
 * Counts in windows that begin at multiples of their length since the epoch, so that all who share a store have the same. Buckets are
 * called `provider-keys/PROVIDER/UNIT/KEY/START`. What a window held is forgotten with it.
 */
export function countQuota(provider: string, key: string, quota: KeyQuota, clock: Pick<Clock, 'now'>): QuotaCount {
  let start = 0
  let counters: readonly Counter[] = []

  const current = (): readonly Counter[] => {
    const now = clock.now()
    const begin = now - (now % quota.per)
    if (begin !== start || counters.length === 0) {
      start = begin
      counters = UNITS.flatMap((unit) => {
        const limit = quota[unit]
        return limit === undefined ? [] : [{ unit, limit, stored: 0, own: 0 }]
      })
    }
    return counters
  }

  const bucketOf = (unit: Unit): Bucket => ({
    key: `provider-keys/${provider}/${unit}/${key}/${new Date(start).toISOString()}`,
    budget: `provider-keys/${provider}`,
    window: { kind: 'calendar', start, end: start + quota.per },
  })

  const add = (unit: Unit, amount: number) => {
    for (const counter of current()) {
      if (counter.unit === unit)
        counter.own = Math.min(Number.MAX_SAFE_INTEGER, Math.max(counter.own + amount, -counter.stored))
    }
  }

  return {
    allows: () => current().every(({ stored, own, limit }) => stored + own < limit),
    share: () => Math.max(0, ...current().map(({ stored, own, limit }) => (stored + own) / limit)),
    left: () => quota.per - (clock.now() % quota.per),
    begun: () => add('requests', 1),
    takenBack: () => add('requests', -1),
    ended({ tokens, cost = 0n }) {
      add('tokens', tokens)
      add('usd', Number(cost < MOST ? cost : MOST))
    },
    untold() {
      return current().flatMap(({ unit, limit, own }): readonly Claim[] =>
        own > 0 ? [{ bucket: bucketOf(unit), amount: own, limit, mode: 'soft', onStoreDown: 'admit' }] : [],
      )
    },
    told(claims) {
      for (const counter of current()) {
        const { key } = bucketOf(counter.unit)
        for (const { bucket, amount } of claims) {
          if (bucket.key !== key) continue
          counter.own -= amount
          counter.stored += amount
        }
      }
    },
    buckets: () => current().map(({ unit }) => bucketOf(unit)),
    known(states) {
      for (const counter of current()) {
        const { key } = bucketOf(counter.unit)
        const state = states.find(({ bucket }) => bucket.key === key)
        if (state) counter.stored = state.committed
      }
    },
  }
}

const MOST = BigInt(Number.MAX_SAFE_INTEGER)
