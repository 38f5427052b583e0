import type { AssistantMessage, AssistantPart, ChatRequest, Part, ToolMessage } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { parseInput } from '../shared/tool-input.js'
import type { PartWriter } from './encode-parts.js'
import type { BedrockTraits } from './models.js'
import { redactedToWire } from './redacted.js'
import { append, messagesOf, type ToolResult, type Turn, withoutEmpty } from './turns.js'
import { type Drop, NOTHING } from './words.js'

/** What of the request and its model bears on the messages. */
interface MessageContext {
  readonly traits: BedrockTraits
  /** `own` for a client of this dialect: what it wrote for this API stays. */
  readonly client: 'own' | 'other'
  readonly parts: PartWriter
  readonly drop: Drop
}

/**
 * Writes the conversation by the API's rules: system messages apart, turns that begin with the user's and alternate, every
 * tool call answered at the start of the next turn, no empty text. A cache marker is a cache point after its block.
 */
export function encodeMessages(
  request: ChatRequest,
  context: MessageContext,
): { readonly system: readonly JsonObject[]; readonly messages: readonly JsonObject[] } {
  const { drop } = context
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
    switch (message.role) {
      case 'assistant':
        append(into('assistant').content, encodeAssistant(message, path, context))
        break
      case 'tool':
        into('user').results.push(encodeResult(message, path, context))
        break
      case 'user':
        append(into('user').content, encodeParts(message.content, path, context))
        break
      case 'system':
      case 'developer':
        // Converse knows no system turns. A later message keeps its order and its authority; as a user turn it would
        // lose the authority.
        append(
          system,
          encodeParts(message.content, path, context).filter((block) => keepInSystem(block, path, drop)),
        )
    }
  }
  return { system, messages: messagesOf(withoutEmpty(turns)) }
}

function encodeParts(content: readonly Part[], path: string, { parts }: MessageContext): readonly JsonObject[] {
  return content.flatMap((part, j) => withCachePoint(part, `${path}.content[${j}]`, parts))
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

function encodeAssistant(message: AssistantMessage, path: string, context: MessageContext): readonly JsonObject[] {
  return message.content.flatMap((part, j) => encodeAssistantPart(part, `${path}.content[${j}]`, context))
}

function encodeAssistantPart(
  part: Part | AssistantPart,
  path: string,
  { traits, client, parts, drop }: MessageContext,
): readonly JsonObject[] {
  switch (part.type) {
    case 'text':
    case 'opaque':
      return withCachePoint(part, path, parts)
    case 'refusal':
      return part.text.trim() === '' ? [] : [{ text: part.text }]
    case 'tool-call': {
      // Custom tools take free text; as a function it would be their only argument.
      const input = part.kind === 'custom' ? { input: part.arguments } : parseInput(part.arguments)
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

function encodeResult(message: ToolMessage, path: string, { traits, client, parts, drop }: MessageContext): ToolResult {
  const { failed } = message
  const content: JsonObject[] = []
  const cachePoints: JsonObject[] = []
  for (const [j, part] of message.content.entries()) {
    const at = `${path}.content[${j}]`
    const block = parts.block(part, at)
    if (block === undefined) continue
    content.push(block)
    // The inside of a result takes no cache points; the next place that does is after it.
    if ('cacheControl' in part) append(cachePoints, parts.cachePoint(part.cacheControl, at))
  }
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
