import type { Clock } from '../../core/clock.js'

/**
 * Work that others may run between. Each yield announces what follows until the next one, in units of about a fifth of a
 * microsecond: what it takes to read a character.
 */
export type Steps<T> = Generator<number, T>

/** When work gives way, and when it is given up. */
export interface Turns {
  readonly clock: Pick<Clock, 'monotonic'>
  /** Milliseconds for all of it together. */
  readonly timeout: number
  /** Lets other work run. */
  pause(): Promise<unknown>
}

/** Units that are done in one turn: some milliseconds. */
export const AT_ONCE = 16_384

/**
 * Does the work in turns with other work, `AT_ONCE` units each; synchronously what fits into one. Throws `ScanTimeout`, and what
 * the work throws.
 */
export function inTurns<T>(steps: Steps<T>, turns: Turns): T | Promise<T> {
  const until = turns.clock.monotonic() + turns.timeout
  const step = turn(steps, 0)
  return step.done ? step.value : laterTurns(steps, step.value, until, turns)
}

async function laterTurns<T>(steps: Steps<T>, announced: number, until: number, { clock, pause }: Turns): Promise<T> {
  for (let next = announced; ; ) {
    await pause()
    if (clock.monotonic() > until) throw new ScanTimeout()
    const step = turn(steps, next)
    if (step.done) return step.value
    next = step.value
  }
}

/** One turn, which begins with what has been announced; ends with what does not fit into it, or with the work. */
function turn<T>(steps: Steps<T>, announced: number): IteratorResult<number, T> {
  for (let units = announced; ; ) {
    const step = steps.next()
    if (step.done || (units > 0 && units + step.value > AT_ONCE)) return step
    units += step.value
  }
}

/** The texts of a request could not all be read and rewritten in time. */
class ScanTimeout extends Error {
  override readonly name = 'ScanTimeout'
}
