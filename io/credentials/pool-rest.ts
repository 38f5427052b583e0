import type { Clock } from '../../core/clock.js'
import type { KeyNews } from '../../core/key-pool.js'
import type { RestSettings } from './pool-settings.js'

/** How one key stands with its provider. */
export interface KeyRest {
  /** Milliseconds until it may be used; 0 where it may be now. */
  left(): number
  /** Whether the provider has refused it and not served it since: one attempt at a time may find out. */
  isDoubtful(): boolean
  /**
   * Takes in what an attempt that began at `since` (clock reading) has learned. An attempt that began before the rest of now says
   * nothing about what is after it.
   */
  hear(news: KeyNews, since: number, settings: RestSettings): void
  /** Forgets that it was refused. */
  clear(): void
}

export interface KeyRestHooks {
  /** A key that was taken before is not taken any more; `rest` is in milliseconds. Told once until it is served again. */
  refused(as: Extract<KeyNews, { kind: 'refused' }>['as'], rest: number): void
  /** It is served again after that. */
  restored(): void
}

/** All in milliseconds. */
const LEAST_UNTOLD = 5_000
const LEAST_TOLD = 1_000
const FIRST_REFUSAL = 60_000
const LONGEST_REFUSAL = 3_600_000

/**
 * A limited key rests for as long as the provider says, at most `maxCoolDown`; where it does not say, for `coolDown`, at least 5 s,
 * twice that when it happens again right after, and so on up to `maxCoolDown`. A refused one rests a minute, then two, up to an hour.
 */
export function createKeyRest(clock: Pick<Clock, 'monotonic'>, hooks: KeyRestHooks): KeyRest {
  let limitedUntil = 0
  let refusedUntil = 0
  /** When the latest rest began. */
  let restedAt = Number.NEGATIVE_INFINITY
  let untold = 0
  let refusals = 0

  const limit = (seconds: number | undefined, { coolDown, maxCoolDown }: RestSettings) => {
    const now = clock.monotonic()
    if (seconds === undefined) untold += 1
    const base = Math.max(coolDown, LEAST_UNTOLD)
    const longest = Math.max(maxCoolDown, LEAST_UNTOLD)
    const asked =
      seconds === undefined ? base * 2 ** Math.min(untold - 1, MOST_DOUBLINGS) : Math.max(seconds * 1000, LEAST_TOLD)
    restedAt = now
    limitedUntil = Math.max(limitedUntil, now + Math.min(asked, longest))
  }

  const refuse = (as: Extract<KeyNews, { kind: 'refused' }>['as']) => {
    const now = clock.monotonic()
    const rest = Math.min(FIRST_REFUSAL * 2 ** Math.min(refusals, MOST_DOUBLINGS), LONGEST_REFUSAL)
    refusals += 1
    restedAt = now
    refusedUntil = now + rest
    if (refusals === 1) hooks.refused(as, rest)
  }

  return {
    left: () => Math.max(0, Math.max(limitedUntil, refusedUntil) - clock.monotonic()),
    isDoubtful: () => refusals > 0,
    hear(news, since, settings) {
      const isStale = since <= restedAt
      switch (news.kind) {
        case 'served':
          if (isStale) return
          if (refusals > 0) hooks.restored()
          untold = 0
          refusals = 0
          return
        case 'limited':
          // What is said now holds for whoever asked at the same time, too; only guesses must not add up.
          if (!isStale || news.seconds !== undefined) limit(news.seconds, settings)
          return
        case 'refused':
          if (!isStale || refusals === 0) refuse(news.as)
          return
      }
    },
    clear() {
      refusals = 0
      refusedUntil = 0
    },
  }
}

/** Enough to reach every longest rest. */
const MOST_DOUBLINGS = 20
