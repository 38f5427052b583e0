import type { AssistantMessage, AssistantPart, Part } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { eachStepwise, type Steps } from '../../../core/turns.js'
import { append } from '../shared/append.js'
import { partUnits } from '../shared/part-units.js'
import { inputInSteps } from '../shared/tool-input.js'
import { isMadeId } from './call-ids.js'
import { type Client, type Drop, encodePart } from './encode-parts.js'
import { googleSignature } from './signature.js'
import type { Call, Turn } from './turns.js'

type ToolCall = Extract<AssistantPart, { type: 'tool-call' }>
type Reasoning = Extract<AssistantPart, { type: 'reasoning' }>

/**
 * Adds what the model said, in steps, after so many units that nobody has announced; returns those that are left. A signature without a text
 * of its own goes where it came from: for a client of this dialect on the next part; clients of others may have put all reasoning first, so
 * there on the next call, else on the last part.
 */
export function* encodeModelTurn(
  turn: Turn,
  message: AssistantMessage,
  path: string,
  client: Client,
  drop: Drop,
  before: number,
): Steps<number> {
  const signatures: string[] = []
  let placed = 0

  const addSigned = (part: JsonObject) => {
    const signature = signatures[placed]
    if (signature !== undefined) placed++
    turn.parts.push(signature === undefined ? part : Object.assign({}, part, { thoughtSignature: signature }))
  }

  function* add(part: Part | AssistantPart, j: number): Steps<void> {
    const at = `${path}.content[${j}]`
    switch (part.type) {
      case 'reasoning':
        append(turn.parts, encodeReasoning(part, at, client, signatures, drop))
        break
      case 'tool-call':
        addSigned(yield* encodeCall(turn.calls, part, drop))
        break
      case 'refusal':
        if (part.text !== '') turn.parts.push({ text: part.text })
        break
      default:
        for (const written of encodePart(part, at, client, drop)) {
          if (client === 'own') addSigned(written)
          else turn.parts.push(written)
        }
    }
  }

  const left = yield* eachStepwise(message.content, partUnits, add, before)
  const unplaced = placed < signatures.length ? signatures.at(-1) : undefined
  if (unplaced !== undefined) signLast(turn.parts, unplaced)
  return left
}

/** What is left over stands on the last part that has none, as it does where a stream brings it at its end. */
function signLast(parts: JsonObject[], signature: string): void {
  const last = parts.at(-1)
  if (last === undefined || last['thoughtSignature'] !== undefined || last['thought'] === true) {
    parts.push({ text: '', thoughtSignature: signature })
  } else parts[parts.length - 1] = { ...last, thoughtSignature: signature }
}

function encodeReasoning(
  part: Reasoning,
  path: string,
  client: Client,
  signatures: string[],
  drop: Drop,
): readonly JsonObject[] {
  const signature = googleSignature(part.signature)
  const foreign = part.redacted !== undefined || (signature === undefined && (part.signature ?? '') !== '')
  if (foreign || (signature === undefined && client === 'other')) {
    if (foreign || part.text !== '') drop(path)
    return []
  }
  if (signature !== undefined && part.text === '') {
    signatures.push(signature)
    return []
  }
  if (part.text === '') return []
  const thought = { text: part.text, thought: true }
  return [signature === undefined ? thought : { ...thought, thoughtSignature: signature }]
}

function* encodeCall(calls: Call[], part: ToolCall, drop: Drop): Steps<JsonObject> {
  if (part.cacheControl !== undefined) drop('cache_control')
  // An id from a place says nothing, and pairs nothing that order does not.
  const { id, name } = part
  const sentId = isMadeId(id) ? undefined : id
  calls.push({ id, name, sentId })
  // Custom tools take free text; as a function it would be their only argument.
  const args = part.kind === 'custom' ? { input: part.arguments } : yield* inputInSteps(part.arguments)
  return { functionCall: sentId === undefined ? { name, args } : { id, name, args } }
}
