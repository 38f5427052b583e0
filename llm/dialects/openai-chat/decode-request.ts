import type { ChatRequest, Reasoning } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { atOnce, type Steps } from '../../../core/turns.js'
import { type Fields, fieldsOf, malformed } from '../fields.js'
import { defined } from '../shared/defined.js'
import type { Note } from '../shared/note.js'
import { BREAKPOINT } from '../shared/restore-at.js'
import { wordsAt } from '../shared/words.js'
import { decodeMessages } from './decode-messages.js'
import { decodeResponseFormat, decodeToolChoice, decodeTools } from './decode-tools.js'
import { NAME } from './name.js'

/**
 * Reads the body of `POST /v1/chat/completions`. Members without a word in the vocabulary go to `extras`. Throws
 * `malformed_request` with `param` naming the member whose type is wrong.
 */
export const decodeRequest = (body: JsonObject): ChatRequest => atOnce(decodeInSteps(body))

/** The same in steps. */
export function* decodeInSteps(body: JsonObject): Steps<ChatRequest> {
  const fields = fieldsOf(body, '')
  const noted = new Map<string, JsonValue>()
  const quiet = new Map<string, JsonValue>()
  const note: Note = (path, value) => {
    if (value === null || value === undefined) return
    const kept = path.endsWith(`.${BREAKPOINT}`) ? quiet : noted
    kept.set(path, value)
  }
  const messages = fields.required('messages', fields.array('messages'))
  if (messages.length === 0) throw malformed('messages', 'must not be empty')
  const responseFormat = decodeResponseFormat(body.response_format, note)
  if (responseFormat !== undefined) fields.raw('response_format')
  const maxTokens = fields.integer('max_tokens', 1)
  const streamOptions = fields.object('stream_options')
  return {
    model: fields.required('model', fields.string('model')),
    messages: yield* decodeMessages(messages, note),
    tools: yield* decodeTools(fields, note),
    toolChoice: decodeToolChoice(fields, note),
    parallelToolCalls: fields.boolean('parallel_tool_calls'),
    responseFormat,
    maxOutputTokens: fields.integer('max_completion_tokens', 1) ?? maxTokens,
    temperature: fields.number('temperature'),
    topP: fields.number('top_p'),
    topK: fields.integer('top_k'),
    seed: fields.integer('seed', -Number.MAX_VALUE, Number.MAX_VALUE),
    frequencyPenalty: fields.number('frequency_penalty'),
    presencePenalty: fields.number('presence_penalty'),
    logitBias: fields.object('logit_bias'),
    stop: stopSequences(fields.raw('stop')),
    n: fields.integer('n', 1) ?? 1,
    logprobs: logprobs(fields),
    reasoning: reasoning(fields, isObject(body.thinking) ? body.thinking.type : undefined),
    user: fields.string('user'),
    metadata: fields.object('metadata'),
    serviceTier: fields.string('service_tier'),
    // Stays among the extras as well. The API bills one search per request, and its usage has no word for it.
    webSearch: isObject(body.web_search_options) ? { dialect: NAME, most: 1, unreported: 1 } : undefined,
    stream: fields.boolean('stream') ?? false,
    includeUsage: includeUsage(streamOptions),
    extras: {
      dialect: NAME,
      fields: withRest(noted, fields.rest(), streamOptions),
      ...(quiet.size > 0 && { quiet }),
    },
  }
}

function stopSequences(value: JsonValue | undefined): readonly string[] {
  if (value === undefined) return []
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value)) throw malformed('stop', 'must be a string or an array of strings')
  return wordsAt(value, 'stop')
}

function logprobs(fields: Fields): ChatRequest['logprobs'] {
  const wanted = fields.boolean('logprobs')
  const top = fields.integer('top_logprobs', 0)
  if (wanted !== true) return undefined
  return top === undefined ? {} : { top }
}

function includeUsage(streamOptions: JsonObject | undefined): boolean {
  const wanted = streamOptions?.include_usage ?? false
  if (typeof wanted !== 'boolean') throw malformed('stream_options.include_usage', 'must be true or false')
  return wanted
}

const SWITCHES = { enabled: 'on', disabled: 'off', adaptive: 'adaptive' } as const
const isSwitch = (type: JsonValue | undefined): type is keyof typeof SWITCHES =>
  typeof type === 'string' && Object.hasOwn(SWITCHES, type)

/**
 * OpenAI has only `reasoning_effort`; clients of compatible servers also write `thinking: {type, budget_tokens}` and
 * `reasoning: {effort, max_tokens, enabled}`.
 */
function reasoning(fields: Fields, thinkingType: JsonValue | undefined): Reasoning | undefined {
  const effort = fields.string('reasoning_effort')
  // A `thinking` of any other form stays among the extras.
  const thinking = isSwitch(thinkingType) ? fields.fields('thinking') : undefined
  const open = fields.fields('reasoning')
  if (effort === undefined && thinking === undefined && open === undefined) return undefined
  const enabled = open?.boolean('enabled')
  return defined({
    effort: effort ?? open?.string('effort'),
    budgetTokens: thinking?.integer('budget_tokens', 0) ?? open?.integer('max_tokens', 0),
    mode: isSwitch(thinkingType) ? SWITCHES[thinkingType] : enabled === undefined ? undefined : enabled ? 'on' : 'off',
  })
}

function withRest(
  noted: Map<string, JsonValue>,
  rest: JsonObject,
  streamOptions: JsonObject | undefined,
): ReadonlyMap<string, JsonValue> {
  for (const [name, value] of Object.entries(rest)) if (value !== undefined && value !== null) noted.set(name, value)
  const { include_usage: _asked, ...others } = streamOptions ?? {}
  if (Object.keys(others).length > 0) noted.set('stream_options', others)
  return noted
}

/**
 * The members that must change in a client's own body: the model, the usage that is always counted on streams, and an output
 * cap that is missing or too high.
 */
export function patchRequest(body: JsonObject, model: string, outputCap?: number): Readonly<Record<string, JsonValue>> {
  const options = isObject(body.stream_options) ? body.stream_options : {}
  const asks = body.stream !== true || options.include_usage === true
  const changes: Record<string, JsonValue> = { model }
  if (!asks) changes['stream_options'] = { ...options, include_usage: true }
  return outputCap === undefined ? changes : Object.assign(changes, lowerCaps(body, outputCap))
}

/** The client's own word for the cap stays: not every server knows both. */
function lowerCaps(body: JsonObject, outputCap: number): Readonly<Record<string, JsonValue>> {
  const own = ['max_completion_tokens', 'max_tokens'].filter((name) => typeof body[name] === 'number')
  if (own.length === 0) return { max_completion_tokens: outputCap }
  return Object.fromEntries(own.filter((name) => Number(body[name]) > outputCap).map((name) => [name, outputCap]))
}
