import type { Clock } from '../../core/clock.js'
import { FRESH_FOR, type KeyStoreHooks } from './key-store.js'

/** How old a view is, and who is told when that changes. */
export interface Freshness {
  /** The store has said what it holds; `at` is a monotonic time (ms) before it was asked. */
  confirmed(at: number): void
  state(): 'fresh' | 'stale'
}

/** A view that was never confirmed. */
export function createFreshness(clock: Clock, { onState }: Pick<KeyStoreHooks, 'onState'>): Freshness {
  let confirmedAt = Number.NEGATIVE_INFINITY
  let told: 'fresh' | 'stale' = 'stale'
  const state = () => {
    const now = clock.monotonic() - confirmedAt <= FRESH_FOR ? 'fresh' : 'stale'
    if (now !== told) {
      told = now
      onState(now)
    }
    return now
  }
  return {
    confirmed(at) {
      confirmedAt = Math.max(confirmedAt, at)
      state()
    },
    state,
  }
}
