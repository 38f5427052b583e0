import type { JsonObject } from '../../../core/json.js'
import { event } from '../answers.js'
import { CHAT_VENDORS } from './chat-vendors.js'
import { checkResponses } from './responses-check.js'
import { ENCRYPTED } from './responses-items.js'
import { USAGE, VENDOR_WORDS } from './script.js'
import { checkEnvelope, type Envelope, type Said, type StrictApi } from './strict-api.js'

/** OpenAI's Responses; its answers bring their thoughts, encrypted too, as for requests that are not stored. */
export function responsesApi(envelope: Envelope): StrictApi {
  return {
    read(call) {
      checkEnvelope(call, envelope)
      return checkResponses(call.body)
    },
    whole: (said) => response('completed', itemsOf(said)),
    stream: events,
    streamType: 'text/event-stream; charset=utf-8',
    error: (status, message, violation) =>
      CHAT_VENDORS['openai']?.error(message, {
        ...{ status, param: violation?.param ?? null, code: violation?.code ?? null },
      }) ?? {},
  }
}

const response = (status: string, output: readonly JsonObject[]): JsonObject => ({
  ...{ id: 'resp_1', object: 'response', created_at: 1_700_000_000, model: 'gpt-test', status, output },
  ...{ error: null, incomplete_details: null, instructions: null, metadata: {}, parallel_tool_calls: true, tools: [] },
  ...{ temperature: 1, top_p: 1, tool_choice: 'auto', text: { format: { type: 'text' } }, truncation: 'disabled' },
  usage:
    status === 'completed'
      ? {
          ...{ input_tokens: USAGE.input, input_tokens_details: { cached_tokens: 0 } },
          ...{ output_tokens: USAGE.output, output_tokens_details: { reasoning_tokens: 0 } },
          total_tokens: USAGE.input + USAGE.output,
        }
      : null,
})

const message = (text: string, status = 'completed'): JsonObject => ({
  ...{ id: 'msg_1', type: 'message', role: 'assistant', status },
  content: status === 'completed' ? [{ type: 'output_text', text, annotations: [], logprobs: [] }] : [],
})

function itemsOf({ thought, pieces, calls }: Said): readonly JsonObject[] {
  return [
    ...(thought === undefined ? [] : [reasoning(thought)]),
    ...(pieces.length === 0 ? [] : [message(pieces.join(''))]),
    ...calls.map(({ name, args }, position) => call(name, position, JSON.stringify(args))),
  ]
}

const reasoning = (thought: string): JsonObject => ({
  ...{ id: 'rs_1', type: 'reasoning', summary: [{ type: 'summary_text', text: thought }] },
  encrypted_content: ENCRYPTED,
})

const call = (name: string, position: number, args: string): JsonObject => ({
  ...{ id: `fc_${position}`, type: 'function_call', status: 'completed' },
  ...{ call_id: `call_PTLP8xhu3uwZk4l3nlnrrJ${position}`, name, arguments: args },
})

function events(said: Said): readonly string[] {
  let count = 0
  const made: string[] = []
  const write = (type: string, data: JsonObject) => made.push(event(type, { sequence_number: count++, ...data }))
  write('response.created', { response: response('in_progress', []) })
  for (const [index, item] of itemsOf(said).entries()) writeItem(write, item, index, said)
  if (said.end === 'broken') {
    // The text has begun and does not end.
    const begun = made.slice(0, 3 + said.pieces.length)
    return [...begun, event('error', { code: 'server_error', message: VENDOR_WORDS, param: null, sequence_number: 99 })]
  }
  write('response.completed', { response: response('completed', itemsOf(said)) })
  return made
}

function writeItem(
  write: (type: string, data: JsonObject) => void,
  item: JsonObject,
  index: number,
  { pieces, thought = '' }: Said,
): void {
  const at = { output_index: index, item_id: item['id'] ?? '' }
  const added = (begun: JsonObject) => write('response.output_item.added', { output_index: index, item: begun })
  if (item['type'] === 'reasoning') {
    const part = { ...at, summary_index: 0 }
    added({ ...item, summary: [] })
    write('response.reasoning_summary_part.added', { ...part, part: { type: 'summary_text', text: '' } })
    write('response.reasoning_summary_text.delta', { ...part, delta: thought })
    write('response.reasoning_summary_text.done', { ...part, text: thought })
    write('response.reasoning_summary_part.done', { ...part, part: { type: 'summary_text', text: thought } })
  } else if (item['type'] === 'message') {
    const part = { ...at, content_index: 0 }
    const text = pieces.join('')
    added(message('', 'in_progress'))
    write('response.content_part.added', { ...part, part: { type: 'output_text', text: '', annotations: [] } })
    for (const delta of pieces) write('response.output_text.delta', { ...part, delta, logprobs: [] })
    write('response.output_text.done', { ...part, text, logprobs: [] })
    write('response.content_part.done', { ...part, part: { type: 'output_text', text, annotations: [] } })
  } else {
    const text = String(item['arguments'])
    added({ ...item, arguments: '', status: 'in_progress' })
    for (const delta of [text.slice(0, 5), text.slice(5)])
      write('response.function_call_arguments.delta', { ...at, delta })
    write('response.function_call_arguments.done', { ...at, arguments: text })
  }
  write('response.output_item.done', { output_index: index, item })
}
