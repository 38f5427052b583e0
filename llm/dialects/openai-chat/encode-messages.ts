import type { AssistantMessage, AssistantPart, Message, Part, ToolMessage } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { encodeContent } from './encode-content.js'
import { NAME } from './name.js'

/** Writes `messages`; names of what OpenAI's messages cannot hold are added to `dropped`. */
export function encodeMessages(messages: readonly Message[], dropped: Set<string>): readonly JsonObject[] {
  const encoded: JsonObject[] = []
  // OpenAI's tool results are text; what else they hold follows the run of results in a user message.
  let attachments: Part[] = []
  for (const message of messages) {
    if (message.role === 'tool') {
      encoded.push(encodeToolMessage(message, dropped))
      attachments.push(...message.content.filter(isAttachment))
      continue
    }
    if (attachments.length > 0) encoded.push({ role: 'user', content: encodeContent(attachments, dropped) })
    attachments = []
    encoded.push(message.role === 'assistant' ? encodeAssistant(message, dropped) : encodePlain(message, dropped))
  }
  if (attachments.length > 0) encoded.push({ role: 'user', content: encodeContent(attachments, dropped) })
  return encoded
}

const isAttachment = (part: Part) => part.type === 'image' || part.type === 'file' || part.type === 'audio'

function encodePlain(message: Exclude<Message, AssistantMessage | ToolMessage>, dropped: Set<string>): JsonObject {
  const content = encodeContent(message.content, dropped)
  return message.name === undefined
    ? { role: message.role, content }
    : { role: message.role, content, name: message.name }
}

function encodeToolMessage(message: ToolMessage, dropped: Set<string>): JsonObject {
  if (message.failed === true) dropped.add('is_error')
  if (message.cacheControl !== undefined) dropped.add('cache_control')
  const text = message.content.filter((part) => !isAttachment(part))
  return { role: 'tool', tool_call_id: message.callId, content: encodeContent(text, dropped) }
}

function encodeAssistant(message: AssistantMessage, dropped: Set<string>): JsonObject {
  const encoded: Record<string, JsonValue> = { role: 'assistant' }
  if (message.name !== undefined) encoded.name = message.name
  const calls: JsonObject[] = []
  const spoken: (Part | AssistantPart)[] = []
  for (const part of message.content) {
    if (part.type === 'tool-call') calls.push(encodeToolCall(part, dropped))
    // An opaque value without a type is not a part but members of the message itself (`audio`).
    else if (part.type === 'opaque' && part.dialect === NAME && part.value.type === undefined) {
      Object.assign(encoded, part.value)
    } else spoken.push(part)
  }
  const [only] = spoken
  if (spoken.length === 1 && only?.type === 'refusal') {
    encoded.refusal = only.text
    encoded.content = null
  } else {
    const content = encodeContent(spoken, dropped)
    encoded.content = content === '' && calls.length > 0 ? null : content
  }
  if (calls.length > 0) encoded.tool_calls = calls
  return encoded
}

function encodeToolCall(call: Extract<AssistantPart, { type: 'tool-call' }>, dropped: Set<string>): JsonObject {
  if (call.cacheControl !== undefined) dropped.add('cache_control')
  return call.kind === 'custom'
    ? { id: call.id, type: 'custom', custom: { name: call.name, input: call.arguments } }
    : { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } }
}
