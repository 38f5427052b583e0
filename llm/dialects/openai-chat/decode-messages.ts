import type { AssistantMessage, AssistantPart, Message, Part } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { jsonText } from '../../../core/json-writer.js'
import { eachInSteps, mapStepwise, type Steps } from '../../../core/turns.js'
import { malformed } from '../fields.js'
import { isArray } from '../shared/arrays.js'
import { cacheMarker } from '../shared/cache-marker.js'
import type { Note } from '../shared/note.js'
import { decodeAssistantContent, decodeContent, noteOthers } from './decode-parts.js'
import { decodeReasoning } from './decode-reasoning.js'
import { NAME } from './name.js'

/**
 * Reads `messages`; members that the vocabulary has no word for are noted. Throws `malformed_request` naming the member:
 * `messages[2].content[0].type`.
 */
export function* decodeMessages(list: readonly JsonValue[], note: Note): Steps<readonly Message[]> {
  const messages: Message[] = []
  // Legacy function calls and some compatible servers' results have no id: they answer the calls in order.
  const unanswered = new Set<string>()
  for (const [index, value] of list.entries()) {
    yield MESSAGE
    const path = `messages[${index}]`
    if (!isObject(value)) throw malformed(path, 'must be an object')
    const name = optionalString(value, 'name', path)
    switch (value.role) {
      case 'system':
      case 'developer':
      case 'user':
        noteOthers(value, PLAIN, path, note)
        messages.push(message(value.role, yield* decodeContent(value.content, `${path}.content`, note), name))
        break
      case 'assistant': {
        noteOthers(value, ASSISTANT, path, note)
        const content = yield* assistantContent(value, path, index, note)
        unanswered.clear()
        yield* eachInSteps(
          callsIn(content),
          () => CALL_ID,
          ({ id }) => unanswered.add(id),
        )
        messages.push(message('assistant', content, name))
        break
      }
      case 'tool':
      case 'function': {
        const callId = optionalString(value, 'tool_call_id', path) ?? unanswered.values().next().value
        if (callId === undefined) throw malformed(`${path}.tool_call_id`, 'is required')
        unanswered.delete(callId)
        noteOthers(value, RESULT, path, note)
        messages.push(yield* toolMessage(callId, value, path, note))
        break
      }
      default:
        throw malformed(`${path}.role`, 'must be one of system, developer, user, assistant, tool, function')
    }
  }
  return messages
}

/** Calls stand at the end. */
function callsIn(content: AssistantMessage['content']): readonly ToolCall[] {
  const before = content.findLastIndex(({ type }) => type !== 'tool-call')
  return content.slice(before + 1) as readonly ToolCall[]
}

type ToolCall = Extract<AssistantPart, { type: 'tool-call' }>

/** Units that a message takes, and a call, besides what is in them; and to remember a call's id. */
const MESSAGE = 4
const CALL_UNITS = 5
const CALL_ID = 2

const PLAIN = ['role', 'content', 'name']
const ASSISTANT = [
  ...['role', 'content', 'name', 'refusal', 'audio', 'tool_calls', 'function_call'],
  ...['reasoning_content', 'reasoning', 'reasoning_details', 'thinking_blocks'],
]
/** The name of a result is that of its call. */
const RESULT = [...PLAIN, 'tool_call_id', 'cache_control']
/** `index` is what streams have, and clients that put them together keep. */
const CALL = ['id', 'type', 'index', 'function', 'custom', 'cache_control']

function message<R extends 'system' | 'developer' | 'user' | 'assistant', C>(
  role: R,
  content: C,
  name: string | undefined,
) {
  return name === undefined ? { role, content } : { role, content, name }
}

function* toolMessage(callId: string, value: JsonObject, path: string, note: Note): Steps<Message> {
  const cacheControl = cacheMarker(value)
  const content = yield* decodeContent(value.content, `${path}.content`, note)
  return cacheControl === undefined
    ? { role: 'tool', callId, content }
    : { role: 'tool', callId, content, cacheControl }
}

function* assistantContent(
  value: JsonObject,
  path: string,
  index: number,
  note: Note,
): Steps<AssistantMessage['content']> {
  const spoken = yield* decodeAssistantContent(value.content, `${path}.content`, note)
  const reasoning = yield* decodeReasoning(value)
  const calls = yield* toolCalls(value, path, index, note)
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

function* toolCalls(value: JsonObject, path: string, index: number, note: Note): Steps<readonly AssistantPart[]> {
  const list = value.tool_calls
  const legacy = isObject(value.function_call)
    ? [yield* functionCall(`call_${index}`, value.function_call, `${path}.function_call`, value)]
    : []
  if (list === undefined || list === null) return legacy
  if (!isArray(list)) throw malformed(`${path}.tool_calls`, 'must be an array')
  const calls = yield* mapStepwise(list, CALL_UNITS, function* (call, position): Steps<AssistantPart> {
    const at = `${path}.tool_calls[${position}]`
    if (!isObject(call)) throw malformed(at, 'must be an object')
    noteOthers(call, CALL, at, note)
    const id = optionalString(call, 'id', at) ?? `call_${index}_${position}`
    if (call.type === 'custom') {
      if (!isObject(call.custom)) throw malformed(`${at}.custom`, 'must be an object')
      const name = requiredString(call.custom, 'name', `${at}.custom`)
      const input = optionalString(call.custom, 'input', `${at}.custom`) ?? ''
      noteOthers(call.custom, ['name', 'input'], `${at}.custom`, note)
      return { type: 'tool-call', id, name, arguments: input, kind: 'custom' }
    }
    if (!isObject(call.function)) throw malformed(`${at}.function`, 'must be an object')
    noteOthers(call.function, ['name', 'arguments'], `${at}.function`, note)
    return yield* functionCall(id, call.function, `${at}.function`, call)
  })
  return [...legacy, ...calls]
}

function* functionCall(id: string, call: JsonObject, path: string, holder: JsonObject): Steps<AssistantPart> {
  const name = requiredString(call, 'name', path)
  // Some clients send the arguments as the object they stand for.
  const text = isObject(call.arguments) ? yield* jsonText(call.arguments) : optionalString(call, 'arguments', path)
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
