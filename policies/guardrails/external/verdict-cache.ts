import type { Clock } from '../../../core/clock.js'
import type { Judgement } from '../guard.js'

/** Judgements by the digest of what they are about, and the questions that are being asked. */
export interface VerdictCache {
  /** The judgement of a question that was answered not too long ago. */
  known(key: string): Judgement | undefined
  /**
   * Waits for the answer to a question that somebody asks already, or that is begun now. It is kept for `ttl` milliseconds, a failure is
   * not. The question is given up with the last one who leaves.
   */
  join(key: string, ttl: number, begin: () => Begun): Waiting
  /** Judgements that are held. */
  size(): number
}

/** A question that is on its way. */
export interface Begun {
  readonly answer: Promise<Judgement>
  /** Nobody waits for it any more. */
  giveUp(reason: unknown): void
}

export interface Waiting {
  readonly answer: Promise<Judgement>
  /** This one does not wait any more; called at most once. */
  leave(reason: unknown): void
}

export interface VerdictCacheOptions {
  /** Judgements at most; those that were not asked for the longest go first. */
  readonly most: number
  readonly clock: Pick<Clock, 'monotonic'>
}

interface Known {
  readonly judgement: Judgement
  readonly until: number
}

/** A question that is being asked, and how many wait for it. */
interface Flight extends Begun {
  waiting: number
}

/** One for the process: its keys tell guards and their settings apart, so that it outlives configurations. */
export function createVerdictCache({ most, clock }: VerdictCacheOptions): VerdictCache {
  const held = new Map<string, Known>()
  const flights = new Map<string, Flight>()

  const keep = (key: string, ttl: number, judgement: Judgement) => {
    held.delete(key)
    held.set(key, { judgement, until: clock.monotonic() + ttl })
    for (const oldest of held.keys()) {
      if (held.size <= most) return
      held.delete(oldest)
    }
  }
  const takeOff = (key: string, ttl: number, begin: () => Begun): Flight => {
    const flight = { ...begin(), waiting: 0 }
    const land = () => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    flights.set(key, flight)
    flight.answer.then((judgement) => {
      land()
      keep(key, ttl, judgement)
    }, land)
    return flight
  }

  return {
    known(key) {
      const known = held.get(key)
      if (known === undefined) return undefined
      held.delete(key)
      if (known.until <= clock.monotonic()) return undefined
      held.set(key, known)
      return known.judgement
    },
    join(key, ttl, begin) {
      const flight = flights.get(key) ?? takeOff(key, ttl, begin)
      flight.waiting++
      return {
        answer: flight.answer,
        leave(reason) {
          if (--flight.waiting > 0 || flights.get(key) !== flight) return
          flights.delete(key)
          flight.giveUp(reason)
        },
      }
    },
    size: () => held.size,
  }
}
