import type { ChatEvent, ChatRequest } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { Dialect, RequestPlace } from '../../../core/provider.js'
import { anthropicMessages } from '../../../llm/dialects/anthropic-messages.js'
import { bedrockConverse } from '../../../llm/dialects/bedrock-converse.js'
import { gemini } from '../../../llm/dialects/gemini.js'
import { openaiChat } from '../../../llm/dialects/openai-chat.js'
import { openaiResponses } from '../../../llm/dialects/openai-responses.js'
import { chatRequestOf, extrasOf } from '../../support/chat-request.js'
import { jsonAt } from '../../support/json-at.js'

/** A client by its dialect: how it puts an answer (a body) into its next request, with a result for each call. */
export interface Client {
  readonly dialect: Dialect
  /** What the tools give back, beside the word `done`. */
  nextBody(answer: JsonObject, image: string): JsonObject
  readonly place?: RequestPlace
}

const ASK = 'Where is it?'
const listAt = (value: JsonValue, ...path: readonly (string | number)[]): readonly JsonObject[] => {
  const found = jsonAt(value, ...path)
  return Array.isArray(found) ? found.filter(isObject) : []
}

export const CLIENTS: readonly Client[] = [
  {
    dialect: openaiChat,
    nextBody(answer, image) {
      const message = jsonAt(answer, 'choices', 0, 'message') as JsonObject
      const results = listAt(message, 'tool_calls').map(({ id }) => ({
        role: 'tool',
        tool_call_id: id,
        content: 'done',
      }))
      const shown = [{ type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } }]
      return {
        model: 'm',
        messages: [{ role: 'user', content: ASK }, message, ...results, { role: 'user', content: shown }],
      }
    },
  },
  {
    dialect: anthropicMessages,
    nextBody(answer, image) {
      const source = { type: 'base64', media_type: 'image/png', data: image }
      const results = listAt(answer, 'content')
        .filter(({ type }) => type === 'tool_use')
        .map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: [{ type: 'text', text: 'done' }] }))
      const content = [...results, { type: 'image', source }]
      const messages = [
        ...[
          { role: 'user', content: ASK },
          { role: 'assistant', content: answer['content'] ?? [] },
          { role: 'user', content },
        ],
      ]
      return { model: 'm', max_tokens: 1000, messages }
    },
  },
  {
    dialect: openaiResponses,
    nextBody(answer, image) {
      const output = listAt(answer, 'output')
      const results = output.flatMap(({ type, call_id }) =>
        type === 'function_call' ? [{ type: 'function_call_output', call_id, output: 'done' }] : [],
      )
      const shown = [{ type: 'input_image', image_url: `data:image/png;base64,${image}`, detail: 'auto' }]
      return {
        model: 'm',
        input: [{ role: 'user', content: ASK }, ...output, ...results, { role: 'user', content: shown }],
      }
    },
  },
  {
    dialect: gemini,
    place: { model: 'm' },
    nextBody(answer, image) {
      const content = jsonAt(answer, 'candidates', 0, 'content') as JsonObject
      const results = listAt(content, 'parts').flatMap(({ functionCall: call }) =>
        isObject(call)
          ? [{ functionResponse: { id: call['id'], name: call['name'], response: { output: 'done' } } }]
          : [],
      )
      const parts = [...results, { inlineData: { mimeType: 'image/png', data: image } }]
      return { contents: [{ role: 'user', parts: [{ text: ASK }] }, content, { role: 'user', parts }] }
    },
  },
  {
    dialect: bedrockConverse,
    place: { model: 'anthropic.claude-sonnet-4-5-20250929-v1:0' },
    nextBody(answer, image) {
      const message = jsonAt(answer, 'output', 'message') as JsonObject
      const results = listAt(message, 'content').flatMap(({ toolUse }) =>
        isObject(toolUse) ? [{ toolResult: { toolUseId: toolUse['toolUseId'], content: [{ text: 'done' }] } }] : [],
      )
      const content = [...results, { image: { format: 'png', source: { bytes: image } } }]
      return { messages: [{ role: 'user', content: [{ text: ASK }] }, message, { role: 'user', content }] }
    },
  },
]

/** The next request of a client that got this answer as a body. */
export function nextRequest(client: Client, events: readonly ChatEvent[], image: string): ChatRequest {
  const { dialect, place } = client
  const encoder = dialect.encodeEvents(chatRequestOf({ extras: extrasOf(dialect.name) }))
  const frames = [...events.flatMap((event) => encoder.push(event)), ...encoder.end('complete')]
  const answer = JSON.parse(frames.map(({ data }) => data).join('')) as JsonObject
  return dialect.decodeRequest(JSON.parse(JSON.stringify(client.nextBody(answer, image))), place)
}
