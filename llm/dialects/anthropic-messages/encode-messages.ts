import type { AssistantPart, ChatRequest, Part } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { eachInSteps, eachStepwise, ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
import { append } from '../shared/append.js'
import { MESSAGE, partUnits } from '../shared/part-units.js'
import { inputInSteps } from '../shared/tool-input.js'
import { type Drop, encodeAssistantPart, encodePart } from './encode-blocks.js'
import { addSaid, messagesOf, type Turn, turnOf } from './turns.js'

interface EncodedMessages {
  readonly system: readonly JsonObject[]
  readonly messages: readonly JsonObject[]
}

/**
 * Writes the conversation by the API's rules, in steps: system messages apart, turns that begin with the user's and alternate, every
 * tool call answered at the start of the next turn, no empty text. `systemTurns: 'kept'` leaves system messages after
 * the leading ones where they are, for clients that wrote them for this API.
 */
export function* encodeMessages(
  request: ChatRequest,
  systemTurns: 'kept' | 'hoisted',
  drop: Drop,
): Steps<EncodedMessages> {
  const system: JsonObject[] = []
  const turns: Turn[] = []
  let worked = 0
  for (const [i, message] of request.messages.entries()) {
    const path = `messages[${i}]`
    if ('name' in message && message.name !== undefined) drop(`${path}.name`)
    worked += MESSAGE
    if (worked >= ITEMS_TOGETHER) {
      yield worked
      worked = 0
    }
    if (message.role === 'assistant') {
      const turn = turnOf(turns, 'assistant')
      function* add(part: Part | AssistantPart, j: number): Steps<void> {
        addSaid(turn, yield* encodeSaid(part, `${path}.content[${j}]`, drop))
      }
      worked = yield* eachStepwise(message.content, partUnits, add, worked)
      continue
    }
    const isKept = message.role === 'user' || (turns.length > 0 && systemTurns === 'kept' && message.role !== 'tool')
    const content = isKept ? turnOf(turns, message.role === 'user' ? 'user' : 'system').content : []
    function* add(part: Part, j: number): Steps<void> {
      append(content, yield* encodePart(part, `${path}.content[${j}]`, drop))
    }
    worked = yield* eachStepwise(message.content, partUnits, add, worked)
    if (message.role === 'tool') turnOf(turns, 'user').results.push({ callId: message.callId, message, content })
    // Most models take one system prompt, before everything. There a later message keeps its order and its authority;
    // as a user turn it would lose the authority.
    else if (!isKept) yield* eachInSteps(content, blockUnits, (block) => hoist(system, block, path, drop))
  }
  return { system, messages: yield* messagesOf(turns) }
}

/** The system prompt is text only. */
function hoist(system: JsonObject[], block: JsonObject, path: string, drop: Drop): void {
  if (block['type'] === 'text') system.push(block)
  else drop(`${path}.content`)
}

const blockUnits = () => 1

function* encodeSaid(part: Part | AssistantPart, path: string, drop: Drop): Steps<readonly JsonObject[]> {
  if (part.type !== 'tool-call') return yield* encodeAssistantPart(part, path, drop)
  const { id, name, kind, arguments: text, cacheControl } = part
  // Custom tools take free text; as a function it would be their only argument.
  const input = kind === 'custom' ? { input: text } : yield* inputInSteps(text)
  const block = { type: 'tool_use', id, name, input }
  return [cacheControl === undefined ? block : { type: 'tool_use', id, name, input, cache_control: cacheControl }]
}
