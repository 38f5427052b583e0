import type { Clock } from '../../core/clock.js'

/** Keeps callers from waiting for a service that does not answer. */
export interface Circuit {
  /** A call that may be made; undefined while the service rests. */
  enter(): CircuitCall | undefined
}

/** Exactly one of these is told how the call ended. */
export interface CircuitCall {
  succeeded(): void
  failed(): void
  /** It was given up by its caller, and says nothing. */
  abandoned(): void
}

/** Failures in a row that open it. */
const THRESHOLD = 5
/** Milliseconds. */
const FIRST_REST = 1000
const LONGEST_REST = 15_000

/**
 * Opens after five failures in a row. After a second one call is let through: when it succeeds all are, when it fails the rest is twice
 * as long, up to 15 s.
 */
export function createCircuit(clock: Pick<Clock, 'monotonic'>): Circuit {
  let failures = 0
  let rest = FIRST_REST
  let restsUntil: number | undefined
  let probe: 'none' | 'under way' = 'none'

  const succeeded = () => {
    failures = 0
    rest = FIRST_REST
    restsUntil = undefined
  }
  const ordinary: CircuitCall = {
    succeeded,
    failed() {
      failures++
      // Those that were on their way when it opened say nothing new.
      if (failures === THRESHOLD) restsUntil = clock.monotonic() + rest
    },
    abandoned() {},
  }
  const probing: CircuitCall = {
    succeeded() {
      probe = 'none'
      succeeded()
    },
    failed() {
      probe = 'none'
      rest = Math.min(rest * 2, LONGEST_REST)
      restsUntil = clock.monotonic() + rest
    },
    abandoned() {
      probe = 'none'
    },
  }

  return {
    enter() {
      if (restsUntil === undefined) return ordinary
      if (probe === 'under way' || clock.monotonic() < restsUntil) return undefined
      probe = 'under way'
      return probing
    },
  }
}
