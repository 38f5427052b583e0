import { type Attempt, type AttemptContext, makeAttempt } from './attempt.js'
import { GatewayError } from './errors.js'
import type { ExchangeKeys } from './exchange-keys.js'
import type { Failure } from './failure.js'
import type { Identity } from './identity.js'
import type { TakenKey } from './key-pool.js'
import type { AttemptReport, Observer } from './outcome.js'
import { type KeptAttempt, type PendingAttempt, pendingAttempt } from './pending-attempt.js'
import type { Place } from './places.js'
import { leasesOf, tellAsked } from './policy.js'
import type { Target } from './settings.js'
import { then } from './transform.js'

/** The attempts of one exchange, of which only the last may be open, or still be being made. */
export interface ExchangeAttempts {
  /** See `Exchange.attempt`. */
  ask(index: number): Attempt | Promise<Attempt>
  /** In the order in which they were asked for; those that could not be made are not among them. */
  all(): readonly KeptAttempt[]
  /** Why attempts gave no answer, in order; also those that could not be made. */
  failures(): readonly Failure[]
  /** How many were asked for. */
  tried(): number
  /** Milliseconds of making them. */
  makingMs(): number
  /** The last one gives no answer any more, unless the client sees one; without a `loss` because of what its age says. */
  lose(loss?: GatewayError): void
  /** The answer that has begun never reached the client. */
  unseen(): void
  reports(): readonly AttemptReport[] | Promise<readonly AttemptReport[]>
  /** What must come to its end before the exchange does; never rejects. Something else may be under way then. */
  underWay(): Promise<void> | undefined
}

export interface AskingContext extends AttemptContext {
  readonly observer: Observer
  readonly identity: Identity
}

export interface AttemptsParts {
  readonly context: AskingContext
  readonly targets: readonly Target[]
  readonly places: readonly Place[]
  readonly keys: ExchangeKeys
  /** Milliseconds after which the gateway gives an attempt up. */
  readonly attemptTimeout: number
  /** Headers of the client's response, asked for when it begins. */
  headers(): Record<string, string>
}

/** No attempt has been asked for. */
export function exchangeAttempts(parts: AttemptsParts): ExchangeAttempts {
  const { context, targets, places, keys, attemptTimeout } = parts
  const { clock } = context
  const attempts: KeptAttempt[] = []
  const failures: Failure[] = []
  let tried = 0
  /** How often each target has been asked. */
  const turns = new Map<number, number>()
  let makingMs = 0
  /** When the last one was asked for. */
  let askedAt = 0
  /** The last one, as long as it is neither made nor lost. */
  let making: PendingAttempt | undefined
  /** The watches are being told of an attempt; never rejects. */
  let telling: Promise<void> | undefined

  const failed = (failure: Failure) => {
    failures.push(failure)
    for (const watch of context.watches) watch.failed?.(failure)
  }

  const unseen = () => {
    const last = attempts.at(-1)
    if (last?.committed()) last.unseen()
  }

  const lose = (loss?: GatewayError) => {
    const open = attempts.at(-1)
    if (open && !open.committed()) open.lost(loss ?? presumedLoss(clock.monotonic() - askedAt, attemptTimeout))
  }

  const tellObserver = (target: Target) =>
    context.observer.asked?.({
      id: context.requestId,
      attempt: attempts.length,
      target,
      model: context.request.model,
      identity: context.identity,
      leases: leasesOf(context.watches),
    })

  /** Tells the watches of a provider that is asked next, with what became of the attempts before. */
  const tell = (target: Target, before: readonly KeptAttempt[]): void | Promise<void> => {
    const told = then(reportsOf(before), (earlier) => tellAsked(context.watches, target, earlier))
    if (!(told instanceof Promise)) return
    const over = () => {
      if (telling === until) telling = undefined
    }
    const until = told.then(over, over)
    telling = until
    return told
  }

  const ask = (index: number): Attempt | Promise<Attempt> => {
    const target = targets[index]
    if (!target) throw new GatewayError('internal_error', `The chain has no target number ${index + 1}.`)
    // Another one is asked only where nothing of the one before went out.
    unseen()
    lose()
    tried++
    askedAt = clock.monotonic()
    let before = 0
    let key: TakenKey | undefined
    let pending: PendingAttempt | undefined
    const turn = (turns.get(index) ?? 0) + 1
    turns.set(index, turn)
    const after = places.filter((place) => place.index === index).length > turn ? 'may be asked again' : 'is left'
    const place = index < targets.length - 1 ? 'before-last' : after === 'is left' ? 'last' : 'before-spare'
    const earlier = attempts.slice()
    const hooks = {
      headers() {
        keys.served(key)
        return parts.headers()
      },
      failed(failure: Failure) {
        keys.failed(key, failure, after)
        failed(failure)
      },
    }
    /** One that has been lost while it was being made has its failure, and gets no other. */
    const unlessLost = () => {
      const loss = pending?.loss()
      if (loss) throw loss
    }
    const unable = (cause: unknown): never => {
      unlessLost()
      forget(pending)
      keys.giveBack(key)
      const unprepared = 'The request could not be prepared for this target.'
      const error = cause instanceof GatewayError ? cause : new GatewayError('upstream_error', unprepared, { cause })
      failed({ target, error })
      throw error
    }
    const able = (attempt: Attempt) => {
      unlessLost()
      forget(pending)
      attempts.push(attempt)
      tellObserver(target)
      makingMs += clock.monotonic() - before
      return attempt
    }
    const next = () => {
      unlessLost()
      return tell(target, earlier)
    }
    const make = () => {
      unlessLost()
      before = clock.monotonic()
      return makeAttempt(context, target, place, hooks, key)
    }
    try {
      key = keys.take(target)
      const made = then(telling ? telling.then(next) : next(), make)
      if (!(made instanceof Promise)) return able(made)
      pending = pendingAttempt(made.then(able, unable), {
        target,
        credential: key?.name,
        clock,
        failed(failure) {
          making = undefined
          // Whatever is in the record has been announced.
          tellObserver(target)
          hooks.failed(failure)
        },
      })
      attempts.push(pending)
      making = pending
      return pending.made
    } catch (cause) {
      return unable(cause)
    }
  }

  /** Takes the last one away, which is made now, or cannot be. */
  const forget = (pending: PendingAttempt | undefined) => {
    if (!pending) return
    making = undefined
    attempts.pop()
  }

  return {
    ask,
    all: () => attempts,
    failures: () => failures,
    tried: () => tried,
    makingMs: () => makingMs,
    lose,
    unseen,
    reports: () => reportsOf(attempts),
    underWay: () => telling ?? making?.made.then(ignored, ignored),
  }
}

/** Why an attempt that never answered was given up: the gateway does not say, but its timer does. */
function presumedLoss(ageMs: number, timeout: number): GatewayError {
  return ageMs >= timeout * 0.95
    ? new GatewayError('upstream_timeout', `no answer within ${timeout} ms`)
    : new GatewayError('upstream_error', 'connection failed')
}

function reportsOf(attempts: readonly KeptAttempt[]): readonly AttemptReport[] | Promise<readonly AttemptReport[]> {
  if (attempts.length === 0) return NONE
  const made = attempts.map((attempt) => attempt.report())
  return made.every(isReport) ? made : Promise.all(made)
}

const NONE: readonly AttemptReport[] = []

const ignored = () => {}

const isReport = (made: AttemptReport | Promise<AttemptReport>): made is AttemptReport => !(made instanceof Promise)
