import type { AssistantMessage, AssistantPart, ItemExtras, Message, Part, ToolMessage } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { ITEMS_TOGETHER, mapInSteps, type Steps } from '../../../core/turns.js'
import { MESSAGE, PART, PARTS } from '../shared/part-units.js'
import { type Client, type Drop, encodeContent } from './encode-content.js'
import { NAME } from './name.js'
import { isForeignId, unseal } from './sealed.js'

type AssistantPiece = Part | AssistantPart
type Spoken = Extract<AssistantPiece, { type: 'text' | 'refusal' }>

/** Writes the conversation as `input` items, in steps; what cannot be said is left out and its path in the client's messages reported. */
export function* encodeInput(messages: readonly Message[], client: Client, drop: Drop): Steps<readonly JsonObject[]> {
  // Results do not say what they answer, and this API has an item of its own for each.
  const custom = new Set<string>()
  const items: JsonObject[] = []
  let worked = 0
  for (const [index, message] of messages.entries()) {
    worked += MESSAGE + Math.min(ITEMS_TOGETHER, PART * message.content.length)
    if (worked >= ITEMS_TOGETHER) {
      yield worked
      worked = 0
    }
    const path = `messages[${index}]`
    if ('name' in message && message.name !== undefined) drop(`${path}.name`)
    switch (message.role) {
      case 'system':
      case 'developer':
      case 'user': {
        const content = yield* encodeContent(message.content, path, client, drop)
        items.push({ ...kept(message.extras), role: message.role, content })
        break
      }
      case 'tool':
        items.push(yield* encodeResult(message, path, custom, client, drop))
        break
      case 'assistant':
        yield* encodeTurn(items, message, path, custom, drop)
        break
    }
  }
  return items
}

/** The members that the client's own message had beside what the vocabulary says. */
function kept(extras: ItemExtras | undefined): JsonObject {
  return extras?.dialect === NAME ? extras.fields : {}
}

/** The same of an assistant's piece, which keeps its item's members apart from its own. */
function itemOf(extras: ItemExtras | undefined): JsonObject | undefined {
  const item = kept(extras).item
  return isObject(item) ? item : undefined
}

function* encodeResult(
  message: ToolMessage,
  path: string,
  custom: ReadonlySet<string>,
  client: Client,
  drop: Drop,
): Steps<JsonObject> {
  if (message.failed === true) drop('is_error')
  if (message.cacheControl !== undefined) drop('cache_control')
  const output = yield* encodeContent(message.content, path, client, drop)
  const type = custom.has(message.callId) ? 'custom_tool_call_output' : 'function_call_output'
  return { ...itemOf(message.extras), type, call_id: message.callId, output }
}

/** Adds an assistant's message as the items that it is made of. */
function* encodeTurn(
  items: JsonObject[],
  message: AssistantMessage,
  path: string,
  custom: Set<string>,
  drop: Drop,
): Steps<void> {
  let spoken: Spoken[] = []
  for (let index = 0; index < message.content.length; index++) {
    if (index % PARTS === PARTS - 1) yield ITEMS_TOGETHER
    const piece = message.content[index] as AssistantPiece
    if ('cacheControl' in piece && piece.cacheControl !== undefined) drop('cache_control')
    if (piece.type === 'text' || piece.type === 'refusal') {
      if (itemOf(piece.extras) !== undefined && spoken.length > 0) {
        items.push(yield* encodeSpoken(spoken))
        spoken = []
      }
      spoken.push(piece)
      continue
    }
    if (spoken.length > 0) items.push(yield* encodeSpoken(spoken))
    spoken = []
    const item = encodePiece(piece, custom)
    if (item === undefined) drop(`${path}.content[${index}]`)
    else items.push(item)
  }
  if (spoken.length > 0) items.push(yield* encodeSpoken(spoken))
}

function* encodeSpoken(parts: readonly Spoken[]): Steps<JsonObject> {
  const [first] = parts
  const item = itemOf(first?.extras) ?? {}
  // Items with an id are the API's own, whose content is a list.
  const plain = parts.length === 1 && first?.type === 'text' && item.id === undefined
  const content = plain ? first.text : yield* mapInSteps(parts, PART, encodeSaid)
  return { type: 'message', role: 'assistant', ...item, content }
}

function encodeSaid(part: Spoken): JsonObject {
  if (part.type === 'refusal') return { type: 'refusal', refusal: part.text }
  const annotations: JsonValue = kept(part.extras).annotations ?? []
  return { type: 'output_text', text: part.text, annotations }
}

function encodePiece(piece: Exclude<AssistantPiece, Spoken>, custom: Set<string>): JsonObject | undefined {
  switch (piece.type) {
    case 'tool-call': {
      const { id, name, arguments: text } = piece
      if (piece.kind === 'function') {
        return { ...itemOf(piece.extras), type: 'function_call', call_id: id, name, arguments: text }
      }
      custom.add(id)
      return { ...itemOf(piece.extras), type: 'custom_tool_call', call_id: id, name, input: text }
    }
    case 'reasoning':
      return encodeReasoning(piece)
    case 'opaque':
      return piece.dialect === NAME ? piece.value : undefined
    case 'image':
    case 'file':
    case 'audio':
      return undefined
  }
}

/**
 * Reasoning that came from a provider of this dialect: encrypted, or with the item that the client sent. Any other is not
 * taken by the API.
 */
function encodeReasoning(part: Extract<AssistantPart, { type: 'reasoning' }>): JsonObject | undefined {
  const sealed = part.signature ?? part.redacted
  const encrypted = unseal(sealed)
  const item = itemOf(part.extras)
  if (encrypted === undefined && (sealed !== undefined || item === undefined || isForeignId(item.id))) return undefined
  const { summarized } = kept(part.extras)
  const split = typeof summarized === 'number' ? summarized : part.text.length
  const content = texts('reasoning_text', part.text.slice(split))
  return {
    ...item,
    type: 'reasoning',
    summary: texts('summary_text', part.text.slice(0, split)),
    ...(content.length === 0 ? {} : { content }),
    ...(encrypted === undefined ? {} : { encrypted_content: encrypted }),
  }
}

const texts = (type: string, text: string): readonly JsonObject[] => (text === '' ? [] : [{ type, text }])
