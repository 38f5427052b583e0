import type { ChatRequest, Part, ToolMessage } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { encodeModelTurn } from './encode-model-turn.js'
import { type Client, type Drop, encodePart } from './encode-parts.js'
import { responseOf } from './function-response.js'
import type { ModelTraits } from './models.js'
import { SKIPPED_SIGNATURE } from './signature.js'
import { append, contentsOf, type ToolResult, type Turn, turnOf } from './turns.js'

interface EncodedContents {
  readonly system: readonly JsonObject[]
  readonly contents: readonly JsonObject[]
}

/**
 * Writes the conversation by the API's rules: system messages apart, consecutive messages of one side as one content, calls
 * answered in the turn after them, and signed where the model checks that.
 */
export function encodeContents(request: ChatRequest, traits: ModelTraits, client: Client, drop: Drop): EncodedContents {
  const system: JsonObject[] = []
  const turns: Turn[] = []
  for (const [i, message] of request.messages.entries()) {
    const path = `messages[${i}]`
    if ('name' in message && message.name !== undefined) drop(`${path}.name`)
    switch (message.role) {
      case 'assistant':
        encodeModelTurn(turnOf(turns, 'model'), message, path, client, drop)
        break
      case 'tool':
        turnOf(turns, 'user').results.push(encodeResult(message, path, traits, client, drop))
        break
      case 'user':
        append(turnOf(turns, 'user').parts, encodeAll(message.content, path, client, drop))
        break
      // There is one instruction, before everything: a later message keeps its authority and loses its place.
      case 'system':
      case 'developer':
        append(
          system,
          message.content.flatMap((part, j) => encodeInstruction(part, `${path}.content[${j}]`, drop)),
        )
        break
    }
  }
  if (client === 'other' && traits.generation === 'since-3') for (const turn of turns) signFirstCall(turn)
  return { system, contents: contentsOf(turns, client) }
}

function encodeAll(parts: readonly Part[], path: string, client: Client, drop: Drop): readonly JsonObject[] {
  return parts.flatMap((part, j) => encodePart(part, `${path}.content[${j}]`, client, drop))
}

/** Instructions are text. */
function encodeInstruction(part: Part, path: string, drop: Drop): readonly JsonObject[] {
  if (part.type === 'text') return encodePart(part, path, 'other', drop)
  drop(path)
  return []
}

function encodeResult(message: ToolMessage, path: string, traits: ModelTraits, client: Client, drop: Drop): ToolResult {
  const marked = [message, ...message.content].some((part) => 'cacheControl' in part && part.cacheControl !== undefined)
  if (marked) drop('cache_control')
  const texts = message.content.flatMap((part) => (part.type === 'text' ? [part.text] : []))
  const media = encodeAll(
    message.content.filter((part) => part.type !== 'text'),
    path,
    client,
    drop,
  )
  const inside = client === 'own' || traits.generation === 'since-3'
  return {
    callId: message.callId,
    response: responseOf(texts.join('\n'), message.failed),
    media: inside ? media : [],
    beside: inside ? [] : media,
  }
}

/**
 * Since Gemini 3 the first call of each of the model's turns must be signed, or the request is refused; calls that another
 * provider made, or whose signature the client did not keep, are exempted as Google documents it.
 */
function signFirstCall(turn: Turn): void {
  const at = turn.parts.findIndex((part) => part['functionCall'] !== undefined)
  const call = turn.parts[at]
  if (call === undefined || call['thoughtSignature'] !== undefined) return
  turn.parts[at] = { ...call, thoughtSignature: SKIPPED_SIGNATURE }
}
