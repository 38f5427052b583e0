import type { AssistantMessage, ChatRequest, ToolMessage } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { defined } from '../shared/defined.js'
import { parseInput } from '../shared/tool-input.js'
import { type Drop, encodeAssistantPart, encodePart } from './encode-blocks.js'
import { append, messagesOf, type ToolResult, type Turn, withoutEmpty } from './turns.js'

/**
 * Writes the conversation by the API's rules: system messages apart, turns that begin with the user's and alternate, every
 * tool call answered at the start of the next turn, no empty text. `systemTurns: 'kept'` leaves system messages after
 * the leading ones where they are, for clients that wrote them for this API.
 */
export function encodeMessages(
  request: ChatRequest,
  systemTurns: 'kept' | 'hoisted',
  drop: Drop,
): { readonly system: readonly JsonObject[]; readonly messages: readonly JsonObject[] } {
  const system: JsonObject[] = []
  const turns: Turn[] = []
  const into = (role: Turn['role']): Turn => {
    const last = turns.at(-1)
    if (last?.role === role) return last
    const turn: Turn = { role, content: [], results: [] }
    turns.push(turn)
    return turn
  }

  for (const [i, message] of request.messages.entries()) {
    const path = `messages[${i}]`
    if ('name' in message && message.name !== undefined) drop(`${path}.name`)
    if (message.role === 'assistant') append(into('assistant').content, encodeAssistant(message, path, drop))
    else if (message.role === 'tool') into('user').results.push(encodeResult(message, path, drop))
    else {
      const content = message.content.flatMap((part, j) => encodePart(part, `${path}.content[${j}]`, drop))
      if (message.role === 'user') append(into('user').content, content)
      else if (turns.length > 0 && systemTurns === 'kept') append(into('system').content, content)
      // Most models take one system prompt, before everything. There a later message keeps its order and its authority;
      // as a user turn it would lose the authority.
      else
        append(
          system,
          content.filter((block) => keepInSystem(block, path, drop)),
        )
    }
  }
  return { system, messages: messagesOf(withoutEmpty(turns)) }
}

const keepInSystem = (block: JsonObject, path: string, drop: Drop): boolean => {
  // The system prompt is text only.
  if (block['type'] === 'text') return true
  drop(`${path}.content`)
  return false
}

function encodeAssistant(message: AssistantMessage, path: string, drop: Drop): readonly JsonObject[] {
  return message.content.flatMap((part, j) => {
    if (part.type !== 'tool-call') return encodeAssistantPart(part, `${path}.content[${j}]`, drop)
    // Custom tools take free text; as a function it would be their only argument.
    const input = part.kind === 'custom' ? { input: part.arguments } : parseInput(part.arguments)
    return [defined({ type: 'tool_use', id: part.id, name: part.name, input, cache_control: part.cacheControl })]
  })
}

function encodeResult(message: ToolMessage, path: string, drop: Drop): ToolResult {
  const content = message.content.flatMap((part, j) => encodePart(part, `${path}.content[${j}]`, drop))
  const block = defined({
    type: 'tool_result',
    content: content.length === 0 ? undefined : content,
    is_error: message.failed,
    cache_control: message.cacheControl,
  })
  return { callId: message.callId, block, content }
}
