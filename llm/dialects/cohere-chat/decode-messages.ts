import type { AssistantMessage, AssistantPart, Message } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { jsonText } from '../../../core/json-writer.js'
import { eachInSteps, mapStepwise, type Steps } from '../../../core/turns.js'
import { type Fields, fieldsOf } from '../fields.js'
import { isArray } from '../shared/arrays.js'
import { type AssistantParts, decodeAssistantContent, decodeContent, textOf } from './decode-parts.js'
import { NAME } from './name.js'
import { PLAN } from './words.js'

const ROLES = ['system', 'user', 'assistant', 'tool'] as const

/** Units that a message takes besides its parts, a call, and a part that is looked at. */
const MESSAGE = 8
const CALL = 5
const PART = 2

/** Reads `messages`, in steps. Throws `malformed_request` naming the member: `messages[2].content[0].type`. */
export function* decodeMessages(list: readonly JsonValue[]): Steps<readonly Message[]> {
  const messages: Message[] = []
  for (let index = 0; index < list.length; index++) {
    yield MESSAGE
    const message = fieldsOf(list[index], `messages[${index}]`)
    const role = message.required('role', message.oneOf('role', ROLES))
    if (role === 'assistant') {
      messages.push({ role, content: yield* assistantContent(message) })
      continue
    }
    const callId = role === 'tool' ? message.required('tool_call_id', message.string('tool_call_id')) : ''
    const value = message.raw('content')
    const content = typeof value === 'string' ? textOf(value) : yield* decodeContent(value, message.at('content'))
    messages.push(role === 'tool' ? { role, callId, content } : { role, content })
  }
  return messages
}

function* assistantContent(message: Fields): Steps<AssistantMessage['content']> {
  const plan = message.string('tool_plan')
  const value = message.raw('content')
  const content =
    typeof value === 'string' ? textOf(value) : yield* decodeAssistantContent(value, message.at('content'))
  const spoken = cited(content, message.array('citations') ?? [])
  const planned: readonly AssistantPart[] = plan ? [{ type: 'reasoning', text: plan, extras: PLAN }] : []
  const list = message.array('tool_calls')
  const calls = list === undefined ? [] : yield* toolCalls(list, message.at('tool_calls'))
  return [...spoken, ...planned, ...calls]
}

/** Citations stand beside the content, and are kept on its first text. */
function cited(parts: AssistantParts, citations: readonly JsonValue[]): AssistantParts {
  const first = parts.findIndex((part) => part.type === 'text')
  const text = parts[first]
  if (citations.length === 0 || text?.type !== 'text') return parts
  return parts.with(first, { ...text, extras: { dialect: NAME, fields: { citations } } })
}

function* toolCalls(calls: readonly JsonValue[], path: string): Steps<readonly AssistantPart[]> {
  return yield* mapStepwise(calls, CALL, function* (value, index): Steps<AssistantPart> {
    const call = fieldsOf(value, `${path}[${index}]`)
    call.oneOf('type', ['function'])
    const called = call.required('function', call.fields('function'))
    return {
      type: 'tool-call',
      id: call.required('id', call.string('id')),
      name: called.required('name', called.string('name')),
      arguments: (yield* argumentsAt(called)) || '{}',
      kind: 'function',
    }
  })
}

/** JSON text; some clients send the object that it stands for. */
function* argumentsAt(called: Fields): Steps<string | undefined> {
  const value = called.raw('arguments')
  return isObject(value) ? yield* jsonText(value) : called.string('arguments')
}

/** The citations that were kept on an assistant's text, in steps. */
export function* citationsOf(content: AssistantMessage['content']): Steps<readonly JsonObject[]> {
  const kept: JsonObject[] = []
  const add = (part: AssistantMessage['content'][number]) => {
    if (part.type !== 'text' || part.extras?.dialect !== NAME) return
    const { citations } = part.extras.fields
    if (isArray(citations)) for (const each of citations) if (isObject(each)) kept.push(each)
  }
  yield* eachInSteps(content, () => PART, add)
  return kept
}
