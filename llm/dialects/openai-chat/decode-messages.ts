import type { AssistantMessage, AssistantPart, Message, Part } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { malformed } from '../fields.js'
import { isArray } from './arrays.js'
import { cacheMarker, decodeAssistantContent, decodeContent } from './decode-parts.js'
import { NAME } from './name.js'
import { type ReasoningPart, reasoningDetails, textOf, thinkingBlocks } from './thinking.js'

/** Reads `messages`. Throws `malformed_request` naming the member: `messages[2].content[0].type`. */
export function decodeMessages(list: readonly JsonValue[]): readonly Message[] {
  // Legacy function calls and some compatible servers' results have no id: they answer the calls in order.
  let unanswered: readonly string[] = []
  return list.map((value, index) => {
    const path = `messages[${index}]`
    if (!isObject(value)) throw malformed(path, 'must be an object')
    const name = optionalString(value, 'name', path)
    switch (value.role) {
      case 'system':
      case 'developer':
      case 'user':
        return message(value.role, decodeContent(value.content, `${path}.content`), name)
      case 'assistant': {
        const content = assistantContent(value, path, index)
        unanswered = content.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []))
        return message('assistant', content, name)
      }
      case 'tool':
      case 'function': {
        const callId = optionalString(value, 'tool_call_id', path) ?? unanswered[0]
        if (callId === undefined) throw malformed(`${path}.tool_call_id`, 'is required')
        unanswered = unanswered.filter((id) => id !== callId)
        return toolMessage(callId, value, path)
      }
      default:
        throw malformed(`${path}.role`, 'must be one of system, developer, user, assistant, tool, function')
    }
  })
}

function message<R extends 'system' | 'developer' | 'user' | 'assistant', C>(
  role: R,
  content: C,
  name: string | undefined,
) {
  return name === undefined ? { role, content } : { role, content, name }
}

function toolMessage(callId: string, value: JsonObject, path: string): Message {
  const cacheControl = cacheMarker(value)
  const content = decodeContent(value.content, `${path}.content`)
  return cacheControl === undefined
    ? { role: 'tool', callId, content }
    : { role: 'tool', callId, content, cacheControl }
}

function assistantContent(value: JsonObject, path: string, index: number): AssistantMessage['content'] {
  const spoken = decodeAssistantContent(value.content, `${path}.content`)
  const reasoning = reasoningParts(value)
  const calls = toolCalls(value, path, index)
  const refusal = optionalString(value, 'refusal', path)
  const audio: readonly Part[] = isObject(value.audio)
    ? [{ type: 'opaque', dialect: NAME, value: { audio: value.audio } }]
    : []
  if (reasoning.length + calls.length + audio.length === 0 && !refusal) return spoken
  return [
    ...reasoning,
    ...spoken,
    ...(refusal ? [{ type: 'refusal' as const, text: refusal }] : []),
    ...audio,
    ...calls,
  ]
}

/** Thinking that a client sends back, in the richest of the forms that clients use. */
function reasoningParts(value: JsonObject): readonly ReasoningPart[] {
  const blocks = thinkingBlocks(value.thinking_blocks)
  if (blocks.length > 0) return blocks
  const details = reasoningDetails(value.reasoning_details)
  if (textOf(details) !== '') return details
  const plain = [value.reasoning_content, value.reasoning].find((text) => typeof text === 'string' && text !== '')
  return typeof plain === 'string' ? [{ type: 'reasoning', text: plain }] : []
}

function toolCalls(value: JsonObject, path: string, index: number): readonly AssistantPart[] {
  const list = value.tool_calls
  const legacy = isObject(value.function_call)
    ? [functionCall(`call_${index}`, value.function_call, `${path}.function_call`, value)]
    : []
  if (list === undefined || list === null) return legacy
  if (!isArray(list)) throw malformed(`${path}.tool_calls`, 'must be an array')
  const calls = list.map((call, position): AssistantPart => {
    const at = `${path}.tool_calls[${position}]`
    if (!isObject(call)) throw malformed(at, 'must be an object')
    const id = optionalString(call, 'id', at) ?? `call_${index}_${position}`
    if (call.type === 'custom') {
      if (!isObject(call.custom)) throw malformed(`${at}.custom`, 'must be an object')
      const name = requiredString(call.custom, 'name', `${at}.custom`)
      const input = optionalString(call.custom, 'input', `${at}.custom`) ?? ''
      return { type: 'tool-call', id, name, arguments: input, kind: 'custom' }
    }
    if (!isObject(call.function)) throw malformed(`${at}.function`, 'must be an object')
    return functionCall(id, call.function, `${at}.function`, call)
  })
  return [...legacy, ...calls]
}

function functionCall(id: string, call: JsonObject, path: string, holder: JsonObject): AssistantPart {
  const name = requiredString(call, 'name', path)
  // Some clients send the arguments as the object they stand for.
  const text = isObject(call.arguments) ? JSON.stringify(call.arguments) : optionalString(call, 'arguments', path)
  const args = text === undefined || text === '' ? '{}' : text
  const cacheControl = cacheMarker(holder)
  return cacheControl === undefined
    ? { type: 'tool-call', id, name, arguments: args, kind: 'function' }
    : { type: 'tool-call', id, name, arguments: args, kind: 'function', cacheControl }
}

function optionalString(holder: JsonObject, name: string, path: string): string | undefined {
  const value = holder[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw malformed(`${path}.${name}`, 'must be a string')
  return value
}

function requiredString(holder: JsonObject, name: string, path: string): string {
  const value = optionalString(holder, name, path)
  if (value === undefined) throw malformed(`${path}.${name}`, 'is required')
  return value
}
