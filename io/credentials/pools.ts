import type { Clock } from '../../core/clock.js'
import type { KeyNews } from '../../core/key-pool.js'
import type { Credentials } from '../../core/provider.js'
import type { Ledger } from '../../policies/budget/ledger.js'
import type { Schedule } from '../ledger/deadline.js'
import { createPool, type PoolMember } from './pool.js'
import { countQuota, type QuotaCount } from './pool-quota.js'
import { createKeyRest, type KeyRest } from './pool-rest.js'
import type { PooledKey, RestSettings } from './pool-settings.js'
import { type QuotaSync, syncQuotas } from './pool-sync.js'

/** The pools of all providers of one process. */
export interface KeyPools {
  /** Credentials of a provider with these keys; a key that was there before stands as it stood. */
  for(provider: string, keys: readonly PooledKey[], rests: RestSettings): Credentials
  /**
   * These are the configured pools now: what is known of other keys is forgotten. What quotas count is kept in `ledger`, which is
   * asked for where a key has one.
   */
  adopt(pools: Iterable<readonly [provider: string, keys: readonly PooledKey[]]>, ledger: () => QuotaLedger): void
  /** The keys of the configured pools. */
  keys(): readonly KeyState[]
  /** Tells the ledger what it has not been told, and nothing more from then on. */
  close(): Promise<void>
}

/** What of a ledger counts quotas. */
export type QuotaLedger = Pick<Ledger, 'charge' | 'read'>

export interface KeyState {
  readonly provider: string
  readonly key: string
  /** `spent`: over its quota. */
  readonly state: 'ready' | 'resting' | 'spent'
}

export interface KeyPoolOptions {
  readonly clock: Clock
  readonly schedule: Schedule
  /** In [0, 1). */
  readonly random: () => number
  newId(): string
  readonly hooks: KeyPoolHooks
}

/** Must not throw. */
export interface KeyPoolHooks {
  /** A provider does not take a key any more, which rests for so many milliseconds; once until it does. */
  refused(provider: string, key: string, as: Extract<KeyNews, { kind: 'refused' }>['as'], rest: number): void
  restored(provider: string, key: string): void
  /** The ledger could not be told or asked; once until it can. */
  failed(error: unknown): void
}

interface Standing {
  readonly rest: KeyRest
  readonly users: { count: number }
}

/** One per process: how keys stand outlives a configuration. */
export function createKeyPools({ clock, schedule, random, newId, hooks }: KeyPoolOptions): KeyPools {
  const standings = new Map<string, Standing>()
  const quotas = new Map<string, QuotaCount>()
  let adopted: readonly (readonly [provider: string, member: PoolMember])[] = []
  let sync: QuotaSync | undefined

  const standingOf = (provider: string, { name, key }: PooledKey): Standing =>
    kept(standings, standingId(provider, name, key), () => ({
      rest: createKeyRest(clock, {
        refused: (as, rest) => hooks.refused(provider, name, as, rest),
        restored: () => hooks.restored(provider, name),
      }),
      users: { count: 0 },
    }))

  const memberOf = (provider: string, settings: PooledKey): PoolMember => {
    const { name, quota } = settings
    const count = quota && kept(quotas, quotaId(provider, settings), () => countQuota(provider, name, quota, clock))
    return { settings, ...standingOf(provider, settings), ...(count && { quota: count }) }
  }

  return {
    for(provider, keys, rests) {
      const members = keys.map((settings) => memberOf(provider, settings))
      const pool = createPool({ provider, members, rests, clock, random })
      return { pool, unavailable: pool.refusal }
    },
    adopt(pools, ledger) {
      adopted = [...pools].flatMap(([provider, keys]) =>
        keys.map((settings) => [provider, memberOf(provider, settings)] as const),
      )
      const known = adopted.map(([provider, { settings }]) => ({ provider, settings }))
      keepOnly(
        standings,
        known.map(({ provider, settings }) => standingId(provider, settings.name, settings.key)),
      )
      keepOnly(
        quotas,
        known.map(({ provider, settings }) => quotaId(provider, settings)),
      )
      if (quotas.size === 0) return
      sync ??= syncQuotas({
        ledger: ledger(),
        schedule,
        newId,
        failed: hooks.failed,
        counts: () => [...quotas.values()],
      })
      sync.now()
    },
    keys: () =>
      adopted.map(([provider, { settings, rest, quota }]) => ({
        provider,
        key: settings.name,
        state: rest.left() > 0 ? 'resting' : quota && !quota.allows() ? 'spent' : 'ready',
      })),
    close: async () => sync?.close(),
  }
}

const standingId = (...of: readonly [provider: string, name: string, key: string]) => JSON.stringify(of)

const quotaId = (provider: string, { name, quota }: PooledKey) => JSON.stringify([provider, name, quota])

function kept<Value>(values: Map<string, Value>, id: string, make: () => Value): Value {
  const value = values.get(id) ?? make()
  values.set(id, value)
  return value
}

function keepOnly(values: Map<string, unknown>, ids: readonly string[]): void {
  const wanted = new Set(ids)
  for (const id of values.keys()) if (!wanted.has(id)) values.delete(id)
}
