import { type AnswerStream, errorReader } from './answer.js'
import type { ChatEvent, ChatRequest, Usage } from './chat.js'
import type { ClientBody } from './client-body.js'
import type { Clock } from './clock.js'
import type { AnswerHost, AnswerOptions } from './delivery.js'
import { editorOf } from './edited-frames.js'
import { GatewayError } from './errors.js'
import { type Failure, retryAfterOf } from './failure.js'
import type { Framing, Framings } from './framing.js'
import { gateOf } from './gate.js'
import type { TakenKey } from './key-pool.js'
import type { Meter } from './meter.js'
import type { AttemptReport } from './outcome.js'
import { passThrough } from './pass-through.js'
import type { Watch } from './policy.js'
import type { PromptCounted } from './prompt-counts.js'
import type { WireRequest } from './provider.js'
import { waitOf } from './rate-limit-reset.js'
import type { Target } from './settings.js'
import { costOf, settledUsage } from './settled-usage.js'
import { type Tally, tally } from './tally.js'
import { inTurn, type Transform, then } from './transform.js'
import { type Translatable, type Translated, translate, wireTarget } from './translate.js'
import { translation } from './translation.js'
import type { Turns } from './turns.js'
import { upstreamIdOf } from './upstream-id.js'

/** What every attempt of one exchange works from. */
export interface AttemptContext extends Translatable {
  /** Let go once no further attempt will be made, and so are the messages of `request` where they have been counted. */
  original: ClientBody | undefined
  request: ChatRequest
  readonly requestId: string
  /**
   * As the client sent it, for what its answer repeats of it; `request` is what the policies made of that. Once no further attempt will be made
   * of its messages only those of the system are there, but where `request` still needs them.
   */
  asked: ChatRequest
  /** The API generates nothing and costs nothing: what it is sent and answers is not billed. */
  readonly billing?: 'free'
  readonly watches: readonly Watch[]
  readonly framings: Framings
  /** How the client reads its answer. */
  readonly outgoing: Framing
  readonly meter: Meter
  readonly turns: Turns
  /** With the first target's tokenizer. */
  prompt: PromptCounted
  readonly clock: Clock
}

/** One call to one target, always made from the original request. */
export interface Attempt {
  readonly target: Target
  /** Translated and signed; without its body once it has been answered. */
  readonly request: WireRequest
  /** Client fields that this target cannot express. */
  readonly dropped: readonly string[]
  /** The provider's own id of the request, once it has answered. */
  upstreamId(): string | undefined
  /** Starts the response half; `header` looks up lower-case names. */
  respond(status: number, header: (name: string) => string | undefined): AnswerStream
  /** The gateway gave the attempt up: unreachable, broken off or out of time. No effect once the client sees its answer. */
  lost(error: GatewayError): void
  /** The answer that has begun never reached the client: the gateway gave it up before it passed anything on. Then it is lost. */
  unseen(): void
  /** Whether the client has begun to receive this attempt's answer. */
  committed(): boolean
  /** Whether the client's response has come to its end. */
  delivered(): boolean
  /** Milliseconds since the attempt was made. */
  ageMs(): number
  report(): AttemptReport | Promise<AttemptReport>
}

/**
 * Whether this is the chain's last target, whose answer is passed on from its first event; `before-spare` where all that may follow
 * is the same target with another key, which does not help where the key was not the trouble.
 */
export type Position = 'last' | 'before-last' | 'before-spare'

export interface AttemptHooks {
  /** Headers of the client's response, asked for when it begins; the caller's own. */
  headers(): Record<string, string>
  /** Told once, as soon as the attempt has failed. */
  failed(failure: Failure): void
}

/**
 * Translates the request for `target` and signs it, with `key` where the provider has several. Throws `GatewayError` when the target
 * cannot be asked at all.
 */
export function makeAttempt(
  context: AttemptContext,
  target: Target,
  place: Position,
  hooks: AttemptHooks,
  key?: TakenKey,
): Attempt | Promise<Attempt> {
  const startedAt = context.clock.monotonic()
  const { provider } = target.upstream
  const credentials = key ? { apiKey: key.apiKey } : target.upstream.credentials
  return then(translate(context, target, context.turns), (translated) => {
    const wire = inForm(provider.build(translated.body, wireTarget(target, context.request)), context)
    return then(
      provider.sign(wire, credentials, context.clock.now(), target.upstream),
      (request) => new OneAttempt({ context, target, place, hooks, key, startedAt, translated, wire: request }),
    )
  })
}

/** A form's content type has its boundary in it. */
function inForm(wire: WireRequest, { original }: AttemptContext): WireRequest {
  if (original?.form !== 'multipart') return wire
  return { ...wire, headers: { ...wire.headers, 'content-type': original.contentType } }
}

interface AttemptParts {
  readonly context: AttemptContext
  readonly target: Target
  readonly place: Position
  readonly hooks: AttemptHooks
  readonly key: TakenKey | undefined
  readonly startedAt: number
  readonly translated: Translated
  readonly wire: WireRequest
}

class OneAttempt implements Attempt, AnswerHost {
  readonly target: Target
  request: WireRequest
  readonly dropped: readonly string[]
  private readonly emulated: Translated['emulated']
  private readonly restore: Translated['restore']
  private readonly context: AttemptContext
  private readonly place: Position
  private readonly hooks: AttemptHooks
  private readonly key: TakenKey | undefined
  private readonly startedAt: number
  private readonly seen: Tally = tally()
  private status: number | undefined = undefined
  private providersId: string | undefined = undefined
  private error: GatewayError | undefined = undefined
  private retryAfter: number | undefined = undefined
  private wait: number | undefined = undefined
  private committedAt: number | undefined = undefined
  private endedAt: number | undefined = undefined
  private answer: AnswerStream | undefined = undefined

  constructor({ context, target, place, hooks, key, startedAt, translated, wire }: AttemptParts) {
    this.target = target
    this.request = wire
    // An answer may take minutes: what was sent is not kept for as long.
    this.dropped = translated.dropped
    this.emulated = translated.emulated
    this.restore = translated.restore
    this.context = context
    this.place = place
    this.hooks = hooks
    this.key = key
    this.startedAt = startedAt
  }

  upstreamId(): string | undefined {
    return this.providersId
  }

  respond(answered: number, header: (name: string) => string | undefined): AnswerStream {
    const { context, target, place, key, seen } = this
    const { clock, request } = context
    const { provider } = target.upstream
    const { method, path, headers } = this.request
    this.request = { method, path, headers, body: NO_BODY }
    this.status = answered
    this.retryAfter = retryAfterOf(header, clock.now())
    this.providersId = upstreamIdOf(header)
    if (key) this.wait = waitOf(header, clock.now())
    if (answered < 200 || answered > 299) {
      // How long a key must rest may stand in the body alone.
      const untold = key !== undefined && answered === 429 && this.wait === undefined
      const fail = (error: GatewayError) => this.fail(error)
      return errorReader({ status: answered, place: untold ? 'last' : place, dialect: provider.dialect, fail })
    }
    const { incoming, outgoing } = formsOf(context, header('content-type') ?? '')
    const options: AnswerOptions = {
      edit: isAlone(context) ? editorOf(context.watches.toReversed()) : undefined,
      gate: request.stream ? gateOf(context.watches, seen, target) : undefined,
      heard: isAlone(context) ? undefined : hearerOf(context.watches),
      place,
      context,
      provider,
      incoming,
      outgoing,
      tally: seen,
      host: this,
    }
    // An answer that is not read into events is changed as the document that it is.
    const transforms = isAlone(context)
      ? []
      : context.watches.toReversed().flatMap((watch) => watch.transform?.() ?? [])
    const restored = restorer(this.restore, provider.usageIn?.(header))
    const same = provider.dialect === context.dialect && incoming === outgoing && transforms.length === 0
    this.answer = same && !restored ? passThrough(options) : translation(options, transforms, restored)
    return this.answer
  }

  lost(reason: GatewayError): void {
    if (this.committedAt !== undefined) return
    this.fail(reason)
    // What is still at work on an answer must not begin it now: another attempt may have.
    this.answer?.abort(reason)
  }

  unseen(): void {
    const cause = this.error
    this.committedAt = undefined
    this.error = undefined
    if (cause) this.fail(cause)
  }

  committed(): boolean {
    return this.committedAt !== undefined
  }

  delivered(): boolean {
    return this.committedAt !== undefined && this.endedAt !== undefined
  }

  ageMs(): number {
    return this.context.clock.monotonic() - this.startedAt
  }

  report(): AttemptReport | Promise<AttemptReport> {
    const { context, target, seen, startedAt } = this
    this.answer?.unread()
    const served = this.committedAt !== undefined
    return then(settledUsage(context, target, seen, served ? 'served' : 'not served'), (settled) => ({
      target,
      outcome: served ? 'served' : this.error ? 'failed' : 'cancelled',
      error: this.error,
      status: this.status,
      upstreamId: this.providersId,
      credential: this.key?.name,
      usage: settled.usage,
      usageSource: settled.source,
      cost: costOf(context, target, settled),
      finish: seen.finish(),
      firstTokenMs: this.committedAt === undefined ? undefined : this.committedAt - startedAt,
      durationMs: (this.endedAt ?? context.clock.monotonic()) - startedAt,
    }))
  }

  headers(): Record<string, string> {
    return Object.assign(this.hooks.headers(), fieldHeaders(this.dropped, this.emulated))
  }

  commit(): void {
    this.committedAt ??= this.context.clock.monotonic()
  }

  fail(reason: GatewayError): void {
    if (this.error) return
    const { target, status, key, wait } = this
    const error = withRetryAfter(reason, this.retryAfter)
    this.error = error
    this.endedAt = this.context.clock.monotonic()
    if (this.committedAt !== undefined) return
    this.hooks.failed({ target, status, error, ...(key && { credential: key.name, wait }) })
  }

  over(): void {
    this.endedAt ??= this.context.clock.monotonic()
  }
}

const NO_BODY = new Uint8Array(0)

/** What is done to the events of an answer before anybody sees them; undefined where nothing is. */
function restorer(
  restore: Translated['restore'],
  told: Usage | undefined,
): Transform<ChatEvent, ChatEvent> | undefined {
  if (told === undefined) return restore?.()
  const usage: Transform<ChatEvent, ChatEvent> = {
    push: (event) => (event.type === 'end' ? [{ type: 'usage', usage: told }, event] : [event]),
    end: () => [],
  }
  return restore ? inTurn(restore(), usage) : usage
}

const isAlone = ({ dialect }: AttemptContext) => dialect.task === 'alone'

/**
 * How the provider's body is framed and the client's. An API that stands alone has its answers passed on in the form and with the
 * content type that they come in.
 */
function formsOf(context: AttemptContext, contentType: string): Pick<AnswerOptions, 'incoming' | 'outgoing'> {
  const { framings, outgoing } = context
  const named = framings.forResponse(contentType)
  if (!isAlone(context)) return { incoming: named, outgoing }
  const plain = outgoing === framings.stream ? framings.whole : outgoing
  const framing = named === framings.whole ? plain : named
  const form = contentType === '' ? framing : { ...framing, contentType }
  return { incoming: form, outgoing: form }
}

/** Tells all watches that listen; undefined when there is none. */
function hearerOf(watches: readonly Watch[]): AnswerOptions['heard'] {
  const hearers = watches.flatMap((watch) => watch.hears?.() ?? [])
  const [only] = hearers
  if (hearers.length < 2) return only
  return (event) => {
    for (const hear of hearers) hear(event)
  }
}

function withRetryAfter(error: GatewayError, retryAfter: number | undefined): GatewayError {
  if (retryAfter === undefined || error.retryAfter !== undefined) return error
  const { code, message, param, status, providerCode, cause } = error
  return new GatewayError(code, message, { param, status, providerCode, retryAfter, cause })
}

/** `x-tollgate-dropped` and `x-tollgate-emulated`: fields separated by commas; what cannot stand in a header is replaced. */
function fieldHeaders(dropped: readonly string[], emulated: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  if (dropped.length > 0) headers['x-tollgate-dropped'] = fieldList(dropped)
  if (emulated.length > 0) headers['x-tollgate-emulated'] = fieldList(emulated)
  return headers
}

function fieldList(fields: readonly string[]): string {
  const printable = fields.map((field) => field.replace(/[^\x21-\x2b\x2d-\x7e]/g, '?'))
  return printable.join(',').slice(0, 1024)
}
