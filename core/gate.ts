import { type Passage, type Progress, type Watch, watchFailed } from './policy.js'
import type { Target } from './settings.js'
import type { Tally } from './tally.js'

/** Whether a stream may go on. */
export interface Gate {
  /** Throws a `GatewayError` where a watch fails. */
  ask(): Passage | Promise<Passage>
}

/** Asks the watches that follow a stream, one after the other; undefined when there is none. */
export function gateOf(watches: readonly Watch[], seen: Tally, target: Target): Gate | undefined {
  const following = watches.filter(({ progress }) => progress !== undefined)
  return following.length === 0 ? undefined : new WatchesGate(following, seen, target)
}

/** Also the progress that the watches are told, one for all: this is asked after every piece of every stream. */
class WatchesGate implements Gate, Progress {
  readonly target: Target
  length = 0
  private readonly following: readonly Watch[]
  private readonly seen: Tally

  constructor(following: readonly Watch[], seen: Tally, target: Target) {
    this.target = target
    this.following = following
    this.seen = seen
  }

  ask(): Passage | Promise<Passage> {
    // Of an answer that has come to its end nothing is left to stop.
    if (this.seen.ended()) return 'go'
    try {
      const passage = this.askFrom(0)
      return passage instanceof Promise ? passage.catch(watchFailed) : passage
    } catch (cause) {
      return watchFailed(cause)
    }
  }

  textFrom(position: number): string {
    return this.seen.text().slice(position)
  }

  private askFrom(from: number): Passage | Promise<Passage> {
    const { following } = this
    this.length = this.seen.length()
    for (let index = from; index < following.length; index++) {
      const passage = following[index]?.progress?.(this) ?? 'go'
      if (passage instanceof Promise) return passage.then((how) => (how === 'go' ? this.askFrom(index + 1) : how))
      if (passage !== 'go') return passage
    }
    return 'go'
  }
}
