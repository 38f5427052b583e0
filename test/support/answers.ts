import type { JsonObject } from '../../core/json.js'

/** Tokens for an answer; both wire formats are filled from it. */
export interface AnswerUsage {
  readonly input: number
  readonly output: number
  readonly cached?: number
}

/** One tool call of an answer; `pieces` are the arguments' JSON text as it is streamed. */
export interface AnswerCall {
  readonly id: string
  readonly name: string
  readonly pieces: readonly string[]
}

/** What an answer says beyond its text. */
export interface AnswerOptions {
  readonly id?: string
  readonly model?: string
  readonly reasoning?: string
  readonly calls?: readonly AnswerCall[]
  readonly finish?: string
  readonly usage?: AnswerUsage
}

const USAGE: AnswerUsage = { input: 11, output: 7 }

/** OpenAI chat completion chunks as SSE frames, one per text piece; usage comes last, as with `include_usage`. */
export function openaiStream(pieces: readonly string[], options: AnswerOptions = {}): readonly string[] {
  const { id = 'chatcmpl-1', model = 'gpt-test', reasoning, calls = [], usage = USAGE } = options
  const chunk = (delta: JsonObject, finish: string | null) =>
    sse({
      id,
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model,
      choices: [{ index: 0, delta, finish_reason: finish }],
    })
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...(reasoning === undefined ? [] : [chunk({ reasoning_content: reasoning }, null)]),
    ...pieces.map((content) => chunk({ content }, null)),
    ...calls.flatMap((call, index) => [
      chunk(
        { tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }] },
        null,
      ),
      ...call.pieces.map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] }, null)),
    ]),
    chunk({}, options.finish ?? (calls.length > 0 ? 'tool_calls' : 'stop')),
    sse({
      id,
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model,
      choices: [],
      usage: openaiUsage(usage),
    }),
    'data: [DONE]\n\n',
  ]
}

/** A whole OpenAI chat completion. */
export function openaiJson(text: string | null, options: AnswerOptions = {}): JsonObject {
  const { id = 'chatcmpl-1', model = 'gpt-test', reasoning, calls = [], usage = USAGE } = options
  return {
    id,
    object: 'chat.completion',
    created: 1_700_000_000,
    model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text,
          refusal: null,
          ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
          ...(calls.length === 0 ? {} : { tool_calls: calls.map(openaiCall) }),
        },
        finish_reason: options.finish ?? (calls.length > 0 ? 'tool_calls' : 'stop'),
      },
    ],
    usage: openaiUsage(usage),
  }
}

const openaiCall = (call: AnswerCall): JsonObject => ({
  id: call.id,
  type: 'function',
  function: { name: call.name, arguments: call.pieces.join('') },
})

const openaiUsage = (usage: AnswerUsage): JsonObject => ({
  prompt_tokens: usage.input,
  completion_tokens: usage.output,
  total_tokens: usage.input + usage.output,
  prompt_tokens_details: { cached_tokens: usage.cached ?? 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
})

/** An Anthropic message as SSE frames, one delta per text piece. */
export function anthropicStream(pieces: readonly string[], options: AnswerOptions = {}): readonly string[] {
  const { id = 'msg_1', model = 'claude-test', reasoning, calls = [], usage = USAGE } = options
  const blocks: readonly (readonly [JsonObject, readonly JsonObject[]])[] = [
    ...(reasoning === undefined ? [] : [thinkingBlock(reasoning)]),
    ...(pieces.length === 0 ? [] : [textBlock(pieces)]),
    ...calls.map(callBlock),
  ]
  return [
    event('message_start', {
      message: {
        id,
        type: 'message',
        role: 'assistant',
        model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { ...anthropicUsage(usage), output_tokens: 1 },
      },
    }),
    ...blocks.flatMap(([start, deltas], index) => [
      event('content_block_start', { index, content_block: start }),
      ...deltas.map((delta) => event('content_block_delta', { index, delta })),
      event('content_block_stop', { index }),
    ]),
    event('message_delta', {
      delta: { stop_reason: options.finish ?? (calls.length > 0 ? 'tool_use' : 'end_turn'), stop_sequence: null },
      usage: { output_tokens: usage.output },
    }),
    event('message_stop', {}),
  ]
}

const thinkingBlock = (thinking: string): readonly [JsonObject, readonly JsonObject[]] => [
  { type: 'thinking', thinking: '', signature: '' },
  [
    { type: 'thinking_delta', thinking },
    { type: 'signature_delta', signature: 'sig-1' },
  ],
]
const textBlock = (pieces: readonly string[]): readonly [JsonObject, readonly JsonObject[]] => [
  { type: 'text', text: '' },
  pieces.map((text) => ({ type: 'text_delta', text })),
]
const callBlock = (call: AnswerCall): readonly [JsonObject, readonly JsonObject[]] => [
  { type: 'tool_use', id: call.id, name: call.name, input: {} },
  call.pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
]

/** A whole Anthropic message. */
export function anthropicJson(text: string | null, options: AnswerOptions = {}): JsonObject {
  const { id = 'msg_1', model = 'claude-test', reasoning, calls = [], usage = USAGE } = options
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [
      ...(reasoning === undefined ? [] : [{ type: 'thinking', thinking: reasoning, signature: 'sig-1' }]),
      ...(text === null ? [] : [{ type: 'text', text }]),
      ...calls.map((call) => ({
        type: 'tool_use',
        id: call.id,
        name: call.name,
        input: JSON.parse(call.pieces.join('') || '{}'),
      })),
    ],
    stop_reason: options.finish ?? (calls.length > 0 ? 'tool_use' : 'end_turn'),
    stop_sequence: null,
    usage: anthropicUsage(usage),
  }
}

/** Anthropic counts cached tokens beside `input_tokens`, OpenAI inside; `usage.input` is the sum. */
const anthropicUsage = (usage: AnswerUsage): JsonObject => ({
  input_tokens: usage.input - (usage.cached ?? 0),
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: usage.cached ?? 0,
  output_tokens: usage.output,
})

/** An OpenAI error body. */
export function openaiError(message: string, type = 'server_error', code: string | null = null): JsonObject {
  return { error: { message, type, param: null, code } }
}

/** An Anthropic error body, also the data of a stream's `error` event. */
export function anthropicError(message: string, type = 'api_error'): JsonObject {
  return { type: 'error', error: { type, message } }
}

/** One SSE frame without an event name. */
export function sse(data: JsonObject): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

/** One SSE frame named like its data's `type`, as Anthropic writes them. */
export function event(type: string, data: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
}
