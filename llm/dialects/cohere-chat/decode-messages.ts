import type { AssistantMessage, AssistantPart, Message } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { type Fields, fieldsOf } from '../fields.js'
import { isArray } from '../shared/arrays.js'
import { type AssistantParts, decodeAssistantContent, decodeContent } from './decode-parts.js'
import { NAME } from './name.js'
import { PLAN } from './words.js'

const ROLES = ['system', 'user', 'assistant', 'tool'] as const

/** Reads `messages`. Throws `malformed_request` naming the member: `messages[2].content[0].type`. */
export function decodeMessages(list: readonly JsonValue[]): readonly Message[] {
  return list.map((value, index) => decodeMessage(fieldsOf(value, `messages[${index}]`)))
}

function decodeMessage(message: Fields): Message {
  const role = message.required('role', message.oneOf('role', ROLES))
  switch (role) {
    case 'system':
    case 'user':
      return { role, content: contentAt(message) }
    case 'assistant':
      return { role, content: assistantContent(message) }
    case 'tool': {
      const callId = message.required('tool_call_id', message.string('tool_call_id'))
      return { role, callId, content: contentAt(message) }
    }
  }
}

const contentAt = (message: Fields) => decodeContent(message.raw('content'), message.at('content'))

function assistantContent(message: Fields): AssistantMessage['content'] {
  const plan = message.string('tool_plan')
  const spoken = cited(
    decodeAssistantContent(message.raw('content'), message.at('content')),
    message.array('citations') ?? [],
  )
  const planned: readonly AssistantPart[] = plan ? [{ type: 'reasoning', text: plan, extras: PLAN }] : []
  return [...spoken, ...planned, ...toolCalls(message)]
}

/** Citations stand beside the content, and are kept on its first text. */
function cited(parts: AssistantParts, citations: readonly JsonValue[]): AssistantParts {
  const first = parts.findIndex((part) => part.type === 'text')
  if (citations.length === 0 || first === -1) return parts
  const extras = { dialect: NAME, fields: { citations } }
  return parts.map((part, index) => (index === first && part.type === 'text' ? { ...part, extras } : part))
}

function toolCalls(message: Fields): readonly AssistantPart[] {
  return (message.array('tool_calls') ?? []).map((value, index) => {
    const call = fieldsOf(value, `${message.at('tool_calls')}[${index}]`)
    call.oneOf('type', ['function'])
    const called = call.required('function', call.fields('function'))
    return {
      type: 'tool-call',
      id: call.required('id', call.string('id')),
      name: called.required('name', called.string('name')),
      arguments: argumentsAt(called) || '{}',
      kind: 'function',
    }
  })
}

/** JSON text; some clients send the object that it stands for. */
function argumentsAt(called: Fields): string | undefined {
  const value = called.raw('arguments')
  return isObject(value) ? JSON.stringify(value) : called.string('arguments')
}

/** The citations that were kept on an assistant's text. */
export function citationsOf(content: AssistantMessage['content']): readonly JsonObject[] {
  return content.flatMap((part) => {
    if (part.type !== 'text' || part.extras?.dialect !== NAME) return []
    const { citations } = part.extras.fields
    return isArray(citations) ? citations.filter(isObject) : []
  })
}
