import { type AnswerStream, errorReader } from './answer.js'
import type { ChatRequest, Usage } from './chat.js'
import type { Clock } from './clock.js'
import type { AnswerOptions } from './delivery.js'
import { GatewayError } from './errors.js'
import { type Failure, retryAfterOf } from './failure.js'
import type { Framing, Framings } from './framing.js'
import type { JsonObject } from './json.js'
import { type JsonBody, spliceMembers } from './members.js'
import type { Meter, PromptCount } from './meter.js'
import type { AttemptReport, UsageSource } from './outcome.js'
import { passThrough } from './pass-through.js'
import type { Passage, Progress, Watch } from './policy.js'
import type { Dialect, WireRequest, WireTarget } from './provider.js'
import type { Target } from './settings.js'
import { type Tally, tally } from './tally.js'
import { then } from './transform.js'
import { translation } from './translation.js'

/** What every attempt of one exchange works from. */
export interface AttemptContext {
  readonly requestId: string
  readonly dialect: Dialect
  readonly request: ChatRequest
  /** The client's own body, when no policy changed the request; the same dialect then passes it on byte for byte. */
  readonly original: JsonBody | undefined
  /** The most output tokens of one choice that providers are told to give. */
  readonly outputCap?: number
  readonly watches: readonly Watch[]
  readonly framings: Framings
  /** How the client reads its answer. */
  readonly outgoing: Framing
  readonly meter: Meter
  /** Counts the prompt with the first target's tokenizer, unless that has been done. */
  countPrompt(): PromptCount | Promise<PromptCount>
  readonly clock: Clock
}

/** One call to one target, always made from the original request. */
export interface Attempt {
  readonly target: Target
  /** Translated and signed. */
  readonly request: WireRequest
  /** Client fields that this target cannot express. */
  readonly dropped: readonly string[]
  /** Starts the response half; `header` looks up lower-case names. */
  respond(status: number, header: (name: string) => string | undefined): AnswerStream
  /** The gateway gave the attempt up: unreachable, broken off or out of time. No effect once the client sees its answer. */
  lost(error: GatewayError): void
  /** Whether the client has begun to receive this attempt's answer. */
  committed(): boolean
  /** Whether the client's response has come to its end. */
  delivered(): boolean
  /** Milliseconds since the attempt was made. */
  ageMs(): number
  report(): AttemptReport | Promise<AttemptReport>
}

/** Whether this is the chain's last target, whose answer is passed on from its first event. */
export type Position = 'last' | 'before-last'

export interface AttemptHooks {
  /** Headers of the client's response, asked for when it begins. */
  headers(): Readonly<Record<string, string>>
  /** Told once, as soon as the attempt has failed. */
  failed(failure: Failure): void
}

/** Translates the request for `target` and signs it. Throws `GatewayError` when the target cannot be asked at all. */
export function makeAttempt(
  context: AttemptContext,
  target: Target,
  place: Position,
  hooks: AttemptHooks,
): Attempt | Promise<Attempt> {
  const startedAt = context.clock.monotonic()
  const { body, dropped } = translate(context, target)
  const { provider, credentials } = target.upstream
  const wire = provider.build(body, wireTarget(target, context.request))
  return then(provider.sign(wire, credentials, context.clock.now(), target.upstream), (request) =>
    attemptWith({ context, target, place, hooks, startedAt, dropped, wire: request }),
  )
}

const NO_OPTIONS = {}

function wireTarget({ model, upstream }: Target, { stream }: ChatRequest): WireTarget {
  const { basePath, options = NO_OPTIONS } = upstream
  return { model, basePath, stream, options }
}

interface AttemptParts {
  readonly context: AttemptContext
  readonly target: Target
  readonly place: Position
  readonly hooks: AttemptHooks
  readonly startedAt: number
  readonly dropped: readonly string[]
  readonly wire: WireRequest
}

function attemptWith({ context, target, place, hooks, startedAt, dropped, wire }: AttemptParts): Attempt {
  const { clock, request } = context
  const { provider } = target.upstream
  const seen = tally()
  let status: number | undefined
  let error: GatewayError | undefined
  let retryAfter: number | undefined
  let committedAt: number | undefined
  let endedAt: number | undefined
  let readRest = () => {}

  const fail = (reason: GatewayError) => {
    if (error) return
    error = withRetryAfter(reason, retryAfter)
    endedAt = clock.monotonic()
    if (committedAt === undefined) hooks.failed({ target, status, error })
  }

  return {
    target,
    request: wire,
    dropped,
    respond(answered, header) {
      status = answered
      retryAfter = retryAfterOf(header, clock.now())
      if (answered < 200 || answered > 299)
        return errorReader({ status: answered, place, dialect: provider.dialect, fail })
      const incoming = context.framings.forResponse(header('content-type') ?? '')
      const options: AnswerOptions = {
        gate: request.stream ? gateOf(context.watches, seen, target) : undefined,
        place,
        request,
        context,
        provider,
        incoming,
        outgoing: context.outgoing,
        tally: seen,
        headers: () => ({ ...hooks.headers(), ...droppedHeader(dropped) }),
        commit: () => {
          committedAt ??= clock.monotonic()
        },
        fail,
        over: () => {
          endedAt ??= clock.monotonic()
        },
      }
      const transforms = context.watches.flatMap((watch) => watch.transform?.() ?? [])
      const same = provider.dialect === context.dialect && incoming === context.outgoing && transforms.length === 0
      const answer = same ? passThrough(options) : translation(options, transforms)
      readRest = answer.unread
      return answer
    },
    lost(reason) {
      if (committedAt === undefined) fail(reason)
    },
    committed: () => committedAt !== undefined,
    delivered: () => committedAt !== undefined && endedAt !== undefined,
    ageMs: () => clock.monotonic() - startedAt,
    report() {
      readRest()
      const served = committedAt !== undefined
      return then(settledUsage(context, target, seen, served ? 'served' : 'not served'), ({ usage, source }) => ({
        target,
        outcome: served ? 'served' : error ? 'failed' : 'cancelled',
        error,
        status,
        usage,
        usageSource: source,
        cost: source === 'none' ? 0n : context.meter.cost(usage, target, clock.now()),
        finish: seen.finish(),
        firstTokenMs: committedAt === undefined ? undefined : committedAt - startedAt,
        durationMs: (endedAt ?? clock.monotonic()) - startedAt,
      }))
    },
  }
}

/** Asks the watches that follow a stream, one after the other; undefined when there is none. */
function gateOf(watches: readonly Watch[], seen: Tally, target: Target): AnswerOptions['gate'] {
  const following = watches.filter(({ progress }) => progress !== undefined)
  if (following.length === 0) return undefined
  const ask = (index: number): Passage | Promise<Passage> => {
    const watch = following[index]
    if (!watch?.progress) return 'go'
    const progress: Progress = {
      target,
      length: seen.length(),
      textFrom: (position) => seen.text().slice(position),
    }
    return then(watch.progress(progress), (passage) => (passage === 'stop' ? 'stop' : ask(index + 1)))
  }
  // Of an answer that has come to its end nothing is left to stop.
  return () => (seen.ended() ? 'go' : ask(0))
}

/** What a request is translated from. */
type Translatable = Pick<AttemptContext, 'dialect' | 'request' | 'original' | 'outputCap'>

/** The body for `target`, as its dialect writes and its provider wants it, and the client's fields that are not in it. */
export function translate(
  context: Translatable,
  target: Target,
): { readonly body: Uint8Array; readonly dropped: readonly string[] } {
  const { request, original } = context
  const { provider } = target.upstream
  const { dialect } = provider
  if (dialect === context.dialect && original) {
    const changes = dialect.patchRequest(original.value, target.model, capAt(context, target))
    if (!provider.adjust) return { body: spliceMembers(original, changes), dropped: [] }
    const { members, dropped } = provider.adjust({ ...original.value, ...changes }, wireTarget(target, request))
    return { body: spliceMembers(original, { ...changes, ...members }), dropped }
  }
  const maxOutputTokens = lower(request.maxOutputTokens, capAt(context, target))
  const { body, dropped } = dialect.encodeRequest({ ...request, model: target.model, maxOutputTokens }, target.limits)
  const adjusted = provider.adjust?.(body, wireTarget(target, request))
  if (!adjusted) return { body: toBytes(body), dropped }
  return {
    body: toBytes({ ...body, ...adjusted.members }),
    dropped: [...new Set([...dropped, ...adjusted.dropped])],
  }
}

/** The cap for this target: no provider is asked for more than its model can give. */
function capAt({ outputCap }: Translatable, { limits }: Target): number | undefined {
  return outputCap === undefined ? undefined : lower(outputCap, limits.maxOutput)
}

function lower(asked: number | undefined, cap: number | undefined): number | undefined {
  return asked === undefined || cap === undefined ? (asked ?? cap) : Math.min(asked, cap)
}

const encoder = new TextEncoder()
const toBytes = (body: JsonObject) => encoder.encode(JSON.stringify(body))

/** The provider's figures where the answer came to its end; what was counted where it was cut or nothing was reported. */
function settledUsage(
  context: AttemptContext,
  target: Target,
  seen: Tally,
  result: 'served' | 'not served',
): SettledUsage | Promise<SettledUsage> {
  const usage = seen.usage()
  const reported = usage.completion !== undefined && usage.prompt !== undefined
  if (result === 'not served') return { usage, source: reported ? 'provider' : 'none' }
  const webSearches = usage.webSearches ?? unreportedSearches(context.request, target)
  const served = webSearches === undefined ? usage : { ...usage, webSearches }
  if (reported && seen.ended()) return { usage: served, source: 'provider' }
  const prompt = usage.prompt ?? then(context.countPrompt(), ({ tokens }) => tokens)
  return then(prompt, (promptTokens) =>
    then(context.meter.countText(seen.text(), target), (counted) => {
      const whole = seen.ended() && usage.completion !== undefined
      const completion = whole ? usage.completion : Math.max(counted, usage.completion ?? 0)
      return { usage: { ...served, prompt: promptTokens, completion }, source: 'counted' }
    }),
  )
}

/** What the request's dialect bills for and never reports; a target of another dialect was not sent the tool. */
function unreportedSearches({ webSearch }: ChatRequest, target: Target): number | undefined {
  return webSearch?.dialect === target.upstream.provider.dialect.name ? webSearch.unreported : undefined
}

interface SettledUsage {
  readonly usage: Usage
  readonly source: UsageSource
}

function withRetryAfter(error: GatewayError, retryAfter: number | undefined): GatewayError {
  if (retryAfter === undefined || error.retryAfter !== undefined) return error
  const { code, message, param, status, providerCode, cause } = error
  return new GatewayError(code, message, { param, status, providerCode, retryAfter, cause })
}

/** `x-tollgate-dropped`: fields separated by commas; anything that cannot stand in a header is left out. */
function droppedHeader(dropped: readonly string[]): Record<string, string> {
  if (dropped.length === 0) return {}
  const fields = dropped.map((field) => field.replace(/[^\x21-\x2b\x2d-\x7e]/g, '?'))
  return { 'x-tollgate-dropped': fields.join(',').slice(0, 1024) }
}
