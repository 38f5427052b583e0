import type { PoolMember } from '../../../io/credentials/pool.js'
import { createPool } from '../../../io/credentials/pool.js'
import { countQuota } from '../../../io/credentials/pool-quota.js'
import { createKeyRest } from '../../../io/credentials/pool-rest.js'
import type { PooledKey, RestSettings } from '../../../io/credentials/pool-settings.js'

export const RESTS: RestSettings = { coolDown: 0, maxCoolDown: 300_000 }

/** A clock that a test turns; both of its readings move together. */
export function handClock(start = Date.parse('2026-01-31T12:00:00Z')) {
  const clock = {
    time: start,
    now: () => clock.time,
    monotonic: () => clock.time - start + 1,
    pass(ms: number) {
      clock.time += ms
    },
  }
  return clock
}

export type HandClock = ReturnType<typeof handClock>

/** A key with a weight of 1. */
export const pooled = (name: string, more: Partial<PooledKey> = {}): PooledKey => ({
  ...{ name, key: `secret-of-${name}`, weight: 1, priority: 1 },
  ...more,
})

/** A pool with the standing of each of its keys, and what it told of them. */
export function poolOf(keys: readonly PooledKey[], clock: HandClock, random: () => number = () => 0) {
  const told: string[] = []
  const members = keys.map(
    (settings): PoolMember => ({
      settings,
      rest: createKeyRest(clock, {
        refused: (as, rest) => told.push(`${settings.name} ${as} ${rest}`),
        restored: () => told.push(`${settings.name} restored`),
      }),
      users: { count: 0 },
      ...(settings.quota && { quota: countQuota('p', settings.name, settings.quota, clock) }),
    }),
  )
  return { pool: createPool({ provider: 'p', members, rests: RESTS, clock, random }), members, told }
}
