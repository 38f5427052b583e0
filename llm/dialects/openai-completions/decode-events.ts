import type { ChatEvent } from '../../../core/chat.js'
import { isObject, type JsonObject, parseJson } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { decodeEvents as decodeChatEvents } from '../openai-chat/decode-events.js'
import { isArray } from '../shared/arrays.js'

/**
 * Reads a completion, or the chunks of one. Both differ from Chat Completions only in where a choice has its text, so that they
 * are read as such; `logprobs`, which are of another form, are left out.
 */
export function decodeEvents(): Transform<Frame, ChatEvent> {
  const chat = decodeChatEvents()
  return { push: (frame) => chat.push(asChat(frame)), end: (how) => chat.end(how) }
}

/** The frame with `choices` of Chat Completions; one without choices stays as it is. */
function asChat(frame: Frame): Frame {
  if (!frame.data.includes('"choices"')) return frame
  const value = parseJson(frame.data)
  if (!isObject(value) || !isArray(value.choices)) return frame
  const member = frame.type === 'event' ? 'delta' : 'message'
  const choices = value.choices.map((choice) => (isObject(choice) ? asChatChoice(choice, member) : choice))
  const data = JSON.stringify({ ...value, choices })
  return frame.type === 'event' ? { type: 'event', event: frame.event, data } : { type: 'body', data }
}

function asChatChoice({ text, logprobs: _other, ...choice }: JsonObject, member: 'delta' | 'message'): JsonObject {
  return { ...choice, [member]: { role: 'assistant', content: typeof text === 'string' ? text : '' } }
}
