import type { JsonObject } from '../../core/json.js'

const event = (data: JsonObject, name?: string) =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`

const COMPLETION = { id: 'cmpl-1', object: 'text_completion', created: 1_700_000_000, model: 'instruct' }
const COMPLETION_USAGE = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 }

/** A whole `text_completion`. */
export function completionJson(text: string): JsonObject {
  return {
    ...COMPLETION,
    choices: [{ text, index: 0, logprobs: null, finish_reason: 'stop' }],
    usage: COMPLETION_USAGE,
  }
}

/** The same as a stream with usage, one chunk per piece. */
export function completionStream(pieces: readonly string[]): readonly string[] {
  const chunk = (text: string, finish: string | null) =>
    event({ ...COMPLETION, choices: [{ text, index: 0, logprobs: null, finish_reason: finish }], usage: null })
  return [
    ...pieces.map((text) => chunk(text, null)),
    chunk('', 'stop'),
    event({ ...COMPLETION, choices: [], usage: COMPLETION_USAGE }),
    'data: [DONE]\n\n',
  ]
}

/** A whole response of OpenAI's Responses with one message. */
export function responseJson(text: string): JsonObject {
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1_700_000_000,
    status: 'completed',
    model: 'gpt-test',
    output: [
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
      },
    ],
    usage: {
      input_tokens: 11,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 7,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 18,
    },
  }
}

/** The same as a stream, one delta per piece. */
export function responseStream(pieces: readonly string[]): readonly string[] {
  const whole = responseJson(pieces.join(''))
  const begun = { ...whole, status: 'in_progress', output: [], usage: null }
  const item = { type: 'message', id: 'msg_1', role: 'assistant', status: 'in_progress', content: [] }
  const place = { item_id: 'msg_1', output_index: 0, content_index: 0 }
  let number = 0
  const step = (type: string, members: JsonObject) => event({ type, sequence_number: number++, ...members }, type)
  const part = (text: string) => ({ type: 'output_text', text, annotations: [], logprobs: [] })
  const [message] = whole['output'] as readonly JsonObject[]
  return [
    step('response.created', { response: begun }),
    step('response.output_item.added', { output_index: 0, item }),
    step('response.content_part.added', { ...place, part: part('') }),
    ...pieces.map((delta) => step('response.output_text.delta', { ...place, delta, logprobs: [] })),
    step('response.output_text.done', { ...place, text: pieces.join(''), logprobs: [] }),
    step('response.content_part.done', { ...place, part: part(pieces.join('')) }),
    step('response.output_item.done', { output_index: 0, item: message }),
    step('response.completed', { response: whole }),
  ]
}

/** An answer with one image. */
export function imageJson(): JsonObject {
  return {
    created: 1_700_000_000,
    data: [{ b64_json: 'aGVsbG8=' }],
    usage: {
      input_tokens: 12,
      input_tokens_details: { text_tokens: 12, image_tokens: 0 },
      output_tokens: 272,
      total_tokens: 284,
    },
  }
}

/** The same as a stream with one preview. */
export function imageStream(): readonly string[] {
  const { usage } = imageJson()
  const shared = {
    created_at: 1_700_000_000,
    size: '1024x1024',
    quality: 'low',
    background: 'opaque',
    output_format: 'png',
  }
  const step = (type: string, members: JsonObject) => event({ type, ...shared, b64_json: 'aGVsbG8=', ...members }, type)
  return [
    step('image_generation.partial_image', { partial_image_index: 0 }),
    step('image_generation.completed', { usage }),
  ]
}
