import type { ChatRequest, Message, ToolMessage } from '../../../core/chat.js'
import { isObject, type JsonObject } from '../../../core/json.js'
import { encodeAssistant, type MessageContext } from './encode-assistant.js'
import { contentOf, encodePart } from './encode-parts.js'
import { paired, type Written } from './pair-results.js'
import { NOTHING } from './words.js'

interface EncodedMessages {
  readonly messages: readonly JsonObject[]
  /** Files of text that users sent: they stand beside the messages, where the model can cite them. */
  readonly documents: readonly JsonObject[]
}

/**
 * Writes the conversation by the API's rules: instructions first, no empty messages, and each call answered right after it. A
 * later instruction keeps its authority and loses its place.
 */
export function encodeMessages(request: ChatRequest, context: MessageContext): EncodedMessages {
  const documents: JsonObject[] = []
  const written = request.messages.flatMap((message, i) => encodeMessage(message, `messages[${i}]`, context, documents))
  const messages =
    context.client === 'own'
      ? written.map(plainly)
      : paired([...written.filter(isInstruction), ...written.filter((each) => !isInstruction(each))])
  const spoken = messages.some(({ role }) => role !== 'system') || context.client === 'own'
  return { messages: spoken ? messages : [...messages, { role: 'user', content: NOTHING }], documents }
}

const isInstruction = (written: Written) => written.kind === 'message' && written.message.role === 'system'

function plainly(written: Written): JsonObject {
  if (written.kind === 'message') return written.message
  return { role: 'tool', tool_call_id: written.callId, content: contentOf(written.content) }
}

function encodeMessage(
  message: Message,
  path: string,
  context: MessageContext,
  documents: JsonObject[],
): readonly Written[] {
  const { client, drop } = context
  if ('name' in message && message.name !== undefined) drop(`${path}.name`)
  switch (message.role) {
    case 'assistant': {
      const said = encodeAssistant(message, path, context)
      return said === undefined ? [] : [{ kind: 'message', message: said }]
    }
    case 'tool':
      return [encodeResult(message, path, context)]
    case 'user': {
      const content = message.content.flatMap((part, j) => {
        const parts = encodePart(part, `${path}.content[${j}]`, client, drop)
        if (part.type !== 'file') return parts
        for (const { document } of parts) if (isObject(document)) documents.push(document)
        return []
      })
      return [said('user', content, context)]
    }
    case 'system':
    case 'developer': {
      const content = message.content.flatMap((part, j) => {
        const at = `${path}.content[${j}]`
        if (part.type === 'text' || client === 'own') return encodePart(part, at, client, drop)
        drop(at)
        return []
      })
      // Instructions that say nothing are none.
      return content.length === 0 && client === 'other' ? [] : [said('system', content, context)]
    }
  }
}

function said(role: 'user' | 'system', parts: readonly JsonObject[], { client }: MessageContext): Written {
  const content = parts.length === 0 && client === 'other' ? NOTHING : contentOf(parts)
  return { kind: 'message', message: { role, content } }
}

/** Results are text and documents; what else a tool returned follows in a message of the user's. */
function encodeResult(message: ToolMessage, path: string, { client, drop }: MessageContext): Written {
  if (message.failed === true) drop('is_error')
  if (message.cacheControl !== undefined) drop('cache_control')
  const parts = message.content.flatMap((part, j) => encodePart(part, `${path}.content[${j}]`, client, drop))
  const isInside = ({ type }: JsonObject) => type === 'text' || type === 'document' || client === 'own'
  return {
    kind: 'result',
    callId: message.callId,
    content: parts.filter(isInside),
    beside: parts.filter((part) => !isInside(part)),
  }
}
