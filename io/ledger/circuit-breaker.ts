import type { Schedule } from './deadline.js'

/** Keeps callers from waiting for something that does not answer. */
export interface CircuitBreaker {
  /** `open`: do not call. */
  state(): 'closed' | 'open'
  /** Says how a call ended. While the circuit is open only the probe counts. */
  succeeded(): void
  failed(): void
  /** Probes now instead of after the cool-off; for the end of a process. */
  probeNow(): Promise<void>
  /** No probes by timer any more. */
  stop(): void
}

export interface CircuitBreakerOptions {
  /** Whether a cheap call succeeds. Must not reject, and must end. */
  readonly probe: () => Promise<boolean>
  /** Called at every change; must not throw. */
  readonly onState: (state: 'closed' | 'open') => void
  readonly schedule: Schedule
  /** In [0, 1). */
  readonly random: () => number
}

/** Failures in a row that open the circuit. */
const THRESHOLD = 3
/** Milliseconds. */
const FIRST_COOL_OFF = 100
const LONGEST_COOL_OFF = 5000

/**
 * Opens after three failures in a row. Then one probe at a time: after 100 ms, after twice that, and so on up to 5 s, each less up
 * to half of it at random, so that several processes do not probe in step. A probe that succeeds closes the circuit on trial: the
 * next failure opens it again, and the cool-off starts from 100 ms only after a call that succeeded.
 */
export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  let state: 'closed' | 'open' = 'closed'
  let failures = 0
  let coolOff = FIRST_COOL_OFF
  let cancel = () => {}
  let probing: Promise<void> | undefined
  let stopped = false

  const change = (to: 'closed' | 'open') => {
    state = to
    options.onState(to)
  }
  const wait = () => {
    if (stopped) return
    cancel = options.schedule(coolOff * (1 - options.random() / 2), () => void probe(), 'background')
    coolOff = Math.min(coolOff * 2, LONGEST_COOL_OFF)
  }
  const probeOnce = async () => {
    const answered = await options.probe()
    probing = undefined
    if (!answered) return wait()
    failures = THRESHOLD - 1
    change('closed')
  }
  const probe = () => {
    probing ??= probeOnce()
    return probing
  }

  return {
    state: () => state,
    succeeded() {
      if (state === 'open') return
      failures = 0
      coolOff = FIRST_COOL_OFF
    },
    failed() {
      if (state === 'open') return
      failures += 1
      if (failures < THRESHOLD) return
      change('open')
      wait()
    },
    async probeNow() {
      if (state === 'closed') return
      cancel()
      await probe()
    },
    stop() {
      stopped = true
      cancel()
    },
  }
}
