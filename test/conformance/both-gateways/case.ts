import type { JsonObject } from '../../../core/json.js'
import {
  anthropicError,
  anthropicJson,
  anthropicStream,
  event,
  openaiError,
  openaiJson,
  openaiStream,
  sse,
} from '../../support/answers.js'
import type { Reply } from '../../support/reply.js'
import type { Comparable } from './compared.js'
import type { Asked, BothHandler } from './side.js'

/** One request with what the providers do about it. */
export interface BothCase {
  readonly name: string
  readonly asked: Asked
  readonly accounts?: Readonly<Record<string, BothHandler>>
  /** What the members named are on each side, as JSON; the others are the same. */
  readonly differs?: {
    readonly members: readonly (keyof Comparable)[]
    readonly kong: RegExp
    readonly envoy: RegExp
  }
  /** The log's line on each side, as JSON; the same where nothing is said. */
  readonly lines?: { readonly kong: RegExp; readonly envoy: RegExp }
}

const HI = [{ role: 'user', content: 'hi' }]
/** A chat request for a model. */
export const chat = (model: string, more: JsonObject = {}): Asked => ({
  body: JSON.stringify({ model, messages: HI, max_tokens: 1000, ...more }),
})
/** The same request with more headers. */
export const by = (asked: Asked, headers: Readonly<Record<string, string>>): Asked => ({
  ...asked,
  headers: { ...asked.headers, ...headers },
})
/** Members of a request that streams. */
export const STREAM = { stream: true }
/** The same, and asks for usage. */
export const USAGE = { stream: true, stream_options: { include_usage: true } }

/** OpenAI's whole answer. */
export const whole = (text: string | null, options: Parameters<typeof openaiJson>[1] = {}): BothHandler => {
  return (call, reply) => reply.json(200, openaiJson(text, { model: String(call.body['model']), ...options }))
}
/** OpenAI's stream, one frame for each piece. */
export const streamed = (pieces: readonly string[], options: Parameters<typeof openaiStream>[1] = {}): BothHandler => {
  return (call, reply) => reply.stream(openaiStream(pieces, { model: String(call.body['model']), ...options }))
}
/** Anthropic's whole answer. */
export const said = (text: string, options: Parameters<typeof anthropicJson>[1] = {}): BothHandler => {
  return (call, reply) => reply.json(200, anthropicJson(text, { model: String(call.body['model']), ...options }))
}
/** Anthropic's stream. */
export const saying = (pieces: readonly string[], options: Parameters<typeof anthropicStream>[1] = {}): BothHandler => {
  return (call, reply) => reply.stream(anthropicStream(pieces, { model: String(call.body['model']), ...options }))
}
/** An error in the form of OpenAI. */
export const failing = (status: number, headers: Readonly<Record<string, string>> = {}): BothHandler => {
  return (_, reply) => reply.json(status, openaiError(`no: ${status}`), headers)
}
/** Frames; then, once the client has them, whatever the script does with the connection. */
export const frames = (some: readonly string[], then: (reply: Reply) => void | Promise<void>): BothHandler => {
  return async (_, reply, clientSaw) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    for (const frame of some) await reply.write(frame)
    if (some.length > 0) await clientSaw('two')
    await then(reply)
  }
}

/** An answer with a tool call, and ... */
export const CALLS = { calls: [{ id: 'call_1', name: 'find', pieces: ['{"what"', ':"it"}'] }] }
/** ... members of the request that allows it. */
export const TOOLS = { tools: [{ type: 'function', function: { name: 'find', parameters: { type: 'object' } } }] }
/** Streams to be broken off, in both dialects. */
export const PART = openaiStream(['one ', 'two ', 'three'])
/** See `PART`. */
export const CLAUDES_PART = anthropicStream(['one ', 'two ', 'three'])
/** What an overloaded provider says within a stream. */
export const CLAUDES_ERROR = event('error', anthropicError('overloaded'))
/** The same in OpenAI's form. */
export const LATE_ERROR = sse(openaiError('overloaded', 'server_error'))

/** Members that Anthropic has no word for. */
export const NOT_FOR_CLAUDE: JsonObject = { logit_bias: { '50256': -100 }, presence_penalty: 0.5 }
