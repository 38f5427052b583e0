import type { Attempt } from './attempt.js'
import type { Clock } from './clock.js'
import type { GatewayError } from './errors.js'
import type { Failure } from './failure.js'
import type { Target } from './settings.js'

/** What an exchange keeps of an attempt, made or not. */
export type KeptAttempt = Omit<Attempt, 'request' | 'respond' | 'ageMs'>

/**
 * An attempt that is being made, since something has to be waited for: a signature, a policy. Once it has been lost it has failed, and
 * whatever comes of its making is nobody's: no provider is asked for it any more.
 */
export interface PendingAttempt extends KeptAttempt {
  /** The attempt; rejects with the reason why it cannot be made, or with its loss as soon as that is told. */
  readonly made: Promise<Attempt>
  loss(): GatewayError | undefined
}

export interface PendingParts {
  readonly target: Target
  /** The name of the key that it is made with, where its provider has several. */
  readonly credential: string | undefined
  readonly clock: Clock
  /** Told once, when it is lost. */
  failed(failure: Failure): void
}

/** `making` is what becomes of it where it is not lost before. */
export function pendingAttempt(making: Promise<Attempt>, parts: PendingParts): PendingAttempt {
  const { target, credential, clock } = parts
  const startedAt = clock.monotonic()
  let loss: GatewayError | undefined
  let endedAt: number | undefined
  let giveUp = (_: GatewayError) => {}
  const made = new Promise<Attempt>((resolve, reject) => {
    giveUp = reject
    making.then(resolve, reject)
  })
  return {
    target,
    dropped: [],
    made,
    loss: () => loss,
    lost(error) {
      if (loss) return
      loss = error
      endedAt = clock.monotonic()
      parts.failed({
        target,
        status: undefined,
        error,
        ...(credential !== undefined && { credential, wait: undefined }),
      })
      giveUp(error)
    },
    unseen() {},
    upstreamId: () => undefined,
    committed: () => false,
    delivered: () => false,
    report: () => ({
      target,
      outcome: loss ? 'failed' : 'cancelled',
      error: loss,
      status: undefined,
      upstreamId: undefined,
      credential,
      usage: {},
      usageSource: 'none',
      cost: 0n,
      finish: undefined,
      firstTokenMs: undefined,
      durationMs: (endedAt ?? clock.monotonic()) - startedAt,
    }),
  }
}
