import type { Endpoint, Endpoints } from '../core/endpoint.js'
import type { Dialect } from '../core/provider.js'
import { anthropicMessages } from '../llm/dialects/anthropic-messages.js'
import { gemini } from '../llm/dialects/gemini.js'
import { openaiChat } from '../llm/dialects/openai-chat.js'
import { openaiResponses } from '../llm/dialects/openai-responses.js'
import { wholeBody } from '../llm/framing/whole-body.js'

const FIXED: ReadonlyMap<string, Endpoint> = new Map(
  Object.entries({
    '/v1/chat/completions': openaiChat,
    '/v1/messages': anthropicMessages,
    '/v1/responses': openaiResponses,
  }).map(([path, dialect]: readonly [string, Dialect]) => [path, { dialect }]),
)

/** Gemini's paths name the model and what is asked of it. */
const GEMINI = '/v1beta/models/'
const GEMINI_CALL = /^\/v1beta\/models\/(.+):(generateContent|streamGenerateContent)$/

/** Without `alt=sse` a stream of Gemini's is one array; it comes when the answer is whole, and has one member. */
const arrayBody = { ...wholeBody, encode: arrayOf }

/** Everything that clients may ask for. */
export const clientEndpoints: Endpoints = {
  at: (path, query) => FIXED.get(path) ?? (path.startsWith(GEMINI) ? geminiEndpoint(path, query) : undefined),
  errorsAt(path) {
    if (path.startsWith('/v1beta/')) return gemini
    if (path.startsWith('/v1/messages/')) return anthropicMessages
    return FIXED.get(path)?.dialect ?? openaiChat
  },
}

/** Every path that this build answers on; what begins with one of them may follow. */
export const CLIENT_PATHS: readonly string[] = [...FIXED.keys(), '/v1/models', '/v1beta/models']

function geminiEndpoint(path: string, query: string): Endpoint | undefined {
  const [, escaped, method] = GEMINI_CALL.exec(path) ?? []
  const model = escaped === undefined ? undefined : decoded(escaped)
  if (model === undefined) return undefined
  if (method === 'generateContent') return { dialect: gemini, place: { model, stream: false } }
  const events = new URLSearchParams(query).get('alt') === 'sse'
  if (events) return { dialect: gemini, place: { model, stream: true } }
  return { dialect: gemini, place: { model, stream: false }, framing: arrayBody }
}

function arrayOf(frame: Parameters<typeof wholeBody.encode>[0]): Uint8Array {
  return Buffer.concat([Buffer.from('['), wholeBody.encode(frame), Buffer.from(']')])
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
