import type { Clock } from '../../core/clock.js'
import { AT_ONCE, inTurns, type Steps } from '../../core/turns.js'
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
  if (judging instanceof Promise) return inTime(judging.then(judgementOf), controller, timeout, asking, gone?.())
  if (!isSteps(judging)) return judgementOf(judging)
  const judged = inTurns(paced(judging), { clock: asking.clock, pause: asking.pause, timeout })
  return judged instanceof Promise ? judged.then(judgementOf) : judgementOf(judged)
}

/** What a guard has said, which may be anybody's. Throws `TypeError`. */
export function judgementOf(said: unknown): Judgement {
  if (isClean(said) || isHit(said)) return said
  throw new TypeError('a guard said what is no judgement')
}

function isClean(said: unknown): said is Extract<Judgement, { kind: 'clean' }> {
  return isRecord(said) && said['kind'] === 'clean'
}

function isHit(said: unknown): said is Hit {
  if (!isRecord(said) || said['kind'] !== 'hit' || typeof said['reason'] !== 'string') return false
  const places = said['places']
  return places === undefined || (Array.isArray(places) && places.every(isPlace))
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
  if (Symbol.asyncIterator in judging) throw new TypeError('a guard said what is no judgement')
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
