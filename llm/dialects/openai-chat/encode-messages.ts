import type { AssistantMessage, AssistantPart, Message, Part, ToolMessage } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { cacheMember, encodeContent, isMedia, type Writing } from './encode-content.js'
import { isOwn, reasoningMembers } from './encode-reasoning.js'
import { NAME } from './name.js'

/** Writes `messages`; names of what OpenAI's messages cannot hold are added to what is dropped. */
export function encodeMessages(messages: readonly Message[], writing: Writing): readonly JsonObject[] {
  const encoded: JsonObject[] = []
  // OpenAI's tool results are text; what else they hold follows the run of results in a user message.
  let attachments: Part[] = []
  const flush = () => {
    if (attachments.length > 0) encoded.push({ role: 'user', content: encodeContent(attachments, 'user', writing) })
    attachments = []
  }
  for (const message of messages) {
    if (message.role === 'tool') {
      encoded.push(encodeToolMessage(message, writing))
      if (writing.client === 'other') attachments.push(...message.content.filter(isMedia))
      continue
    }
    flush()
    encoded.push(message.role === 'assistant' ? encodeAssistant(message, writing) : encodePlain(message, writing))
  }
  flush()
  return encoded
}

function encodePlain(message: Exclude<Message, AssistantMessage | ToolMessage>, writing: Writing): JsonObject {
  const content = encodeContent(message.content, message.role, writing)
  return message.name === undefined
    ? { role: message.role, content }
    : { role: message.role, content, name: message.name }
}

function encodeToolMessage(message: ToolMessage, writing: Writing): JsonObject {
  if (message.failed === true) writing.dropped.add('is_error')
  const said = writing.client === 'own' ? message.content : message.content.filter((part) => !isMedia(part))
  return {
    role: 'tool',
    tool_call_id: message.callId,
    content: encodeContent(said, 'tool', writing),
    ...cacheMember(message.cacheControl, writing),
  }
}

function encodeAssistant(message: AssistantMessage, writing: Writing): JsonObject {
  const encoded: Record<string, JsonValue> = { role: 'assistant' }
  if (message.name !== undefined) encoded.name = message.name
  const calls: JsonObject[] = []
  const spoken: (Part | AssistantPart)[] = []
  for (const part of message.content) {
    if (part.type === 'tool-call') calls.push(encodeToolCall(part, writing))
    // An opaque value without a type is not a part but members of the message itself (`audio`).
    else if (part.type === 'opaque' && part.dialect === NAME && part.value.type === undefined) {
      Object.assign(encoded, part.value)
    } else if (!isOwn(part)) spoken.push(part)
  }
  Object.assign(encoded, reasoningMembers(message.content))
  const [only] = spoken
  if (spoken.length === 1 && only?.type === 'refusal') {
    encoded.refusal = only.text
    encoded.content = null
  } else {
    const content = encodeContent(spoken, 'assistant', writing)
    encoded.content = content === '' && calls.length > 0 ? null : content
  }
  if (calls.length > 0) encoded.tool_calls = calls
  return encoded
}

function encodeToolCall(call: Extract<AssistantPart, { type: 'tool-call' }>, writing: Writing): JsonObject {
  const marker = cacheMember(call.cacheControl, writing)
  return call.kind === 'custom'
    ? { id: call.id, type: 'custom', custom: { name: call.name, input: call.arguments }, ...marker }
    : { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments }, ...marker }
}
