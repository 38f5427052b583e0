import type { Clock } from './clock.js'

/**
 * Work that others may run between. Each yield announces what follows until the next one, in units of about a fifth of a
 * microsecond: what it takes to read a character. What follows one yield is never more than some `AT_ONCE` units.
 */
export type Steps<T> = Generator<number, T>

/** When work gives way, and when it is given up. */
export interface Turns {
  readonly clock: Pick<Clock, 'monotonic'>
  /** Lets other work run. */
  pause(): Promise<unknown>
  /** Milliseconds for all of it together; as long as it takes where absent. */
  readonly timeout?: number
}

/** Units that are done in one turn: some milliseconds. */
export const AT_ONCE = 16_384

/** Milliseconds after which a turn ends, however little of it was announced: machines differ, and estimates are estimates. */
const LONGEST_TURN = 4

/** Units between two looks at the clock. */
const UNTIMED = 1024

/**
 * Does the work in turns with other work, `AT_ONCE` units or 4 ms each; synchronously what fits into one. Throws `ScanTimeout`, and
 * what the work throws. What took more than one turn is followed by a pause, so that what comes next begins with a turn of its own.
 */
export function inTurns<T>(steps: Steps<T>, turns: Turns): T | Promise<T> {
  const startedAt = turns.clock.monotonic()
  const step = turn(steps, 0, startedAt, turns.clock)
  return step.done ? step.value : laterTurns(steps, step.value, startedAt, turns)
}

async function laterTurns<T>(
  steps: Steps<T>,
  announced: number,
  startedAt: number,
  { clock, pause, timeout = Number.POSITIVE_INFINITY }: Turns,
): Promise<T> {
  const until = startedAt + timeout
  for (let next = announced; ; ) {
    await pause()
    const now = clock.monotonic()
    if (now > until) throw new ScanTimeout()
    const step = turn(steps, next, now, clock)
    if (step.done) {
      await pause()
      return step.value
    }
    next = step.value
  }
}

/** One turn, which begins with what has been announced; ends with what does not fit into it, or with the work. */
function turn<T>(
  steps: Steps<T>,
  announced: number,
  startedAt: number,
  clock: Turns['clock'],
): IteratorResult<number, T> {
  let timed = announced
  for (let units = announced; ; ) {
    const step = steps.next()
    if (step.done || (units > 0 && units + step.value > AT_ONCE)) return step
    if (units - timed >= UNTIMED) {
      if (clock.monotonic() - startedAt >= LONGEST_TURN) return step
      timed = units
    }
    units += step.value
  }
}

/** Does the work at once, for who knows that it is short. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Units of a list's items that are worked on together, and announced in one. */
export const ITEMS_TOGETHER = 1024

/** What `make` makes of each item, which takes about so many `units`. */
export function* mapInSteps<T, U>(
  items: readonly T[],
  units: number,
  make: (item: T, index: number) => U,
): Steps<readonly U[]> {
  const made: U[] = []
  let worked = 0
  for (let index = 0; index < items.length; index++) {
    made.push(make(items[index] as T, index))
    worked += units
    if (worked < ITEMS_TOGETHER) continue
    yield worked
    worked = 0
  }
  return made
}

/** The same for what takes steps of its own. */
export function* mapStepwise<T, U>(
  items: readonly T[],
  units: number,
  make: (item: T, index: number) => Steps<U>,
): Steps<readonly U[]> {
  const made: U[] = []
  function* add(item: T, index: number): Steps<void> {
    made.push(yield* make(item, index))
  }
  yield* eachStepwise(items, () => units, add)
  return made
}

/**
 * Does `work` for each item, which takes about so many `units`. `before` are units of work that nobody has announced yet; what is left of
 * them and its own it returns, for who goes on.
 */
export function eachInSteps<T>(
  items: readonly T[],
  units: (item: T) => number,
  work: (item: T, index: number) => void,
  before?: number,
): Steps<number> {
  return eachStepwise(
    items,
    units,
    (item, index) => {
      work(item, index)
      return undefined
    },
    before,
  )
}

/** The same for what may take steps of its own. */
export function* eachStepwise<T>(
  items: readonly T[],
  units: (item: T) => number,
  work: (item: T, index: number) => Steps<void> | undefined,
  before = 0,
): Steps<number> {
  let worked = before
  for (let index = 0; index < items.length; index++) {
    const item = items[index] as T
    worked += units(item)
    if (worked >= ITEMS_TOGETHER) {
      yield worked
      worked = 0
    }
    const steps = work(item, index)
    if (steps !== undefined) yield* steps
  }
  return worked
}

/** Bytes of a body from which on it is worked on in steps. What is shorter is done at once, without any of their cost. */
export const LONG = 64 * 1024

/** The work is not over in time. */
class ScanTimeout extends Error {
  override readonly name = 'ScanTimeout'
}
