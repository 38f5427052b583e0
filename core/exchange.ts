import { type Attempt, type AttemptContext, makeAttempt } from './attempt.js'
import { GatewayError } from './errors.js'
import { exchangeKeys } from './exchange-keys.js'
import { type Failure, finalError } from './failure.js'
import type { Identity } from './identity.js'
import type { TakenKey } from './key-pool.js'
import type { PromptCount } from './meter.js'
import { type AttemptReport, CLIENT_GONE, type Observer, type Outcome } from './outcome.js'
import { keysReady, type Place, placesFor } from './places.js'
import { auditsOf, leasesOf, settleAll, tellAsked } from './policy.js'
import type { Reply } from './reply.js'
import type { Settings, Target } from './settings.js'
import { type Ending, then } from './transform.js'

/** One admitted client request: attempts are made for it until one answers, then it is settled, exactly once. */
export interface Exchange {
  readonly kind: 'exchange'
  readonly id: string
  /** The chain for this request, best first. */
  readonly targets: readonly Target[]
  /** Where attempts go, one after the other: to each target, and again to some, should their key turn out to be the trouble. */
  readonly places: readonly Place[]
  /** Whether a place whose turn has come is of use; a spare one is where a key has been set aside for it. */
  isWanted(place: Place): boolean
  /** `whole`: the answer is one document of a size that can be held, and nobody sees any of it before its end. */
  readonly answers: 'whole' | 'in pieces'
  /** Milliseconds that one attempt may take to its first content (streams) or to its answer. */
  readonly attemptTimeout: number
  /** Milliseconds that may pass between two pieces of an answer that has begun. */
  readonly idleTimeout: number
  /**
   * Translates and signs the request for the target at `index`; an attempt still open before it has lost its race.
   * Throws `GatewayError` when the target cannot be asked, or a policy does not let it.
   */
  attempt(index: number): Attempt | Promise<Attempt>
  /** Whether the client has begun to receive an answer. */
  committed(): boolean
  /** The answer that has begun never reached the client: it is as if it had not. */
  unseen(): void
  /** Whether that answer has been passed on to its end. */
  delivered(): boolean
  /**
   * The response when no attempt answered. `loss` is why the last open attempt was lost, where the host knows; with `upstream_unavailable`
   * nobody could be called at all, which is all that there is to tell.
   */
  fail(loss?: GatewayError): Reply
  /** Ends the exchange: `refused` when nothing was answered, else how the client's response ended. Idempotent. */
  settle(how: 'refused' | Ending): Promise<void>
}

export interface ExchangeContext extends AttemptContext {
  readonly id: string
  readonly path: string
  readonly settings: Settings
  readonly targets: readonly Target[]
  readonly identity: Identity
  /** How the request is classified. */
  readonly label: string | undefined
  readonly observer: Observer
  /** Clock reading at arrival, and how long admission took; milliseconds. */
  readonly arrivedAt: number
  readonly admissionMs: number
  /** The prompt's count, where one has been made. */
  countedPrompt(): PromptCount | undefined
  reply(error: GatewayError): Reply
  /** The exchange is over and may be forgotten. */
  over(): void
}

/** Makes the exchange for a request that the policies admitted. Throws `GatewayError` where no target has a key that may be used. */
export function makeExchange(context: ExchangeContext): Exchange {
  const { clock, settings, request } = context
  const keys = exchangeKeys()
  const targets = keys.reserve(context.targets)
  const places = placesFor(targets.map(keysReady))
  const attemptTimeout = request.stream ? settings.timeouts.firstToken : settings.timeouts.response
  const attempts: Attempt[] = []
  const failures: Failure[] = []
  let tried = 0
  /** How often each target has been asked. */
  const turns = new Map<number, number>()
  let overheadMs = context.admissionMs
  let firstTokenAt: number | undefined
  let settled: Promise<void> | undefined
  let refusal: GatewayError | undefined
  /** An attempt that is not made yet, since something has to be waited for (a signature); never rejects. */
  let making: Promise<void> | undefined

  const failed = (failure: Failure) => {
    failures.push(failure)
    for (const watch of context.watches) watch.failed?.(failure)
  }

  const headers = (): Record<string, string> => {
    firstTokenAt ??= clock.monotonic()
    const all: Record<string, string> = {
      'x-request-id': context.requestId,
      'x-tollgate-target': (attempts.at(-1)?.target.name ?? '').replace(/[^\x21-\x7e]/g, '?'),
      'x-tollgate-attempts': String(tried),
    }
    Object.assign(all, upstreamIdHeader(attempts.at(-1)))
    if (context.outputCap !== undefined) all['x-tollgate-output-cap'] = String(context.outputCap)
    for (const watch of context.watches) Object.assign(all, watch.headers?.())
    return all
  }

  const unseen = () => {
    const last = attempts.at(-1)
    if (last?.committed()) last.unseen()
  }

  const closeOpenAttempt = (loss?: GatewayError) => {
    const open = attempts.at(-1)
    if (open && !open.committed()) open.lost(loss ?? presumedLoss(open.ageMs(), attemptTimeout))
  }

  const reports = (): readonly AttemptReport[] | Promise<readonly AttemptReport[]> => {
    if (attempts.length === 0) return NONE
    const made = attempts.map((attempt) => attempt.report())
    return made.every(isReport) ? made : Promise.all(made)
  }

  const tellObserver = (target: Target) =>
    context.observer.asked?.({
      id: context.requestId,
      attempt: attempts.length,
      target,
      model: request.model,
      identity: context.identity,
      leases: leasesOf(context.watches),
    })

  const settleNow = async (how: 'refused' | Ending) => {
    let reported: readonly AttemptReport[] = NONE
    if (making) await making
    try {
      const made = reports()
      reported = made instanceof Promise ? await made : made
      const served = reported.find((report) => report.outcome === 'served')
      const error = served ? served.error : refusal
      const outcome: Outcome = {
        id: context.requestId,
        path: context.path,
        identity: context.identity,
        policyVersion: settings.version,
        label: context.label,
        chain: targets.map(({ name }) => name),
        how: served?.error ? 'cut' : how,
        status: served ? 200 : (error?.status ?? CLIENT_GONE),
        error,
        request,
        prompt: context.countedPrompt(),
        attempts: reported,
        failures,
        cost: totalCost(reported),
        dropped: attempts.at(-1)?.dropped ?? [],
        audits: auditsOf(context.watches),
        durationMs: clock.monotonic() - context.arrivedAt,
        firstTokenMs: firstTokenAt === undefined ? undefined : firstTokenAt - context.arrivedAt,
        overheadMs,
      }
      if (context.observer.settling && reported.length > 0) {
        const charges = context.watches.flatMap((watch) => watch.charges?.(outcome) ?? [])
        const kept = context.observer.settling(outcome, charges)
        if (kept instanceof Promise) await kept
      }
      const done = settleAll(context.watches, outcome)
      if (done instanceof Promise) await done
      context.observer.ended(outcome)
    } finally {
      keys.settle(reported)
      context.over()
    }
  }

  const attemptAt = (index: number): Attempt | Promise<Attempt> => {
    const target = targets[index]
    if (!target) throw new GatewayError('internal_error', `The chain has no target number ${index + 1}.`)
    // Another one is asked only where nothing of the one before went out.
    unseen()
    closeOpenAttempt()
    tried++
    let before = 0
    let key: TakenKey | undefined
    const turn = (turns.get(index) ?? 0) + 1
    turns.set(index, turn)
    const after = places.filter((place) => place.index === index).length > turn ? 'may be asked again' : 'is left'
    const unable = (cause: unknown): never => {
      keys.giveBack(key)
      const unprepared = 'The request could not be prepared for this target.'
      const error = cause instanceof GatewayError ? cause : new GatewayError('upstream_error', unprepared, { cause })
      failed({ target, error })
      throw error
    }
    const able = (attempt: Attempt) => {
      attempts.push(attempt)
      tellObserver(target)
      overheadMs += clock.monotonic() - before
      return attempt
    }
    const hooks = {
      headers() {
        keys.served(key)
        return headers()
      },
      failed(failure: Failure) {
        keys.failed(key, failure, after)
        failed(failure)
      },
    }
    try {
      key = keys.take(target)
      const place = index < targets.length - 1 ? 'before-last' : after === 'is left' ? 'last' : 'before-spare'
      const asked = then(reports(), (earlier) => tellAsked(context.watches, target, earlier))
      const made = then(asked, () => {
        before = clock.monotonic()
        return makeAttempt(context, target, place, hooks, key)
      })
      return made instanceof Promise ? made.then(able, unable) : able(made)
    } catch (cause) {
      return unable(cause)
    }
  }

  /** The gateway may give a target up, and ask for the next one, while the attempt at it is still being made. */
  const inOrder = (made: Promise<Attempt>): Promise<Attempt> => {
    const over = made.then(ignored, ignored)
    making = over
    void over.then(() => {
      if (making === over) making = undefined
    })
    return made
  }

  return {
    kind: 'exchange',
    id: context.id,
    targets,
    places,
    isWanted({ index, kind }) {
      const target = targets[index]
      return kind === 'own' || (target !== undefined && keys.hasAside(target))
    },
    // Vectors may take more room than gateways have for an answer that must be held.
    answers: context.dialect.task === 'chat' && !request.stream ? 'whole' : 'in pieces',
    attemptTimeout,
    idleTimeout: settings.timeouts.idle,
    attempt(index) {
      const made = making ? making.then(() => attemptAt(index)) : attemptAt(index)
      return made instanceof Promise ? inOrder(made) : made
    },
    committed: () => attempts.some((attempt) => attempt.committed()),
    unseen,
    delivered: () => attempts.some((attempt) => attempt.delivered()),
    fail(loss) {
      closeOpenAttempt(loss)
      refusal ??= loss?.code === 'upstream_unavailable' ? loss : finalError(failures)
      const reply = context.reply(refusal)
      const more = { 'x-tollgate-attempts': String(tried), ...upstreamIdHeader(attempts.at(-1)) }
      return { ...reply, headers: { ...reply.headers, ...more } }
    },
    settle(how) {
      settled ??= settleNow(how)
      return settled
    },
  }
}

/** By which the provider finds the request, or its refusal, in its own records. */
function upstreamIdHeader(last: Attempt | undefined): Readonly<Record<string, string>> {
  const id = last?.upstreamId()
  return id === undefined ? {} : { 'x-tollgate-upstream-id': id }
}

/** Why an attempt that never answered was given up: the gateway does not say, but its timer does. */
function presumedLoss(ageMs: number, timeout: number): GatewayError {
  return ageMs >= timeout * 0.95
    ? new GatewayError('upstream_timeout', `no answer within ${timeout} ms`)
    : new GatewayError('upstream_error', 'connection failed')
}

function totalCost(reports: readonly AttemptReport[]): bigint | undefined {
  let sum = 0n
  for (const { cost } of reports) {
    if (cost === undefined) return undefined
    sum += cost
  }
  return sum
}

const NONE: readonly AttemptReport[] = []

const ignored = () => {}

const isReport = (made: AttemptReport | Promise<AttemptReport>): made is AttemptReport => !(made instanceof Promise)
