import type { Clock } from '../../core/clock.js'
import { GatewayError } from '../../core/errors.js'
import type { KeyPool, TakenKey } from '../../core/key-pool.js'
import type { QuotaCount } from './pool-quota.js'
import type { KeyRest } from './pool-rest.js'
import type { PooledKey, RestSettings } from './pool-settings.js'

/** A key of a pool with what is known of it, which outlives a configuration. */
export interface PoolMember {
  readonly settings: PooledKey
  readonly rest: KeyRest
  /** Absent for a key without one. */
  readonly quota?: QuotaCount
  /** How many attempts have it. */
  readonly users: { count: number }
}

export interface PoolOptions {
  /** The provider's name, for errors. */
  readonly provider: string
  readonly members: readonly PoolMember[]
  readonly rests: RestSettings
  readonly clock: Pick<Clock, 'monotonic'>
  /** In [0, 1). */
  readonly random: () => number
}

/** Milliseconds that others wait for what the one attempt finds out that a doubtful key is given to. */
const PROBE = 1000

/**
 * The pool of one provider. Of the keys that neither rest nor are over their quota, those with the lowest `priority` are chosen from
 * at random, each with a chance in proportion to its weight and to the part of its quota that is left.
 */
export function createPool({ provider, members, rests, clock, random }: PoolOptions): KeyPool {
  const usable = (except: readonly string[]) =>
    members.filter((member) => untilUsable(member) === 0 && !except.includes(member.settings.name))

  const taken = ({ settings, rest, quota, users }: PoolMember): TakenKey => {
    const since = clock.monotonic()
    let state: 'open' | 'over' = 'open'
    const end = (finish: () => void) => {
      if (state === 'over') return
      state = 'over'
      users.count -= 1
      finish()
    }
    users.count += 1
    quota?.begun()
    return {
      name: settings.name,
      apiKey: settings.key,
      rests: () => rest.left() > 0,
      heard: (news) => rest.hear(news, since, rests),
      cleared: rest.clear,
      settle: (used) => end(() => quota?.ended(used)),
      giveBack: () => end(() => quota?.takenBack()),
    }
  }

  return {
    ready: (except) => usable(except).length,
    take(except) {
      const chosen = choose(usable(except), random())
      return chosen && taken(chosen)
    },
    refusal() {
      const wait = Math.min(...members.map(untilUsable))
      if (wait === 0) return undefined
      return new GatewayError('rate_limit_exceeded', `Every key of the provider '${provider}' rests or is used up.`, {
        retryAfter: wait / 1000,
      })
    },
  }
}

/** In milliseconds. */
function untilUsable({ rest, quota, users }: PoolMember): number {
  const spent = quota && !quota.allows() ? quota.left() : 0
  const probed = rest.isDoubtful() && users.count > 0 ? PROBE : 0
  return Math.max(rest.left(), spent, probed)
}

function choose(usable: readonly PoolMember[], random: number): PoolMember | undefined {
  const first = Math.min(...usable.map(({ settings }) => settings.priority))
  const candidates = usable.filter(({ settings }) => settings.priority === first)
  const chances = candidates.map(({ settings, quota }) => settings.weight * (1 - (quota?.share() ?? 0)))
  let point = random * chances.reduce((sum, chance) => sum + chance, 0)
  return (
    candidates.find((_, index) => {
      point -= chances[index] ?? 0
      return point < 0
    }) ?? candidates.at(-1)
  )
}
