import type { AssistantPart, Message, Part } from '../../../core/chat.js'
import { isObject, type JsonObject } from '../../../core/json.js'
import { type Fields, fieldsOf, malformed } from '../fields.js'
import { type Note, noteRest, optional } from '../shared/note.js'
import { markerOf } from './cache-marker.js'
import { decodeMedia } from './decode-media.js'
import { redactedFromWire } from './redacted.js'
import { DIALECT, ranBy } from './words.js'

const ROLES = ['user', 'assistant'] as const

/** A content block: an object with one member, which names its kind. */
interface Block extends Fields {
  readonly value: JsonObject
}

/** Reads `system`, text and cache points; guarded content is opaque. */
export function decodeSystem(fields: Fields, note: Note): readonly Message[] {
  const content = marked(blocksAt(fields, 'system'), (block) => decodePart(block, note))
  return content.length === 0 ? [] : [{ role: 'system', content }]
}

/** Reads `messages`; one user turn with tool results in it becomes several messages. */
export function decodeMessages(fields: Fields, note: Note): readonly Message[] {
  const messages = fields.required('messages', fields.array('messages'))
  if (messages.length === 0) throw malformed('messages', 'must have at least one message')
  return messages.flatMap((message, i) => decodeMessage(fieldsOf(message, `messages[${i}]`), note))
}

function decodeMessage(message: Fields, note: Note): readonly Message[] {
  const role = message.required('role', message.oneOf('role', ROLES))
  const blocks = blocksAt(message, 'content')
  noteRest(message, note)
  return role === 'assistant'
    ? [{ role, content: marked(blocks, (block) => decodeAssistantPart(block, note)) }]
    : splitAtResults(blocks, note)
}

function splitAtResults(blocks: readonly Block[], note: Note): readonly Message[] {
  const messages: Message[] = []
  let content: Part[] = []
  const flush = () => {
    if (content.length > 0) messages.push({ role: 'user', content })
    content = []
  }
  for (const block of blocks) {
    const marker = markerOf(block)
    const result = block.fields('toolResult')
    const last = messages.at(-1)
    if (marker !== undefined && content.length === 0 && last?.role === 'tool') {
      messages[messages.length - 1] = { ...last, cacheControl: marker }
    } else if (marker !== undefined) mark(content, marker, block)
    else if (result !== undefined) {
      flush()
      messages.push(decodeResult(result, note))
    } else content.push(decodePart(block, note))
  }
  flush()
  // A turn without content says nothing, but it is a turn.
  return messages.length === 0 ? [{ role: 'user', content: [] }] : messages
}

function decodeResult(result: Fields, note: Note): Message {
  const status = result.oneOf('status', ['success', 'error'])
  const read: Message = {
    role: 'tool',
    callId: result.required('toolUseId', result.string('toolUseId')),
    content: blocksAt(result, 'content').map((block) => decodeResultPart(block, note)),
    ...optional('failed', status === undefined ? undefined : status === 'error'),
  }
  noteRest(result, note)
  return read
}

/** JSON results are the text of that JSON, which is what models and other APIs get. */
function decodeResultPart(block: Block, note: Note): Part {
  const json = block.raw('json')
  return json === undefined ? decodePart(block, note) : { type: 'text', text: JSON.stringify(json) }
}

function decodeAssistantPart(block: Block, note: Note): Part | AssistantPart {
  const call = block.fields('toolUse')
  if (call !== undefined && ranBy(call.raw('type')) === 'client') {
    const read: AssistantPart = {
      type: 'tool-call',
      id: call.required('toolUseId', call.string('toolUseId')),
      name: call.required('name', call.string('name')),
      arguments: JSON.stringify(call.required('input', call.raw('input'))),
      kind: 'function',
    }
    noteRest(call, note)
    return read
  }
  const reasoning = block.fields('reasoningContent')
  if (reasoning !== undefined) return decodeReasoning(reasoning, note) ?? opaque(block)
  const cited = block.fields('citationsContent')
  if (cited !== undefined) return decodeCited(cited, note)
  return decodePart(block, note)
}

function decodeReasoning(reasoning: Fields, note: Note): AssistantPart | undefined {
  const redacted = reasoning.string('redactedContent')
  if (redacted !== undefined) return { type: 'reasoning', text: '', redacted: redactedFromWire(redacted) }
  const text = reasoning.fields('reasoningText')
  if (text === undefined) return undefined
  const read: AssistantPart = {
    type: 'reasoning',
    text: text.required('text', text.string('text')),
    ...optional('signature', text.string('signature')),
  }
  noteRest(text, note)
  return read
}

/** Text with citations: the text is what others need. */
function decodeCited(cited: Fields, note: Note): Part {
  const text = (cited.array('content') ?? []).map((piece) =>
    isObject(piece) && typeof piece['text'] === 'string' ? piece['text'] : '',
  )
  noteRest(cited, note)
  return { type: 'text', text: text.join('') }
}

function decodePart(block: Block, note: Note): Part {
  const text = block.string('text')
  if (text !== undefined) return { type: 'text', text }
  return decodeMedia(block, note) ?? opaque(block)
}

const opaque = ({ value }: Block): Part => ({ type: 'opaque', dialect: DIALECT, value })

function blocksAt(fields: Fields, name: string): readonly Block[] {
  return (fields.array(name) ?? []).map((value, i) => {
    const block = fieldsOf(value, `${fields.at(name)}[${i}]`)
    return { ...block, value: value as JsonObject }
  })
}

/** Reads blocks in order; a cache point goes onto the part before it. */
function marked<T extends Part | AssistantPart>(
  blocks: readonly Block[],
  decode: (block: Block) => T,
): readonly (T | Part)[] {
  const parts: (T | Part)[] = []
  for (const block of blocks) {
    const marker = markerOf(block)
    if (marker === undefined) parts.push(decode(block))
    else mark(parts, marker, block)
  }
  return parts
}

/** Puts a marker on the last part; one that cannot carry it, or none, is followed by the block itself. */
function mark<T extends Part | AssistantPart>(parts: (T | Part)[], marker: JsonObject, block: Block): void {
  const last = parts.at(-1)
  const carries = last?.type === 'text' || last?.type === 'image' || last?.type === 'file' || last?.type === 'tool-call'
  if (last !== undefined && carries) parts[parts.length - 1] = { ...last, cacheControl: marker }
  else parts.push(opaque(block))
}
