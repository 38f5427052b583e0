import type { GatewayError } from './errors.js'
import type { JsonObject, JsonValue } from './json.js'

/**
 * The vocabulary that every dialect decodes to and encodes from. A request is read once into `ChatRequest`; an answer,
 * streamed or not, is a sequence of `ChatEvent`.
 */
export interface ChatRequest {
  readonly model: string
  /** In the client's order; system and developer messages are ordinary members. */
  readonly messages: readonly Message[]
  readonly tools: readonly Tool[]
  readonly toolChoice?: ToolChoice
  readonly parallelToolCalls?: boolean
  readonly responseFormat?: ResponseFormat
  /** The most tokens one choice may have, reasoning included. */
  readonly maxOutputTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly seed?: number
  readonly frequencyPenalty?: number
  readonly presencePenalty?: number
  readonly logitBias?: JsonObject
  readonly stop: readonly string[]
  /** How many choices are asked for; 1 unless said. */
  readonly n: number
  readonly logprobs?: { readonly top?: number }
  readonly reasoning?: Reasoning
  readonly user?: string
  readonly metadata?: JsonObject
  readonly serviceTier?: string
  readonly webSearch?: WebSearch
  /** What vectors are asked for, in a request for embeddings: its messages are the inputs, a user's each. */
  readonly embedding?: EmbeddingOptions
  readonly stream: boolean
  /** Whether the client wants usage on its stream (OpenAI `stream_options.include_usage`; always in other dialects). */
  readonly includeUsage: boolean
  /** Top-level members that this vocabulary has no word for; they survive to a target of the same dialect only. */
  readonly extras: Extras
}

/**
 * Wire members kept for a target that speaks `dialect`, by their paths; for any other target they are dropped and reported. A
 * request may have any number of them, which only a map bears.
 */
export interface Extras {
  readonly dialect: string
  readonly fields: ReadonlyMap<string, JsonValue>
  /** Members that mean nothing to any other dialect (where the API stores its answers): dropped there without a report. */
  readonly quiet?: ReadonlyMap<string, JsonValue>
}

interface EmbeddingOptions {
  /** Numbers per vector; as many as the model likes unless said. */
  readonly dimensions?: number
  /** How the client wants its vectors written; `float` unless said. */
  readonly encodingFormat?: 'float' | 'base64'
  /** What the vectors are for, in whatever vendor's word the client chose: `search_query`, `document`, `CLUSTERING`. */
  readonly inputType?: string
}

export interface Reasoning {
  /** `none`, `minimal`, `low`, `medium`, `high` or whatever word the client's dialect allows. */
  readonly effort?: string
  /** Thinking budget in tokens. */
  readonly budgetTokens?: number
  /** Thinking asked for by an on/off switch, or left to the model. */
  readonly mode?: 'on' | 'off' | 'adaptive'
}

/** The provider may search the web, for a fee per search, at a target of this dialect; any other one is sent no such tool. */
interface WebSearch {
  readonly dialect: string
  /** The most searches of one choice; absent where nobody said. */
  readonly most?: number
  /** Searches that an answer is billed for when its usage does not say how many there were; absent means none. */
  readonly unreported?: number
}

export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage

interface SystemMessage {
  readonly role: 'system' | 'developer'
  readonly content: readonly Part[]
  readonly name?: string
  readonly extras?: ItemExtras
}

export interface UserMessage {
  readonly role: 'user'
  readonly content: readonly Part[]
  readonly name?: string
  readonly extras?: ItemExtras
}

export interface AssistantMessage {
  readonly role: 'assistant'
  readonly content: readonly (Part | AssistantPart)[]
  readonly name?: string
}

/** The result of one tool call. */
export interface ToolMessage {
  readonly role: 'tool'
  readonly callId: string
  readonly content: readonly Part[]
  readonly failed?: boolean
  /** A cache marker on the result itself (Anthropic `cache_control`). */
  readonly cacheControl?: JsonValue
  readonly extras?: ItemExtras
}

/** Where bytes come from; `data` is base64. What is not in the request has a `mediaType` where the client named one. */
export type Source =
  | { readonly kind: 'url'; readonly url: string; readonly mediaType?: string }
  | { readonly kind: 'data'; readonly mediaType: string; readonly data: string }
  | { readonly kind: 'file-id'; readonly id: string; readonly mediaType?: string }

/** Any part may carry a cache marker (Anthropic `cache_control`, passed as the client wrote it). */
export type Part =
  | { readonly type: 'text'; readonly text: string; readonly cacheControl?: JsonValue; readonly extras?: ItemExtras }
  | { readonly type: 'image'; readonly source: Source; readonly detail?: string; readonly cacheControl?: JsonValue }
  | { readonly type: 'file'; readonly source: Source; readonly name?: string; readonly cacheControl?: JsonValue }
  | { readonly type: 'audio'; readonly format: string; readonly data: string }
  | OpaquePart

export type AssistantPart =
  | { readonly type: 'refusal'; readonly text: string; readonly extras?: ItemExtras }
  | {
      readonly type: 'reasoning'
      readonly text: string
      /**
       * The provider's proof of its thinking, needed in the next turn. Anthropic's as it wrote it; any other begins with its
       * dialect's name and a colon (`gemini:`), so that no provider is sent another's. Without a text of its own it belongs
       * to what follows.
       */
      readonly signature?: string
      /** Encrypted thinking that only its provider can read. */
      readonly redacted?: string
      readonly extras?: ItemExtras
    }
  | {
      readonly type: 'tool-call'
      readonly id: string
      readonly name: string
      /** As the model wrote it: JSON text for functions (`{}` when empty), free text for custom tools. */
      readonly arguments: string
      readonly kind: 'function' | 'custom'
      readonly cacheControl?: JsonValue
      readonly extras?: ItemExtras
    }

/**
 * How a message, a part or a block stood on the wire of `dialect`, beyond what the vocabulary says (item ids, phases). Another
 * dialect loses nothing by leaving it out, and does not report it.
 */
export interface ItemExtras {
  readonly dialect: string
  readonly fields: JsonObject
}

/** A part that only `dialect` understands (server-side tool use, search results); dropped and reported elsewhere. */
export interface OpaquePart {
  readonly type: 'opaque'
  readonly dialect: string
  readonly value: JsonObject
}

export type Tool =
  | {
      readonly kind: 'function'
      readonly name: string
      readonly description?: string
      /** JSON Schema of the arguments; absent means no arguments. */
      readonly parameters?: JsonObject
      readonly strict?: boolean
      readonly cacheControl?: JsonValue
    }
  | { readonly kind: 'custom'; readonly name: string; readonly description?: string; readonly format?: JsonObject }
  /** A tool that runs at the provider (web search, code execution ...), in its own dialect's form. */
  | { readonly kind: 'opaque'; readonly dialect: string; readonly value: JsonObject }

export type ToolChoice =
  | { readonly mode: 'auto' | 'none' | 'required' }
  | { readonly mode: 'named'; readonly name: string; readonly kind: 'function' | 'custom' }
  /** Only these tools may be called (OpenAI `allowed_tools`). */
  | { readonly mode: 'allowed'; readonly require: 'auto' | 'required'; readonly names: readonly string[] }

export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json' }
  | {
      readonly type: 'json-schema'
      readonly name: string
      readonly description?: string
      readonly schema?: JsonObject
      readonly strict?: boolean
    }

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'refusal' | 'other'

/**
 * What one answer used, in tokens but for `webSearches`. `prompt` includes cached and cache-write tokens, `completion`
 * includes reasoning (OpenAI's convention). Absent members were not reported.
 */
export interface Usage {
  readonly prompt?: number
  readonly cachedPrompt?: number
  /** All cache writes, whatever their lifetime. */
  readonly cacheWrite?: number
  /** The part of `cacheWrite` that lives one hour. */
  readonly cacheWrite1h?: number
  readonly completion?: number
  readonly reasoning?: number
  readonly audioPrompt?: number
  readonly audioCompletion?: number
  /** Searches of the web that the provider ran and bills by the piece. */
  readonly webSearches?: number
}

/** An embedding: its numbers, or base64 of them as little-endian 32-bit floats (OpenAI's `encoding_format`). */
export type Vector =
  | { readonly kind: 'floats'; readonly values: readonly number[] }
  | { readonly kind: 'base64'; readonly data: string }

/** What a block holds. A tool call streams its arguments as text deltas. */
export type BlockStart =
  | { readonly kind: 'text' }
  | { readonly kind: 'refusal' }
  | { readonly kind: 'reasoning' }
  | { readonly kind: 'redacted-reasoning'; readonly data: string }
  | { readonly kind: 'tool-call'; readonly id: string; readonly name: string; readonly call: 'function' | 'custom' }
  /** Server-side tool output and the like; only the same dialect can say it. */
  | { readonly kind: 'opaque'; readonly dialect: string; readonly value: JsonObject }

/**
 * One step of an answer. Order: `start`, then per choice blocks (`block-start`, `delta`*, `block-end`; blocks of a choice
 * never interleave except tool calls, which may) and one `finish`, `usage` at any time (the last one wins, members
 * merged), at last `end`. `error` ends the answer wherever it stands.
 */
export type ChatEvent =
  | {
      readonly type: 'start'
      readonly id: string
      readonly model: string
      readonly created?: number
      readonly systemFingerprint?: string
      readonly serviceTier?: string
    }
  | {
      readonly type: 'block-start'
      readonly choice: number
      readonly block: number
      readonly start: BlockStart
      readonly extras?: ItemExtras
    }
  | {
      readonly type: 'delta'
      readonly choice: number
      readonly block: number
      readonly text: string
      /** OpenAI `logprobs` of exactly this delta. */
      readonly logprobs?: JsonValue
    }
  /** The signature of a reasoning block, needed to send it back in the next turn. */
  | { readonly type: 'signature'; readonly choice: number; readonly block: number; readonly signature: string }
  /** A citation or annotation on a text block, in its own dialect's form. */
  | {
      readonly type: 'annotation'
      readonly choice: number
      readonly block: number
      readonly dialect: string
      readonly value: JsonObject
    }
  | { readonly type: 'block-end'; readonly choice: number; readonly block: number }
  | {
      readonly type: 'finish'
      readonly choice: number
      readonly reason: FinishReason
      /** The provider's own word. */
      readonly raw: string
      readonly stopSequence?: string
    }
  /** The vector of the input at `index`, counted from 0; only in answers to a request for embeddings, which have no blocks. */
  | { readonly type: 'embedding'; readonly index: number; readonly vector: Vector }
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'error'; readonly error: GatewayError }
  | { readonly type: 'end' }

/** Adds later usage over earlier: the last reported value of each member wins. */
export function mergeUsage(earlier: Usage, later: Usage): Usage {
  const merged: Record<string, number | undefined> = { ...earlier }
  for (const [name, amount] of Object.entries(later)) if (amount !== undefined) merged[name] = amount
  return merged
}
