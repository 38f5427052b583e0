import type { Attempt } from './attempt.js'
import type { Clock } from './clock.js'
import type { GatewayError } from './errors.js'
import type { Failure } from './failure.js'
import type { TakenKey } from './key-pool.js'
import type { AttemptReport } from './outcome.js'
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
  /** The key that it is made with, where its provider has several. */
  readonly key: TakenKey | undefined
  readonly clock: Clock
  /** Told once, when it is lost. */
  lost(failure: Failure): void
}

/** `making` is what becomes of it where it is not lost before. */
export function pendingAttempt(making: Promise<Attempt>, parts: PendingParts): PendingAttempt {
  return new Pending(making, parts)
}

class Pending implements PendingAttempt {
  readonly target: Target
  readonly dropped: readonly string[] = []
  readonly made: Promise<Attempt>
  private readonly parts: PendingParts
  private readonly startedAt: number
  private reason: GatewayError | undefined = undefined
  private endedAt: number | undefined = undefined
  private giveUp: (error: GatewayError) => void = ignored

  constructor(making: Promise<Attempt>, parts: PendingParts) {
    this.target = parts.target
    this.parts = parts
    this.startedAt = parts.clock.monotonic()
    this.made = new Promise<Attempt>((resolve, reject) => {
      this.giveUp = reject
      making.then(resolve, reject)
    })
  }

  loss(): GatewayError | undefined {
    return this.reason
  }

  upstreamId(): string | undefined {
    return undefined
  }

  lost(error: GatewayError): void {
    if (this.reason) return
    const { target, parts } = this
    this.reason = error
    this.endedAt = parts.clock.monotonic()
    parts.lost({
      target,
      status: undefined,
      error,
      ...(parts.key && { credential: parts.key.name, wait: undefined }),
    })
    this.giveUp(error)
  }

  unseen(): void {}

  committed(): boolean {
    return false
  }

  delivered(): boolean {
    return false
  }

  report(): AttemptReport {
    const { target, parts, reason } = this
    return {
      target,
      outcome: reason ? 'failed' : 'cancelled',
      error: reason,
      status: undefined,
      upstreamId: undefined,
      credential: parts.key?.name,
      usage: {},
      usageSource: 'none',
      cost: 0n,
      finish: undefined,
      firstTokenMs: undefined,
      durationMs: (this.endedAt ?? parts.clock.monotonic()) - this.startedAt,
    }
  }
}

const ignored = () => {}
