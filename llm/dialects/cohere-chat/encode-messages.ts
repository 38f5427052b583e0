import type { ChatRequest, Message, Part, ToolMessage } from '../../../core/chat.js'
import { isObject, type JsonObject } from '../../../core/json.js'
import { ITEMS_TOGETHER, mapInSteps, type Steps } from '../../../core/turns.js'
import { MESSAGE, PART } from '../shared/part-units.js'
import { encodeAssistant, type MessageContext } from './encode-assistant.js'
import { contentOf, encodePart, encodeParts } from './encode-parts.js'
import { paired, type Written } from './pair-results.js'
import { NOTHING } from './words.js'

interface EncodedMessages {
  readonly messages: readonly JsonObject[]
  /** Files of text that users sent: they stand beside the messages, where the model can cite them. */
  readonly documents: readonly JsonObject[]
}

/**
 * Writes the conversation by the API's rules, in steps: instructions first, no empty messages, and each call answered right after it.
 * A later instruction keeps its authority and loses its place.
 */
export function* encodeMessages(request: ChatRequest, context: MessageContext): Steps<EncodedMessages> {
  const documents: JsonObject[] = []
  const written: Written[] = []
  let worked = 0
  for (const [i, message] of request.messages.entries()) {
    worked += MESSAGE + PART * Math.min(ITEMS_TOGETHER, message.content.length)
    if (worked >= ITEMS_TOGETHER) {
      yield worked
      worked = 0
    }
    const made = yield* encodeMessage(message, `messages[${i}]`, context, documents)
    if (made !== undefined) written.push(made)
  }
  const messages =
    context.client === 'own'
      ? yield* mapInSteps(written, MESSAGE, plainly)
      : yield* paired([...written.filter(isInstruction), ...written.filter((each) => !isInstruction(each))])
  const spoken = messages.some(({ role }) => role !== 'system') || context.client === 'own'
  return { messages: spoken ? messages : [...messages, { role: 'user', content: NOTHING }], documents }
}

const isInstruction = (written: Written) => written.kind === 'message' && written.message.role === 'system'

function plainly(written: Written): JsonObject {
  if (written.kind === 'message') return written.message
  return { role: 'tool', tool_call_id: written.callId, content: contentOf(written.content) }
}

/** Undefined where nothing of it can be said. */
function* encodeMessage(
  message: Message,
  path: string,
  context: MessageContext,
  documents: JsonObject[],
): Steps<Written | undefined> {
  const { client, drop } = context
  if ('name' in message && message.name !== undefined) drop(`${path}.name`)
  switch (message.role) {
    case 'assistant': {
      const said = yield* encodeAssistant(message, path, context)
      return said === undefined ? undefined : { kind: 'message', message: said }
    }
    case 'tool':
      return yield* encodeResult(message, path, context)
    case 'user': {
      const write = function* (part: Part, at: string): Steps<readonly JsonObject[]> {
        const parts = yield* encodePart(part, at, client, drop)
        if (part.type !== 'file') return parts
        for (const { document } of parts) if (isObject(document)) documents.push(document)
        return []
      }
      return said('user', yield* encodeParts(message.content, path, write), context)
    }
    case 'system':
    case 'developer': {
      const write = function* (part: Part, at: string): Steps<readonly JsonObject[]> {
        if (part.type === 'text' || client === 'own') return yield* encodePart(part, at, client, drop)
        drop(at)
        return []
      }
      const content = yield* encodeParts(message.content, path, write)
      // Instructions that say nothing are none.
      return content.length === 0 && client === 'other' ? undefined : said('system', content, context)
    }
  }
}

function said(role: 'user' | 'system', parts: readonly JsonObject[], { client }: MessageContext): Written {
  const content = parts.length === 0 && client === 'other' ? NOTHING : contentOf(parts)
  return { kind: 'message', message: { role, content } }
}

/** Results are text and documents; what else a tool returned follows in a message of the user's. */
function* encodeResult(message: ToolMessage, path: string, { client, drop }: MessageContext): Steps<Written> {
  if (message.failed === true) drop('is_error')
  if (message.cacheControl !== undefined) drop('cache_control')
  const parts = yield* encodeParts(message.content, path, (part, at) => encodePart(part, at, client, drop))
  const isInside = ({ type }: JsonObject) => type === 'text' || type === 'document' || client === 'own'
  return {
    kind: 'result',
    callId: message.callId,
    content: parts.filter(isInside),
    beside: parts.filter((part) => !isInside(part)),
  }
}
