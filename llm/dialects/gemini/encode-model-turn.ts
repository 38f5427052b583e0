import type { AssistantMessage, AssistantPart } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { isMadeId } from './call-ids.js'
import { type Client, type Drop, encodePart } from './encode-parts.js'
import { argsOf } from './function-response.js'
import { googleSignature } from './signature.js'
import { append, type Call, type Turn } from './turns.js'

type ToolCall = Extract<AssistantPart, { type: 'tool-call' }>
type Reasoning = Extract<AssistantPart, { type: 'reasoning' }>

/**
 * Adds what the model said. A signature without a text of its own goes where it came from: for a client of this dialect on
 * the next part; clients of others may have put all reasoning first, so there on the next call, else on the last part.
 */
export function encodeModelTurn(turn: Turn, message: AssistantMessage, path: string, client: Client, drop: Drop): void {
  const signatures: string[] = []

  const signed = (parts: readonly JsonObject[]): readonly JsonObject[] => {
    const [first, ...rest] = parts
    const signature = first === undefined ? undefined : signatures.shift()
    return signature === undefined ? parts : [{ ...first, thoughtSignature: signature }, ...rest]
  }

  for (const [j, part] of message.content.entries()) {
    const at = `${path}.content[${j}]`
    switch (part.type) {
      case 'reasoning':
        append(turn.parts, encodeReasoning(part, at, client, signatures, drop))
        break
      case 'tool-call':
        append(turn.parts, signed([encodeCall(turn.calls, part, drop)]))
        break
      case 'refusal':
        append(turn.parts, part.text === '' ? [] : [{ text: part.text }])
        break
      default: {
        const parts = encodePart(part, at, client, drop)
        append(turn.parts, client === 'own' ? signed(parts) : parts)
      }
    }
  }
  signLast(turn.parts, signatures)
}

/** What is left over stands on the last part that has none, as it does where a stream brings it at its end. */
function signLast(parts: JsonObject[], signatures: readonly string[]): void {
  const signature = signatures.at(-1)
  if (signature === undefined) return
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

function encodeCall(calls: Call[], part: ToolCall, drop: Drop): JsonObject {
  if (part.cacheControl !== undefined) drop('cache_control')
  // An id from a place says nothing, and pairs nothing that order does not.
  const id = isMadeId(part.id) ? {} : { id: part.id }
  calls.push({ id: part.id, name: part.name, ...(isMadeId(part.id) ? {} : { sentId: part.id }) })
  // Custom tools take free text; as a function it would be their only argument.
  const args = part.kind === 'custom' ? { input: part.arguments } : argsOf(part.arguments)
  return { functionCall: { ...id, name: part.name, args } }
}
