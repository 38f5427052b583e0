import { isObject, type JsonObject } from '../../core/json.js'
import { anthropicMessages } from '../../llm/dialects/anthropic-messages.js'
import { openaiChat } from '../../llm/dialects/openai-chat.js'
import type { Recording } from './recording.js'

/**
 * The OpenAI chat request whose answer is compared: the recorded one where it already is one, else decoded from its own
 * dialect and encoded again; a minimal one where no request was recorded.
 */
export function clientRequest(recording: Recording, model: string): JsonObject {
  const { body } = recording.request
  if (body === null) return minimal(recording, model)
  if (recording.api === 'chat.completions') return { ...body, model, stream: recording.stream }
  const request = anthropicMessages.decodeRequest({ ...body, model, stream: recording.stream })
  return { ...openaiChat.encodeRequest(request, {}).body, model, stream: recording.stream }
}

const minimal = (recording: Recording, model: string): JsonObject => ({
  model,
  messages: [{ role: 'user', content: 'hi' }],
  ...(recording.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
})

/** Whether the client may see usage: always on whole answers, on streams when it asked. */
export function asksForUsage(request: JsonObject): boolean {
  const options = request['stream_options']
  return request['stream'] !== true || (isObject(options) && options['include_usage'] === true)
}
