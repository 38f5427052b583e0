import type { AssistantMessage, AssistantPart, Message, Part, ToolMessage } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
import { MESSAGE, PART, PARTS } from '../shared/part-units.js'
import { cacheMember, encodeContent, isMedia, type Writing } from './encode-content.js'
import { isOwn, reasoningMembers } from './encode-reasoning.js'
import { NAME } from './name.js'
import type { ReasoningPart } from './thinking.js'

/** Writes `messages`, in steps; names of what OpenAI's messages cannot hold are added to what is dropped. */
export function* encodeMessages(messages: readonly Message[], writing: Writing): Steps<readonly JsonObject[]> {
  const encoded: JsonObject[] = []
  // OpenAI's tool results are text; what else they hold follows the run of results in a user message.
  let attachments: Part[] = []
  let worked = 0
  for (const message of messages) {
    worked += MESSAGE + Math.min(ITEMS_TOGETHER, PART * message.content.length)
    if (worked >= ITEMS_TOGETHER) {
      yield worked
      worked = 0
    }
    if (message.role === 'tool') {
      encoded.push(yield* encodeToolMessage(message, writing))
      if (writing.client === 'other') for (const part of message.content) if (isMedia(part)) attachments.push(part)
      continue
    }
    if (attachments.length > 0) encoded.push(yield* attached(attachments, writing))
    attachments = []
    if (message.role === 'assistant') encoded.push(yield* encodeAssistant(message, writing))
    else {
      const { role, name, content: parts } = message
      const content = yield* encodeContent(parts, role, writing)
      encoded.push(name === undefined ? { role, content } : { role, content, name })
    }
  }
  if (attachments.length > 0) encoded.push(yield* attached(attachments, writing))
  return encoded
}

function* attached(attachments: readonly Part[], writing: Writing): Steps<JsonObject> {
  return { role: 'user', content: yield* encodeContent(attachments, 'user', writing) }
}

function* encodeToolMessage(message: ToolMessage, writing: Writing): Steps<JsonObject> {
  if (message.failed === true) writing.dropped.add('is_error')
  const said = writing.client === 'own' ? message.content : message.content.filter((part) => !isMedia(part))
  const content = yield* encodeContent(said, 'tool', writing)
  return { role: 'tool', tool_call_id: message.callId, content, ...cacheMember(message.cacheControl, writing) }
}

function* encodeAssistant(message: AssistantMessage, writing: Writing): Steps<JsonObject> {
  const encoded: Record<string, JsonValue> = { role: 'assistant' }
  if (message.name !== undefined) encoded.name = message.name
  const calls: JsonObject[] = []
  const spoken: (Part | AssistantPart)[] = []
  const thought: ReasoningPart[] = []
  for (let i = 0; i < message.content.length; i++) {
    if (i % PARTS === PARTS - 1) yield ITEMS_TOGETHER
    const part = message.content[i] as Part | AssistantPart
    if (part.type === 'tool-call') calls.push(encodeToolCall(part, writing))
    // An opaque value without a type is not a part but members of the message itself (`audio`).
    else if (part.type === 'opaque' && part.dialect === NAME && part.value.type === undefined) {
      Object.assign(encoded, part.value)
    } else if (isOwn(part)) thought.push(part)
    else spoken.push(part)
  }
  if (thought.length > 0) Object.assign(encoded, yield* reasoningMembers(thought))
  const [only] = spoken
  if (spoken.length === 1 && only?.type === 'refusal') {
    encoded.refusal = only.text
    encoded.content = null
  } else {
    const content = yield* encodeContent(spoken, 'assistant', writing)
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
