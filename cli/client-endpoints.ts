import type { Endpoint, Endpoints, References } from '../core/endpoint.js'
import type { JsonObject } from '../core/json.js'
import { asksAsAnthropic } from '../core/model-list.js'
import type { Dialect } from '../core/provider.js'
import { anthropicCountTokens } from '../llm/dialects/anthropic-count-tokens.js'
import { anthropicMessages } from '../llm/dialects/anthropic-messages.js'
import { gemini } from '../llm/dialects/gemini.js'
import { geminiCountTokens } from '../llm/dialects/gemini-count-tokens.js'
import { speech, transcriptions, translations } from '../llm/dialects/governed/audio.js'
import { imageEdits, imageGenerations, imageVariations } from '../llm/dialects/governed/images.js'
import { moderations, rerank, rerankV2 } from '../llm/dialects/governed/scores.js'
import { openaiChat } from '../llm/dialects/openai-chat.js'
import { openaiCompletions } from '../llm/dialects/openai-completions.js'
import { openaiEmbeddings } from '../llm/dialects/openai-embeddings.js'
import { stateIn, withoutState } from '../llm/dialects/openai-responses/state.js'
import { openaiResponses } from '../llm/dialects/openai-responses.js'
import { asItComes } from '../llm/framing/as-it-comes.js'
import { wholeBody } from '../llm/framing/whole-body.js'

const PLAIN: Readonly<Record<string, Dialect>> = {
  '/v1/chat/completions': openaiChat,
  '/v1/messages': anthropicMessages,
  '/v1/completions': openaiCompletions,
  '/v1/embeddings': openaiEmbeddings,
  '/v1/images/generations': imageGenerations,
  '/v1/moderations': moderations,
  '/v1/rerank': rerank,
  '/v2/rerank': rerankV2,
}

const FORMS: Readonly<Record<string, Dialect>> = {
  '/v1/images/edits': imageEdits,
  '/v1/images/variations': imageVariations,
  '/v1/audio/transcriptions': transcriptions,
  '/v1/audio/translations': translations,
}

const FIXED: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ...Object.entries(PLAIN).map(([path, dialect]) => [path, { dialect }] as const),
  ...Object.entries(FORMS).map(([path, dialect]) => [path, { dialect, form: 'multipart' }] as const),
  ['/v1/responses', { dialect: openaiResponses, references: referencesIn }],
  ['/v1/messages/count_tokens', { dialect: anthropicCountTokens, counts: 'prompt' }],
  ['/v1/audio/speech', { dialect: speech, framing: asItComes }],
])

function referencesIn(body: JsonObject): References | undefined {
  const refusal = stateIn(body)
  return refusal && { refusal, rest: withoutState(body) }
}

/** Gemini's paths name the model and what is asked of it. */
const GEMINI = '/v1beta/models/'
const GEMINI_CALL = /^\/v1beta\/models\/(.+):(generateContent|streamGenerateContent|countTokens)$/

/** Without `alt=sse` a stream of Gemini's is one array; it comes when the answer is whole, and has one member. */
const arrayBody = { ...wholeBody, encode: arrayOf }

/** Everything that clients may ask for. */
export const clientEndpoints: Endpoints = {
  at: (path, query) => FIXED.get(path) ?? (path.startsWith(GEMINI) ? geminiEndpoint(path, query) : undefined),
  errorsAt(path, header) {
    if (path.startsWith('/v1beta/')) return gemini
    if (header && asksAsAnthropic(path, header)) return anthropicMessages
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
  if (method === 'countTokens') return { dialect: geminiCountTokens, place: { model }, counts: 'prompt' }
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
