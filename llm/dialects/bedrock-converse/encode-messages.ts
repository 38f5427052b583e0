import type { AssistantPart, ChatRequest, Part, ToolMessage } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { eachInSteps, eachStepwise, ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
import { append } from '../shared/append.js'
import { MESSAGE, PART, partUnits } from '../shared/part-units.js'
import { inputInSteps } from '../shared/tool-input.js'
import type { PartWriter } from './encode-parts.js'
import type { BedrockTraits } from './models.js'
import { redactedToWire } from './redacted.js'
import { messagesOf, type ToolResult, type Turn, turnOf } from './turns.js'
import { type Drop, NOTHING } from './words.js'

/** What of the request and its model bears on the messages. */
interface MessageContext {
  readonly traits: BedrockTraits
  /** `own` for a client of this dialect: what it wrote for this API stays. */
  readonly client: 'own' | 'other'
  readonly parts: PartWriter
  readonly drop: Drop
}

interface EncodedMessages {
  readonly system: readonly JsonObject[]
  readonly messages: readonly JsonObject[]
}

/**
 * Writes the conversation by the API's rules, in steps: system messages apart, turns that begin with the user's and alternate, every
 * tool call answered at the start of the next turn, no empty text. A cache marker is a cache point after its block.
 */
export function* encodeMessages(request: ChatRequest, context: MessageContext): Steps<EncodedMessages> {
  const { drop, parts } = context
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
      case 'assistant': {
        const { content } = turnOf(turns, 'assistant')
        function* add(part: Part | AssistantPart, j: number): Steps<void> {
          append(content, yield* encodeAssistantPart(part, `${path}.content[${j}]`, context))
        }
        worked = yield* eachStepwise(message.content, partUnits, add, worked)
        break
      }
      case 'tool':
        worked += PART * Math.min(message.content.length, ITEMS_TOGETHER)
        turnOf(turns, 'user').results.push(yield* encodeResult(message, path, context))
        break
      case 'user': {
        const { content } = turnOf(turns, 'user')
        const add = (part: Part, j: number) => append(content, withCachePoint(part, `${path}.content[${j}]`, parts))
        worked = yield* eachInSteps(message.content, partUnits, add, worked)
        break
      }
      case 'system':
      case 'developer': {
        // Converse knows no system turns. A later message keeps its order and its authority; as a user turn it would
        // lose the authority.
        const content: JsonObject[] = []
        const add = (part: Part, j: number) => append(content, withCachePoint(part, `${path}.content[${j}]`, parts))
        worked = yield* eachInSteps(message.content, partUnits, add, worked)
        for (const block of content) if (keepInSystem(block, path, drop)) system.push(block)
      }
    }
  }
  return { system, messages: yield* messagesOf(turns) }
}

function withCachePoint(part: Part, path: string, parts: PartWriter): readonly JsonObject[] {
  const block = parts.block(part, path)
  if (block === undefined) return []
  return 'cacheControl' in part ? [block, ...parts.cachePoint(part.cacheControl, path)] : [block]
}

const keepInSystem = (block: JsonObject, path: string, drop: Drop): boolean => {
  const kept = ['text', 'cachePoint', 'guardContent'].some((member) => block[member] !== undefined)
  if (!kept) drop(`${path}.content`)
  return kept
}

function* encodeAssistantPart(
  part: Part | AssistantPart,
  path: string,
  { traits, client, parts, drop }: MessageContext,
): Steps<readonly JsonObject[]> {
  switch (part.type) {
    case 'text':
    case 'opaque':
      return withCachePoint(part, path, parts)
    case 'refusal':
      return part.text.trim() === '' ? [] : [{ text: part.text }]
    case 'tool-call': {
      // Custom tools take free text; as a function it would be their only argument.
      const input = part.kind === 'custom' ? { input: part.arguments } : yield* inputInSteps(part.arguments)
      return [{ toolUse: { toolUseId: part.id, name: part.name, input } }, ...parts.cachePoint(part.cacheControl, path)]
    }
    case 'reasoning': {
      const block = reasoningOf(part, traits, client)
      if (block === undefined) drop(path)
      return block === undefined ? [] : [{ reasoningContent: block }]
    }
    case 'image':
    case 'file':
    case 'audio':
      // Only the user's turns hold media.
      drop(path)
      return []
  }
}

type Reasoning = Extract<AssistantPart, { type: 'reasoning' }>

/**
 * Only Claude signs or encrypts its thinking, and only Claude wants it back; it refuses what is not its own, and what carries
 * another API's mark or no proof at all is another's. A client of this dialect gets back what it sent.
 */
function reasoningOf(part: Reasoning, { claude }: BedrockTraits, client: 'own' | 'other'): JsonObject | undefined {
  const { text, signature = '', redacted } = part
  if (isMarked(signature) || isMarked(redacted ?? '')) return undefined
  if (claude === undefined && client === 'other') return undefined
  if (redacted !== undefined) return { redactedContent: redactedToWire(redacted) }
  if (signature !== '') return { reasoningText: { text, signature } }
  return client === 'own' ? { reasoningText: { text } } : undefined
}

/** Proofs of other APIs begin with their name and a colon; Claude's are base64. */
const isMarked = (proof: string) => proof.includes(':')

function* encodeResult(
  message: ToolMessage,
  path: string,
  { traits, client, parts, drop }: MessageContext,
): Steps<ToolResult> {
  const { failed } = message
  const content: JsonObject[] = []
  const cachePoints: JsonObject[] = []
  const add = (part: Part, j: number) => {
    const at = `${path}.content[${j}]`
    const block = parts.block(part, at)
    if (block === undefined) return
    content.push(block)
    // The inside of a result takes no cache points; the next place that does is after it.
    if ('cacheControl' in part) append(cachePoints, parts.cachePoint(part.cacheControl, at))
  }
  yield* eachInSteps(message.content, partUnits, add)
  append(cachePoints, parts.cachePoint(message.cacheControl, path))
  const sayable = client === 'own' || traits.resultStatus === 'accepted'
  if (failed === true && !sayable) drop(`${path}.is_error`)
  const status = failed !== undefined && sayable ? { status: failed ? 'error' : 'success' } : {}
  return {
    callId: message.callId,
    result: { content: content.length === 0 ? [{ text: NOTHING }] : content, ...status },
    content,
    cachePoints: cachePoints.slice(-1),
  }
}
