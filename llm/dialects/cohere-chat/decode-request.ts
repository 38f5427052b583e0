import type { ChatRequest, Reasoning } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { atOnce, type Steps } from '../../../core/turns.js'
import { type Fields, fieldsOf, malformed } from '../fields.js'
import { defined } from '../shared/defined.js'
import { decodeMessages } from './decode-messages.js'
import { decodeResponseFormat, decodeStop, decodeToolChoice, decodeTools } from './decode-tools.js'
import { NAME } from './name.js'

/**
 * Reads the body of `POST /v2/chat` (https://docs.cohere.com/reference/chat). Members without a word in the vocabulary go to
 * `extras`: `documents`, `citation_options`, `safety_mode` and the like. Throws `malformed_request` with `param`.
 */
export const decodeRequest = (body: JsonObject): ChatRequest => atOnce(decodeInSteps(body))

/** The same in steps. */
export function* decodeInSteps(body: JsonObject): Steps<ChatRequest> {
  const fields = fieldsOf(body, '')
  const messages = fields.required('messages', fields.array('messages'))
  if (messages.length === 0) throw malformed('messages', 'must not be empty')
  const topK = fields.integer('k', 0)
  return defined({
    model: fields.required('model', fields.string('model')),
    messages: yield* decodeMessages(messages),
    tools: yield* decodeTools(fields),
    toolChoice: decodeToolChoice(fields),
    responseFormat: decodeResponseFormat(fields),
    maxOutputTokens: fields.integer('max_tokens', 1),
    temperature: fields.number('temperature', 0),
    topP: fields.number('p', 0, 1),
    // None is the default.
    topK: topK === 0 ? undefined : topK,
    seed: fields.integer('seed', 0, Number.MAX_VALUE),
    frequencyPenalty: fields.number('frequency_penalty'),
    presencePenalty: fields.number('presence_penalty'),
    stop: decodeStop(fields),
    n: 1,
    logprobs: fields.boolean('logprobs') === true ? {} : undefined,
    reasoning: decodeThinking(fields),
    stream: fields.boolean('stream') ?? false,
    // On every stream.
    includeUsage: true,
    // What nobody above has asked for.
    extras: { dialect: NAME, fields: said(fields.rest()) },
  })
}

function said(members: JsonObject): ReadonlyMap<string, JsonValue> {
  const said = new Map<string, JsonValue>()
  for (const [name, value] of Object.entries(members)) if (value !== undefined && value !== null) said.set(name, value)
  return said
}

/** Reads `thinking`, which is on or off; a budget is in tokens. */
function decodeThinking(fields: Fields): Reasoning | undefined {
  const thinking = fields.fields('thinking')
  if (thinking === undefined) return undefined
  const type = thinking.required('type', thinking.oneOf('type', ['enabled', 'disabled']))
  return defined({
    mode: type === 'enabled' ? ('on' as const) : ('off' as const),
    budgetTokens: thinking.integer('token_budget', 1),
  })
}

/** The members that must change in a client's own body: the model, and an output cap that is missing or too high. */
export function patchRequest(body: JsonObject, model: string, outputCap?: number): Readonly<Record<string, JsonValue>> {
  const asked = body.max_tokens
  if (outputCap === undefined || (typeof asked === 'number' && asked <= outputCap)) return { model }
  return { model, max_tokens: outputCap }
}
