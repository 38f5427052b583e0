import type { ChatRequest } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { type Fields, fieldsOf, malformed } from '../fields.js'
import { isArray } from '../shared/arrays.js'
import { defined } from '../shared/defined.js'
import { wordsAt } from '../shared/words.js'
import { NAME } from './name.js'

/** What says nothing: members with these values are what the API assumes without them. */
const DEFAULTS: Readonly<Record<string, JsonValue>> = { echo: false, suffix: '' }

/**
 * Reads the body of `POST /v1/completions`; the prompt becomes a message of the user's. Members without a word in the vocabulary
 * (`suffix`, `echo`, `logprobs`) go to `extras`. Throws `malformed_request` with `param`, also for several prompts, for prompts
 * of token ids, which mean something to one tokenizer only, and for a `best_of` that would bill more than `n` choices.
 */
export function decodeRequest(body: JsonObject): ChatRequest {
  const fields = fieldsOf(body, '')
  const n = fields.integer('n', 1) ?? 1
  const bestOf = fields.integer('best_of', 1)
  if (bestOf !== undefined && bestOf > n) {
    throw malformed('best_of', "must not be larger than 'n': choices that are billed and never shown are not asked for")
  }
  const streamOptions = fields.object('stream_options')
  const request = {
    model: fields.required('model', fields.string('model')),
    messages: [{ role: 'user', content: [{ type: 'text', text: promptOf(fields) }] }],
    tools: [],
    maxOutputTokens: fields.integer('max_tokens', 0),
    temperature: fields.number('temperature'),
    topP: fields.number('top_p'),
    topK: fields.integer('top_k'),
    seed: fields.integer('seed', -Number.MAX_VALUE, Number.MAX_VALUE),
    frequencyPenalty: fields.number('frequency_penalty'),
    presencePenalty: fields.number('presence_penalty'),
    logitBias: fields.object('logit_bias'),
    stop: stopSequences(fields.raw('stop')),
    n,
    user: fields.string('user'),
    stream: fields.boolean('stream') ?? false,
    includeUsage: includeUsage(streamOptions),
  } as const
  return { ...defined(request), extras: extrasOf(fields.rest(), streamOptions) }
}

function promptOf(fields: Fields): string {
  const prompt = fields.required('prompt', fields.raw('prompt'))
  if (typeof prompt === 'string') return prompt
  if (!isArray(prompt)) throw malformed('prompt', 'must be a string')
  const [only] = prompt
  if (typeof only === 'number' || isArray(only)) {
    throw malformed('prompt', 'must be text: token ids cannot be given here')
  }
  if (prompt.length !== 1) throw malformed('prompt', 'must be one prompt: send a request for each')
  if (typeof only !== 'string') throw malformed('prompt[0]', 'must be a string')
  return only
}

function stopSequences(value: JsonValue | undefined): readonly string[] {
  if (value === undefined) return []
  if (typeof value === 'string') return [value]
  if (!isArray(value)) throw malformed('stop', 'must be a string or an array of strings')
  return wordsAt(value, 'stop')
}

function includeUsage(options: JsonObject | undefined): boolean {
  const wanted = options?.include_usage ?? false
  if (typeof wanted !== 'boolean') throw malformed('stream_options.include_usage', 'must be true or false')
  return wanted
}

function extrasOf(rest: JsonObject, streamOptions: JsonObject | undefined): ChatRequest['extras'] {
  const { include_usage: _asked, ...options } = streamOptions ?? {}
  const said = Object.keys(options).length === 0 ? rest : { ...rest, stream_options: options }
  const fields = new Map<string, JsonValue>()
  for (const [name, value] of Object.entries(said)) {
    const isDefault = Object.hasOwn(DEFAULTS, name) && DEFAULTS[name] === value
    if (value !== undefined && value !== null && !isDefault) fields.set(name, value)
  }
  return { dialect: NAME, fields }
}

/**
 * The members that must change in a client's own body: the model, the usage that is always counted on streams, and an output
 * cap that is missing or too high.
 */
export function patchRequest(body: JsonObject, model: string, outputCap?: number): Readonly<Record<string, JsonValue>> {
  const options = isObject(body.stream_options) ? body.stream_options : {}
  const asks = body.stream !== true || options.include_usage === true
  const capped = outputCap === undefined || (typeof body.max_tokens === 'number' && body.max_tokens <= outputCap)
  return {
    model,
    ...(asks ? {} : { stream_options: { ...options, include_usage: true } }),
    ...(capped ? {} : { max_tokens: outputCap }),
  }
}
