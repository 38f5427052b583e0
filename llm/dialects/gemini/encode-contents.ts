import type { ChatRequest, Part, ToolMessage } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { eachInSteps, ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
import { append } from '../shared/append.js'
import { MESSAGE, PART, partUnits } from '../shared/part-units.js'
import { encodeModelTurn } from './encode-model-turn.js'
import { type Client, type Drop, encodePart } from './encode-parts.js'
import { responseOf } from './function-response.js'
import type { ModelTraits } from './models.js'
import { SKIPPED_SIGNATURE } from './signature.js'
import { contentsOf, type Turn, turnOf } from './turns.js'

interface EncodedContents {
  readonly system: readonly JsonObject[]
  readonly contents: readonly JsonObject[]
}

const turnUnits = () => PART

/**
 * Writes the conversation by the API's rules, in steps: system messages apart, consecutive messages of one side as one content, calls
 * answered in the turn after them, and signed where the model checks that.
 */
export function* encodeContents(
  request: ChatRequest,
  traits: ModelTraits,
  client: Client,
  drop: Drop,
): Steps<EncodedContents> {
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
    switch (message.role) {
      case 'assistant':
        worked = yield* encodeModelTurn(turnOf(turns, 'model'), message, path, client, drop, worked)
        break
      case 'tool': {
        if (isMarked(message) || message.content.some(isMarked)) drop('cache_control')
        const texts: string[] = []
        const media: JsonObject[] = []
        let place = 0
        const add = (part: Part) => {
          if (part.type === 'text') texts.push(part.text)
          else append(media, encodePart(part, `${path}.content[${place++}]`, client, drop))
        }
        worked = yield* eachInSteps(message.content, partUnits, add, worked)
        const isInside = client === 'own' || traits.generation === 'since-3'
        turnOf(turns, 'user').results.push({
          callId: message.callId,
          response: yield* responseOf(texts.join('\n'), message.failed),
          media: isInside ? media : [],
          beside: isInside ? [] : media,
        })
        break
      }
      case 'user': {
        const { parts } = turnOf(turns, 'user')
        const add = (part: Part, j: number) => append(parts, encodePart(part, `${path}.content[${j}]`, client, drop))
        worked = yield* eachInSteps(message.content, partUnits, add, worked)
        break
      }
      // There is one instruction, before everything: a later message keeps its authority and loses its place.
      case 'system':
      case 'developer': {
        const add = (part: Part, j: number) => append(system, encodeInstruction(part, `${path}.content[${j}]`, drop))
        worked = yield* eachInSteps(message.content, partUnits, add, worked)
      }
    }
  }
  if (client === 'other' && traits.generation === 'since-3') yield* eachInSteps(turns, turnUnits, signFirstCall)
  return { system, contents: yield* contentsOf(turns, client) }
}

/** Instructions are text. */
function encodeInstruction(part: Part, path: string, drop: Drop): readonly JsonObject[] {
  if (part.type === 'text') return encodePart(part, path, 'other', drop)
  drop(path)
  return []
}

const isMarked = (part: Part | ToolMessage) => 'cacheControl' in part && part.cacheControl !== undefined

/**
 * Since Gemini 3 the first call of each of the model's turns must be signed, or the request is refused; calls that another
 * provider made, or whose signature the client did not keep, are exempted as Google documents it.
 */
function signFirstCall(turn: Turn): void {
  const at = turn.parts.findIndex((part) => part['functionCall'] !== undefined)
  const call = turn.parts[at]
  if (call === undefined || call['thoughtSignature'] !== undefined) return
  turn.parts[at] = Object.assign({}, call, { thoughtSignature: SKIPPED_SIGNATURE })
}
