import type { Clock } from '../../core/clock.js'
import { AT_ONCE, atOnce, eachInSteps, inTurns, type Steps } from '../../core/turns.js'
import type { Hit, Judgement, Judging } from './guard.js'

/** What asking a guard needs of the outside. */
export interface Asking {
  readonly clock: Clock
  /** Lets other work run. */
  pause(): Promise<unknown>
  /** Calls `run` once after so many milliseconds; returns what cancels it. */
  schedule(delay: number, run: () => void): () => void
}

/** Why a guard is not waited for any longer. Its name is `TimeoutError` or `AbortError`, as those of the platform's own signals. */
export class NoLonger extends Error {
  override readonly name: string
  constructor(name: 'TimeoutError' | 'AbortError', message: string) {
    super(message)
    this.name = name
  }
}

/**
 * Asks a guard, for at most `timeout` milliseconds; at once where it can answer at once. `gone` is aborted when nobody needs the
 * answer any more. Throws or rejects with what the guard does, with a `TypeError` where what it says is no judgement, and with a
 * `TimeoutError` or `AbortError`, which its signal has as its reason too.
 */
export function judge(
  ask: (signal: AbortSignal) => Judging,
  timeout: number,
  asking: Asking,
  gone?: () => AbortSignal,
): Judgement | Promise<Judgement> {
  const controller = new AbortController()
  const judging: unknown = ask(controller.signal)
  const { clock, pause } = asking
  if (judging instanceof Promise) {
    const judged = judging.then((said: unknown) => inTurns(reading(said), { clock, pause }))
    return inTime(judged, controller, timeout, asking, gone?.())
  }
  return inTurns(isSteps(judging) ? judged(judging) : reading(judging), { clock, pause, timeout })
}

function* judged(steps: Steps<unknown>): Steps<Judgement> {
  return yield* reading(yield* paced(steps))
}

/** What a guard has said, which may be anybody's. Throws `TypeError`. */
export function judgementOf(said: unknown): Judgement {
  return atOnce(reading(said))
}

/** Units that a place takes. */
const PLACE = 0.5

function* reading(said: unknown): Steps<Judgement> {
  if (isClean(said)) return said
  if (!isRecord(said) || said['kind'] !== 'hit' || typeof said['reason'] !== 'string') throw noJudgement()
  const places = said['places']
  if (places !== undefined && !Array.isArray(places)) throw noJudgement()
  const check = (place: unknown) => {
    if (!isPlace(place)) throw noJudgement()
  }
  yield* eachInSteps(places ?? [], () => PLACE, check)
  return said as unknown as Hit
}

const noJudgement = () => new TypeError('a guard said what is no judgement')

function isClean(said: unknown): said is Extract<Judgement, { kind: 'clean' }> {
  return isRecord(said) && said['kind'] === 'clean'
}

function isPlace(place: unknown): boolean {
  if (!isRecord(place)) return false
  const { text, start, end, replacement } = place
  const offsets = [text, start, end].every((offset) => typeof offset === 'number' && !Number.isNaN(offset))
  return offsets && (replacement === undefined || typeof replacement === 'string')
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

export function isSteps(judging: unknown): judging is Steps<unknown> {
  if (!isRecord(judging)) return false
  if (Symbol.asyncIterator in judging) throw noJudgement()
  return typeof judging['next'] === 'function'
}

/** Steps that say nothing of their length count as long ones: others have their turn, and time passes. */
function* paced(steps: Steps<unknown>): Steps<unknown> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    yield step.value > 0 ? step.value : step.value === 0 ? 1 : AT_ONCE
  }
}

function inTime(
  pending: Promise<Judgement>,
  controller: AbortController,
  timeout: number,
  { schedule }: Asking,
  gone: AbortSignal | undefined,
): Promise<Judgement> {
  return new Promise((resolve, reject) => {
    const leave = (why: NoLonger) => {
      over()
      controller.abort(why)
      reject(why)
    }
    const onGone = () => leave(new NoLonger('AbortError', 'nobody waits any more'))
    const onLate = () => leave(new NoLonger('TimeoutError', `no answer within ${timeout} ms`))
    const cancel = schedule(timeout, onLate)
    const over = () => {
      cancel()
      gone?.removeEventListener('abort', onGone)
    }
    if (gone?.aborted) onGone()
    else gone?.addEventListener('abort', onGone, { once: true })
    pending.then(
      (judgement) => {
        over()
        resolve(judgement)
      },
      (cause: unknown) => {
        over()
        reject(cause)
      },
    )
  })
}
