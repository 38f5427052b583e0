import type { ChatRequest, Message, Reasoning, ResponseFormat } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { atOnce, type Steps } from '../../../core/turns.js'
import { type Fields, fieldsOf, malformed } from '../fields.js'
import { defined } from '../shared/defined.js'
import { type Note, noteRest } from '../shared/note.js'
import { fewAt } from '../shared/words.js'
import { decodeInput } from './decode-input.js'
import { decodeFormat, decodeToolChoice, decodeTools, webSearchOf } from './decode-tools.js'
import { LOGPROBS } from './logprobs.js'
import { NAME } from './name.js'
import { stateIn } from './state.js'

/**
 * Reads the body of `POST /v1/responses`. Members without a word in the vocabulary go to `extras` under their path
 * (`text.verbosity`). Throws `malformed_request` with `param` naming the member, also for those that need an answer kept
 * from before.
 */
export const decodeRequest = (body: JsonObject): ChatRequest => atOnce(decodeInSteps(body))

/** The same in steps. */
export function* decodeInSteps(body: JsonObject): Steps<ChatRequest> {
  const fields = fieldsOf(body, '')
  refuseState(body, fields)
  const noted = new Map<string, JsonValue>()
  const note: Note = (path, value) => {
    if (value !== null && value !== undefined) noted.set(path, value)
  }
  const silent = new Map<string, JsonValue>()
  const quiet: Note = (path, value) => {
    if (value !== null && value !== undefined) silent.set(path, value)
  }
  const model = fields.required('model', fields.string('model'))
  const tools = yield* decodeTools(fields, note)
  const most = fields.integer('max_tool_calls', 0)
  note('max_tool_calls', most)
  const include = fewAt(fields.array('include') ?? [], 'include')
  const request = {
    model,
    messages: [...instructions(fields), ...(yield* decodeInput(fields.required('input', fields.raw('input')), note))],
    tools,
    toolChoice: decodeToolChoice(fields, note),
    parallelToolCalls: fields.boolean('parallel_tool_calls'),
    responseFormat: textOptions(fields, note),
    maxOutputTokens: fields.integer('max_output_tokens', 1),
    temperature: fields.number('temperature'),
    topP: fields.number('top_p'),
    stop: [],
    n: 1,
    logprobs: logprobs(fields, include),
    reasoning: reasoning(fields, note, quiet),
    user: fields.string('user'),
    metadata: fields.object('metadata'),
    serviceTier: fields.string('service_tier'),
    webSearch: webSearchOf(tools, most),
    stream: fields.boolean('stream') ?? false,
    includeUsage: true,
  }
  keepQuiet(fields, include, quiet)
  const store = fields.boolean('store')
  if (store === true) note('store', store)
  else quiet('store', store)
  const truncation = fields.raw('truncation')
  if (truncation !== 'disabled') note('truncation', truncation)
  noteRest(fields, note)
  const extras = { dialect: NAME, fields: noted, quiet: silent }
  return { ...defined(request), extras }
}

/** What is not there cannot be read, nor an answer be kept for later. */
function refuseState(body: JsonObject, fields: Fields): void {
  const refusal = stateIn(body)
  if (refusal) throw refusal
  if (fields.boolean('background') === true) {
    throw malformed('background', 'must not be true: answers are not kept here to be fetched later')
  }
}

function instructions(fields: Fields): readonly Message[] {
  const text = fields.string('instructions')
  if (text === undefined || text === '') return []
  const extras = { dialect: NAME, fields: { place: 'instructions' } }
  return [{ role: 'system', content: [{ type: 'text', text }], extras }]
}

function textOptions(fields: Fields, note: Note): ResponseFormat | undefined {
  const text = fields.fields('text')
  if (text === undefined) return undefined
  const format = decodeFormat(text, note)
  noteRest(text, note)
  return format
}

function reasoning(fields: Fields, note: Note, quiet: Note): Reasoning | undefined {
  const options = fields.fields('reasoning')
  if (options === undefined) return undefined
  const effort = options.string('effort')
  const summary = options.string('summary')
  // Whatever reasoning other providers show is passed on.
  if (summary === 'auto') quiet('reasoning.summary', summary)
  else note('reasoning.summary', summary)
  noteRest(options, note)
  return effort === undefined ? undefined : { effort }
}

function logprobs(fields: Fields, include: readonly JsonValue[]): ChatRequest['logprobs'] {
  const top = fields.integer('top_logprobs', 0)
  if (top !== undefined && top > 0) return { top }
  return include.includes(LOGPROBS) ? {} : undefined
}

/**
 * What changes nothing about an answer elsewhere: what OpenAI adds to its own items (reasoning is always handed on ready to be
 * sent back), how it pads its stream.
 */
function keepQuiet(fields: Fields, include: readonly JsonValue[], quiet: Note): void {
  const asked = include.filter((word) => word !== LOGPROBS)
  if (asked.length > 0) quiet('include', asked)
  quiet('stream_options', fields.object('stream_options'))
}
