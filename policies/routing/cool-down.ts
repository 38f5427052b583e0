import type { ChatRequest } from '../../core/chat.js'
import type { Clock } from '../../core/clock.js'
import type { Failure } from '../../core/failure.js'
import { newsOf } from '../../core/key-pool.js'
import type { Call, Policy, Verdict } from '../../core/policy.js'
import type { Target } from '../../core/settings.js'

export interface CoolDownOptions {
  /** Milliseconds after a 429 or 5xx that named no time; 0 is off. */
  readonly coolDown: number
  /** The most that a Retry-After may ask for, in milliseconds. */
  readonly maxCoolDown: number
  readonly clock: Clock
  /** Until when each endpoint's model rests (clock milliseconds); outlives a configuration. */
  readonly resting: Map<string, number>
}

/**
 * Passes over targets that asked for a rest (`retry-after` on a 429, 408, 409 or 5xx) as long as the chain has another one. When all
 * rest, the chain stays as configured: a late answer beats none. What one of several keys was told is no reason: the key rests.
 */
export function coolDown({ coolDown, maxCoolDown, clock, resting }: CoolDownOptions): Policy {
  const rest = (failure: Failure) => {
    const { target, status, error } = failure
    if (error.code === 'upstream_refused') return
    if (failure.credential !== undefined && newsOf(failure) !== undefined) return
    const asked = error.retryAfter === undefined ? undefined : error.retryAfter * 1000
    const usual = status === 429 || (status !== undefined && status >= 500) ? coolDown : 0
    const duration = Math.min(asked ?? usual, maxCoolDown)
    if (duration > 0) resting.set(keyOf(target), clock.monotonic() + duration)
  }
  const isAwake = (target: Target) => {
    const until = resting.get(keyOf(target))
    if (until === undefined) return true
    if (until > clock.monotonic()) return false
    resting.delete(keyOf(target))
    return true
  }
  const admit = (request: ChatRequest, call: Call): Verdict => {
    const awake = resting.size === 0 ? call.targets : call.targets.filter(isAwake)
    const targets = awake.length > 0 ? awake : call.targets
    return { kind: 'continue', request, targets, watch: { failed: rest } }
  }
  return {
    name: 'cool-down',
    admit,
    explain(request, call) {
      const resting = call.targets.filter((target) => !isAwake(target)).map(({ name }) => name)
      return { verdict: admit(request, call), details: { resting } }
    },
  }
}

/** The same model behind another endpoint is another target. */
const keyOf = (target: Target) => `${target.upstream.cluster} ${target.model}`
