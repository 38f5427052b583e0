import type { ChatEvent, ChatRequest, Usage } from './chat.js'
import type { ContentOf, SourceOf } from './content.js'
import type { GatewayError } from './errors.js'
import type { JsonObject, JsonValue } from './json.js'
import type { KeyPool } from './key-pool.js'
import type { PlainDeltaOf } from './plain-deltas.js'
import type { Transform } from './transform.js'
import type { Steps } from './turns.js'

/**
 * One unit of a response body: an event of a stream, or a whole non-streaming body. `data` is text (the joined `data:`
 * lines of an SSE event); `raw` are the exact bytes it came in, present on decoded frames. `value` is what the JSON of a long body says:
 * where that has been read already, or is to be written; then `data` is empty, or made whenever it is asked for (see `long-answer.ts`).
 */
export type Frame =
  | { readonly type: 'event'; readonly event: string; readonly data: string; readonly raw?: Uint8Array }
  | { readonly type: 'body'; readonly data: string; readonly raw?: Uint8Array; readonly value?: JsonValue }

/** What is known of a model, in tokens; absent where nobody knows. */
export interface ModelLimits {
  readonly contextWindow?: number
  readonly maxOutput?: number
}

export interface EncodedRequest {
  readonly body: JsonObject
  /** Client fields that this dialect cannot express, by their path in the client's dialect: `logit_bias`, `n`. */
  readonly dropped: readonly string[]
  /** Client fields that the model has no word for and that are met in another way: `response_format`. */
  readonly emulated?: readonly string[]
  /** Undoes in the answer what emulation did to it; absent where nothing has to be undone. */
  restore?(): Transform<ChatEvent, ChatEvent>
}

/**
 * What a dialect's requests ask for. A request can be translated between dialects of one task; one of a dialect that stands
 * alone reaches only providers that speak it.
 */
export type Task = 'chat' | 'embeddings' | 'alone'

/** What of a client's request stands in its path, in dialects that put it there (Gemini). */
export interface RequestPlace {
  readonly model?: string
  readonly stream?: boolean
}

/** A wire format; knows no provider and does no I/O. All functions are pure but for the transforms' held input. */
export interface Dialect {
  readonly name: string
  readonly task: Task
  /** Reads a client's request; `place` is what its path says. Throws `GatewayError` `malformed_request` with `param` naming the field. */
  decodeRequest(body: JsonObject, place?: RequestPlace): ChatRequest
  /** The same in steps, for long requests; absent where each of them is short work. */
  decodeInSteps?(body: JsonObject, place?: RequestPlace): Steps<ChatRequest>
  /** What the members of a client's request hold, for policies that read or replace content; absent in dialects of no client. */
  readonly contentOf?: ContentOf
  /** Who wrote it; absent in dialects of no client. */
  readonly sourceOf?: SourceOf
  /** Why a request cannot be written for a model at all, however much is dropped; absent where any can. */
  refuses?(request: ChatRequest, model: string): GatewayError | undefined
  /** Writes the request for a target of this dialect; streams are asked to report usage. */
  encodeRequest(request: ChatRequest, limits: ModelLimits): EncodedRequest
  /** The same in steps, for long requests; absent where each of them is short work. */
  encodeInSteps?(request: ChatRequest, limits: ModelLimits): Steps<EncodedRequest>
  /**
   * Same dialect in and out: the top-level members that must change in the client's own body (`model`, asking for usage
   * on streams, a lower or missing output cap); everything else passes byte for byte.
   */
  patchRequest(body: JsonObject, model: string, outputCap?: number): Readonly<Record<string, JsonValue>>
  /** What `patchRequest` takes out of the client's own body because no provider of this dialect accepts it, by its path. */
  lostInPatch?(body: JsonObject): readonly string[]
  /** Reads frames of an answer, events or a whole body; garbage becomes an `error` event, never an exception. */
  decodeEvents(): Transform<Frame, ChatEvent>
  /** Tells frames of a stream whose JSON need not be read anew; absent where all must be. */
  readonly plainDelta?: PlainDeltaOf
  /** Writes an answer for the client that sent `request`: `event` frames when it asked for a stream, else one `body`. */
  encodeEvents(request: ChatRequest): Transform<ChatEvent, Frame>
  /** How ids of answers begin, for answers whose provider gives none. */
  readonly answerIdPrefix?: string
  /** Whether the last frame of a stream repeats the whole answer, so that who ends a stream early must have read it all. */
  readonly endRepeatsAnswer?: boolean
  /**
   * Same dialect in and out, usage not asked for by the client: the frame without it, or undefined when nothing else
   * was in it.
   */
  hideUsage(frame: Frame): Frame | undefined
  /**
   * Same dialect in and out: whether whole frames may hold an error or usage, and so must be read before they are passed
   * on. Cheap; may err on yes.
   */
  mustRead(frames: Uint8Array): boolean
  /** Reads a provider's error response (any status >= 400, any body). */
  decodeError(status: number, body: string): GatewayError
  /** Writes an error response's JSON body; the status is the error's own. */
  encodeError(error: GatewayError, requestId: string): JsonObject
  /** Writes an error into a stream that has begun; it is the stream's last frame. */
  encodeStreamError(error: GatewayError, requestId: string): Frame
}

/** An HTTP request as it leaves for a provider. `path` includes the query. Header names are lower case. */
export interface WireRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Secrets of one configured provider. Tokens and temporary keys are fetched, and renewed ahead of their end, by whoever made this. */
export interface Credentials {
  readonly apiKey?: string
  /** A bearer token (Google, Entra). */
  readonly token?: () => Promise<string> | string
  readonly aws?: () => Promise<AwsCredentials> | AwsCredentials
  /** Several API keys in the place of all others: each attempt takes one, and is signed with it as its `apiKey`. */
  readonly pool?: KeyPool
  /** Why the provider cannot be called at the moment, where that is known before it is tried. */
  readonly unavailable?: () => GatewayError | undefined
}

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** What the configuration says of a provider besides its address and its secrets. */
export interface ProviderOptions {
  readonly apiVersion?: string
  readonly region?: string
  readonly project?: string
  readonly location?: string
}

/** Which of the options a kind reads, and which of these it cannot do without. */
export interface OptionRules {
  readonly allowed: readonly (keyof ProviderOptions)[]
  readonly required: readonly (keyof ProviderOptions)[]
}

/** What the configuration must know of a kind; without a base URL of its own it has to be given one. */
export type ProviderKind = Pick<Provider, 'kind' | 'defaultBaseUrl' | 'baseUrlFor' | 'options'>

/** A kind with all the APIs that its endpoints have. */
export interface ProviderFamily extends ProviderKind {
  /** The APIs that serve this model, of one task the preferred first; never empty. */
  serving(model: string): readonly [Provider, ...Provider[]]
}

/** What a request is built for. */
export interface WireTarget {
  /** Not yet escaped for a path. */
  readonly model: string
  /** The base URL's path, without a trailing slash. */
  readonly basePath: string
  readonly stream: boolean
  readonly options: ProviderOptions
}

/** Where a request goes; part of what some signatures cover. */
export interface Destination {
  /** Host and port as the `:authority` that the provider sees. */
  readonly authority: string
  readonly options?: ProviderOptions
}

/** How a provider wants a body that its dialect has written, or that a client of the same dialect has sent. */
export interface Adjustment {
  /** Top-level members to set; undefined takes one away. */
  readonly members: Readonly<Record<string, JsonValue | undefined>>
  /** Client fields that the provider does not know, by their path in this dialect. */
  readonly dropped: readonly string[]
  /** Client fields that it does not know either and that are met in another way. */
  readonly emulated?: readonly string[]
}

/** What a provider kind knows of one of its APIs; configured instances are made from it by `connect`. */
export interface Provider {
  readonly kind: string
  readonly dialect: Dialect
  readonly defaultBaseUrl?: string
  /** The same where it depends on the options. */
  baseUrlFor?(options: ProviderOptions): string
  /** Absent where the kind reads none. */
  readonly options?: OptionRules
  /** Where this provider differs from its dialect; absent where it does not. */
  adjust?(body: JsonObject, target: WireTarget): Adjustment
  /** Path (appended to the base URL's) and headers for a request with this body. Names in the path are escaped. */
  build(body: Uint8Array, target: WireTarget): WireRequest
  /** What a good answer's headers say of its usage, where its body does not; absent for providers that have nothing there. */
  usageIn?(header: (name: string) => string | undefined): Usage | undefined
  /** Takes a frame of the dialect out of what this provider wraps around it; absent where nothing is. */
  unwrap?(frame: Frame): Frame
  sign(
    wire: WireRequest,
    credentials: Credentials,
    now: number,
    destination: Destination,
  ): Promise<WireRequest> | WireRequest
}
