import type { Attempt } from './attempt.js'
import type { HeaderOf } from './endpoint.js'
import type { GatewayError } from './errors.js'
import { type AskingContext, type AttemptsParts, type ExchangeAttempts, exchangeAttempts } from './exchange-attempts.js'
import { type ExchangeKeys, exchangeKeys } from './exchange-keys.js'
import { finalError } from './failure.js'
import { type AttemptReport, CLIENT_GONE, type Outcome } from './outcome.js'
import type { KeptAttempt } from './pending-attempt.js'
import { keysReady, type Place, placesFor } from './places.js'
import { auditsOf, settleAll } from './policy.js'
import type { Reply } from './reply.js'
import type { Settings, Target } from './settings.js'
import type { Ending } from './transform.js'

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
   * Translates and signs the request for the target at `index`; an attempt still open before it has lost its race, also one that is
   * still being made. Throws `GatewayError` when the target cannot be asked, or a policy does not let it; what is promised rejects with
   * its loss once it is lost, so that nobody is asked who need not be.
   */
  attempt(index: number): Attempt | Promise<Attempt>
  /** Whether the client has begun to receive an answer. */
  committed(): boolean
  /** The answer that has begun never reached the client: it is as if it had not. */
  unseen(): void
  /**
   * The answer that has begun has reached the client, so that no target will be asked any more: the client's body is let go, and its prompt,
   * in so far as nobody has to count what was sent of it. An answer may take minutes, and either be megabytes.
   */
  seen(): void
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

export interface ExchangeContext extends AskingContext {
  readonly id: string
  readonly path: string
  readonly settings: Settings
  readonly targets: readonly Target[]
  /** How the request is classified. */
  readonly label: string | undefined
  /** Clock reading at arrival, and how long admission took; milliseconds. */
  readonly arrivedAt: number
  readonly admissionMs: number
  /** The client's headers, which may tell the API of its errors; let go once an answer is on its way. */
  header: HeaderOf | undefined
  reply(to: Pick<ExchangeContext, 'path' | 'requestId' | 'header'>, error: GatewayError): Reply
  /** The exchange is over and may be forgotten. */
  over(): void
}

/** Makes the exchange for a request that the policies admitted. Throws `GatewayError` where no target has a key that may be used. */
export function makeExchange(context: ExchangeContext): Exchange {
  return new OpenExchange(context)
}

class OpenExchange implements Exchange, AttemptsParts {
  readonly kind = 'exchange'
  readonly id: string
  readonly targets: readonly Target[]
  readonly places: readonly Place[]
  readonly answers: 'whole' | 'in pieces'
  readonly attemptTimeout: number
  readonly idleTimeout: number
  readonly context: ExchangeContext
  readonly keys: ExchangeKeys
  private readonly attempts: ExchangeAttempts
  private firstTokenAt: number | undefined = undefined
  private settled: Promise<void> | undefined = undefined
  private refusal: GatewayError | undefined = undefined

  constructor(context: ExchangeContext) {
    const { settings, request } = context
    this.context = context
    this.id = context.id
    this.keys = exchangeKeys()
    this.targets = this.keys.reserve(context.targets)
    this.places = placesFor(this.targets.map(keysReady))
    // Vectors may take more room than gateways have for an answer that must be held.
    this.answers = context.dialect.task === 'chat' && !request.stream ? 'whole' : 'in pieces'
    this.attemptTimeout = request.stream ? settings.timeouts.firstToken : settings.timeouts.response
    this.idleTimeout = settings.timeouts.idle
    this.attempts = exchangeAttempts(this)
  }

  isWanted({ index, kind }: Place): boolean {
    const target = this.targets[index]
    return kind === 'own' || (target !== undefined && this.keys.hasAside(target))
  }

  attempt(index: number): Attempt | Promise<Attempt> {
    return this.attempts.ask(index)
  }

  committed(): boolean {
    return this.attempts.all().some((attempt) => attempt.committed())
  }

  unseen(): void {
    this.attempts.unseen()
  }

  seen(): void {
    const { context } = this
    const { asked, request } = context
    const counted = context.prompt.known()
    context.original = undefined
    context.header = undefined
    for (const watch of context.watches) watch.seen?.()
    if (counted) {
      context.request = { ...request, messages: [] }
      context.prompt = { count: () => counted, known: () => counted }
    } else if (asked.messages === request.messages) return
    context.asked = { ...asked, messages: asked.messages.filter(({ role }) => role === 'system') }
  }

  delivered(): boolean {
    return this.attempts.all().some((attempt) => attempt.delivered())
  }

  fail(loss?: GatewayError): Reply {
    const { attempts, context } = this
    attempts.lose(loss)
    this.refusal ??= loss?.code === 'upstream_unavailable' ? loss : finalError(attempts.failures())
    const reply = context.reply(context, this.refusal)
    const more = { 'x-tollgate-attempts': String(attempts.tried()), ...upstreamIdHeader(this.last()) }
    return { ...reply, headers: { ...reply.headers, ...more } }
  }

  settle(how: 'refused' | Ending): Promise<void> {
    this.settled ??= this.settleNow(how)
    return this.settled
  }

  headers(): Record<string, string> {
    const { context } = this
    const last = this.last()
    this.firstTokenAt ??= context.clock.monotonic()
    const all: Record<string, string> = {
      'x-request-id': context.requestId,
      'x-tollgate-target': (last?.target.name ?? '').replace(/[^\x21-\x7e]/g, '?'),
      'x-tollgate-attempts': String(this.attempts.tried()),
    }
    Object.assign(all, upstreamIdHeader(last))
    if (context.outputCap !== undefined) all['x-tollgate-output-cap'] = String(context.outputCap)
    for (const watch of context.watches) Object.assign(all, watch.headers?.())
    return all
  }

  private last(): KeptAttempt | undefined {
    return this.attempts.all().at(-1)
  }

  private async settleNow(how: 'refused' | Ending): Promise<void> {
    const { context, attempts } = this
    const { clock } = context
    let reported: readonly AttemptReport[] = []
    for (let wait = attempts.underWay(); wait; wait = attempts.underWay()) await wait
    try {
      const made = attempts.reports()
      reported = made instanceof Promise ? await made : made
      const served = reported.find((report) => report.outcome === 'served')
      const error = served ? served.error : this.refusal
      const outcome: Outcome = {
        id: context.requestId,
        path: context.path,
        identity: context.identity,
        policyVersion: context.settings.version,
        label: context.label,
        chain: this.targets.map(({ name }) => name),
        how: served?.error ? 'cut' : how,
        status: served ? 200 : (error?.status ?? CLIENT_GONE),
        error,
        request: context.request,
        prompt: context.prompt.known(),
        attempts: reported,
        failures: attempts.failures(),
        cost: totalCost(reported),
        dropped: this.last()?.dropped ?? [],
        audits: auditsOf(context.watches),
        durationMs: clock.monotonic() - context.arrivedAt,
        firstTokenMs: this.firstTokenAt === undefined ? undefined : this.firstTokenAt - context.arrivedAt,
        overheadMs: context.admissionMs + attempts.makingMs(),
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
      this.keys.settle(reported)
      context.over()
    }
  }
}

/** By which the provider finds the request, or its refusal, in its own records. */
function upstreamIdHeader(last: KeptAttempt | undefined): Readonly<Record<string, string>> {
  const id = last?.upstreamId()
  return id === undefined ? {} : { 'x-tollgate-upstream-id': id }
}

function totalCost(reports: readonly AttemptReport[]): bigint | undefined {
  let sum = 0n
  for (const { cost } of reports) {
    if (cost === undefined) return undefined
    sum += cost
  }
  return sum
}
