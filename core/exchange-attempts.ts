import { type Attempt, type AttemptContext, type AttemptHooks, makeAttempt, type Position } from './attempt.js'
import type { Clock } from './clock.js'
import { GatewayError } from './errors.js'
import type { ExchangeKeys } from './exchange-keys.js'
import type { Failure } from './failure.js'
import type { Identity } from './identity.js'
import type { TakenKey } from './key-pool.js'
import type { AttemptReport, Observer } from './outcome.js'
import { type KeptAttempt, type PendingAttempt, type PendingParts, pendingAttempt } from './pending-attempt.js'
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
  return new Attempts(parts)
}

class Attempts implements ExchangeAttempts {
  readonly parts: AttemptsParts
  private kept: readonly KeptAttempt[] = []
  private readonly failed: Failure[] = []
  /** The targets that have been asked, in order. */
  private asked: readonly number[] = []
  private makingTime = 0
  /** When the last one was asked for. */
  private askedAt = 0
  /** The last one, as long as it is neither made nor lost. */
  private making: PendingAttempt | undefined = undefined
  /** The watches are being told of an attempt; never rejects. */
  private telling: Promise<void> | undefined = undefined

  constructor(parts: AttemptsParts) {
    this.parts = parts
  }

  ask(index: number): Attempt | Promise<Attempt> {
    const { context, targets, places } = this.parts
    const target = targets[index]
    if (!target) throw new GatewayError('internal_error', `The chain has no target number ${index + 1}.`)
    // Another one is asked only where nothing of the one before went out.
    this.unseen()
    this.lose()
    this.asked = this.asked.concat(index)
    this.askedAt = context.clock.monotonic()
    const turn = this.asked.filter((asked) => asked === index).length
    const after = places.filter((place) => place.index === index).length > turn ? 'may be asked again' : 'is left'
    const place = index < targets.length - 1 ? 'before-last' : after === 'is left' ? 'last' : 'before-spare'
    return new Asking(this, target, place, after).start()
  }

  all(): readonly KeptAttempt[] {
    return this.kept
  }

  failures(): readonly Failure[] {
    return this.failed
  }

  tried(): number {
    return this.asked.length
  }

  makingMs(): number {
    return this.makingTime
  }

  lose(loss?: GatewayError): void {
    const { context, attemptTimeout } = this.parts
    const open = this.kept.at(-1)
    if (!open || open.committed()) return
    open.lost(loss ?? presumedLoss(context.clock.monotonic() - this.askedAt, attemptTimeout))
  }

  unseen(): void {
    const last = this.kept.at(-1)
    if (last?.committed()) last.unseen()
  }

  reports(): readonly AttemptReport[] | Promise<readonly AttemptReport[]> {
    return reportsOf(this.kept)
  }

  underWay(): Promise<void> | undefined {
    return this.telling ?? this.making?.made.then(ignored, ignored)
  }

  /** Once the watches have been told of the attempt before, tells them of a provider that is asked next. */
  tellNext(asking: Asking): void | Promise<void> {
    return this.telling ? this.telling.then(() => asking.tell()) : asking.tell()
  }

  /** Tells the watches of a provider that is asked next, with what became of the attempts before. */
  tell(target: Target, before: readonly KeptAttempt[]): void | Promise<void> {
    const { watches } = this.parts.context
    const told = then(reportsOf(before), (earlier) => tellAsked(watches, target, earlier))
    if (!(told instanceof Promise)) return
    const over = () => {
      if (this.telling === until) this.telling = undefined
    }
    const until = told.then(over, over)
    this.telling = until
    return told
  }

  add(attempt: Attempt): void {
    this.kept = this.kept.concat(attempt)
    this.tellObserver(attempt.target)
  }

  addPending(pending: PendingAttempt): void {
    this.kept = this.kept.concat(pending)
    this.making = pending
  }

  /** Takes the last one away, which is made now, or cannot be. */
  forget(pending: PendingAttempt | undefined): void {
    if (!pending) return
    this.making = undefined
    this.kept = this.kept.slice(0, -1)
  }

  /** The one that is being made has been lost. */
  lostPending(target: Target): void {
    this.making = undefined
    // Whatever is in the record has been announced.
    this.tellObserver(target)
  }

  addMaking(ms: number): void {
    this.makingTime += ms
  }

  fail(failure: Failure): void {
    this.failed.push(failure)
    for (const watch of this.parts.context.watches) watch.failed?.(failure)
  }

  private tellObserver(target: Target): void {
    const { context } = this.parts
    context.observer.asked?.({
      id: context.requestId,
      attempt: this.kept.length,
      target,
      model: context.request.model,
      identity: context.identity,
      leases: leasesOf(context.watches),
    })
  }
}

/** One attempt on its way from being asked for to being made, and what hears of it afterwards. */
class Asking implements AttemptHooks, PendingParts {
  readonly target: Target
  readonly clock: Clock
  key: TakenKey | undefined = undefined
  private readonly attempts: Attempts
  private readonly place: Position
  private readonly after: 'may be asked again' | 'is left'
  private readonly earlier: readonly KeptAttempt[]
  private before = 0
  private pending: PendingAttempt | undefined = undefined

  constructor(attempts: Attempts, target: Target, place: Position, after: 'may be asked again' | 'is left') {
    this.target = target
    this.clock = attempts.parts.context.clock
    this.attempts = attempts
    this.place = place
    this.after = after
    this.earlier = attempts.all()
  }

  headers(): Record<string, string> {
    const { parts } = this.attempts
    parts.keys.served(this.key)
    return parts.headers()
  }

  failed(failure: Failure): void {
    this.attempts.parts.keys.failed(this.key, failure, this.after)
    this.attempts.fail(failure)
  }

  lost(failure: Failure): void {
    this.attempts.lostPending(this.target)
    this.failed(failure)
  }

  start(): Attempt | Promise<Attempt> {
    const { attempts, target } = this
    try {
      this.key = attempts.parts.keys.take(target)
      const told = attempts.tellNext(this)
      const made = told instanceof Promise ? told.then(() => this.make()) : this.make()
      if (!(made instanceof Promise)) return this.able(made)
      const making = made.then(
        (attempt) => this.able(attempt),
        (cause) => this.unable(cause),
      )
      this.pending = pendingAttempt(making, this)
      attempts.addPending(this.pending)
      return this.pending.made
    } catch (cause) {
      return this.unable(cause)
    }
  }

  tell(): void | Promise<void> {
    this.unlessLost()
    return this.attempts.tell(this.target, this.earlier)
  }

  private make(): Attempt | Promise<Attempt> {
    this.unlessLost()
    this.before = this.clock.monotonic()
    return makeAttempt(this.attempts.parts.context, this.target, this.place, this, this.key)
  }

  private able(attempt: Attempt): Attempt {
    this.unlessLost()
    this.attempts.forget(this.pending)
    this.attempts.add(attempt)
    this.attempts.addMaking(this.clock.monotonic() - this.before)
    return attempt
  }

  private unable(cause: unknown): never {
    const { attempts, target } = this
    this.unlessLost()
    attempts.forget(this.pending)
    attempts.parts.keys.giveBack(this.key)
    const unprepared = 'The request could not be prepared for this target.'
    const error = cause instanceof GatewayError ? cause : new GatewayError('upstream_error', unprepared, { cause })
    attempts.fail({ target, error })
    throw error
  }

  /** One that has been lost while it was being made has its failure, and gets no other. */
  private unlessLost(): void {
    const loss = this.pending?.loss()
    if (loss) throw loss
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
