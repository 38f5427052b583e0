import type { AssistantPart, Message, Part } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { jsonText } from '../../../core/json-writer.js'
import { ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
import { type Fields, fieldsOf, malformed } from '../fields.js'
import { isArray } from '../shared/arrays.js'
import type { Note } from '../shared/note.js'
import { decodeContent, decodeSpoken, itemExtras, textParts } from './decode-content.js'
import { NAME } from './name.js'
import { fromClient } from './sealed.js'
import { REFERENCE } from './state.js'

type AssistantPiece = Part | AssistantPart

/** What an item says: a message of its own, or a piece of what the assistant said in one turn. */
type Read = { readonly message: Message } | { readonly pieces: readonly AssistantPiece[] }

const ROLES = ['user', 'assistant', 'system', 'developer'] as const

/** Units that an item takes besides its parts. */
const ITEM = 8

/**
 * Reads `input`, in steps: text, or items. Items of the assistant that follow each other become one message, unless each of them is
 * a message: calls must stand together for their results to answer them. Throws `malformed_request` naming the member:
 * `input[2].content[0].type`.
 */
export function* decodeInput(input: JsonValue, note: Note): Steps<readonly Message[]> {
  if (typeof input === 'string') return [{ role: 'user', content: textParts(input) }]
  if (!isArray(input)) throw malformed('input', 'must be a string or an array of items')
  if (input.length === 0) throw malformed('input', 'must not be empty')
  const messages: Message[] = []
  let turn = noTurn()
  const flush = () => {
    if (turn.content.length === 0) return
    messages.push({ role: 'assistant', content: turn.content })
    turn = noTurn()
  }
  let worked = 0
  for (let index = 0; index < input.length; index++) {
    worked += ITEM
    if (worked >= ITEMS_TOGETHER) {
      yield worked
      worked = 0
    }
    const read = yield* decodeItem(input[index], `input[${index}]`, note)
    if ('message' in read) {
      flush()
      messages.push(read.message)
      continue
    }
    if (startsAnother(turn, read.pieces)) flush()
    for (const piece of read.pieces) addPiece(turn, piece)
  }
  flush()
  return messages
}

/** What the assistant has said since somebody else spoke, and of what kinds that is. */
interface Turn {
  readonly content: AssistantPiece[]
  spoken: 'something' | 'nothing'
  calls: 'some' | 'none'
}

const noTurn = (): Turn => ({ content: [], spoken: 'nothing', calls: 'none' })

const isSpoken = (piece: AssistantPiece) => piece.type === 'text' || piece.type === 'refusal'

function addPiece(turn: Turn, piece: AssistantPiece): void {
  turn.content.push(piece)
  if (isSpoken(piece)) turn.spoken = 'something'
  else if (piece.type === 'tool-call') turn.calls = 'some'
}

function startsAnother({ spoken, calls }: Turn, pieces: readonly AssistantPiece[]): boolean {
  const [first] = pieces
  if (first === undefined || !(isSpoken(first) || first.type === 'reasoning')) return false
  return spoken === 'something' && calls === 'none'
}

function* decodeItem(value: JsonValue | undefined, path: string, note: Note): Steps<Read> {
  const item = fieldsOf(value, path)
  const type = item.string('type') ?? (item.raw('role') === undefined ? undefined : 'message')
  switch (item.required('type', type)) {
    case 'message':
      return yield* decodeMessage(item, note)
    case 'reasoning':
      return { pieces: [decodeReasoning(item)] }
    case 'function_call':
      return { pieces: [yield* decodeCall(item, 'function')] }
    case 'custom_tool_call':
      return { pieces: [yield* decodeCall(item, 'custom')] }
    case 'function_call_output':
    case 'custom_tool_call_output':
      return { message: yield* decodeResult(item, note) }
    case 'item_reference':
      throw malformed(path, REFERENCE)
    default:
      return { pieces: [{ type: 'opaque', dialect: NAME, value: isObject(value) ? value : {} }] }
  }
}

function* decodeMessage(item: Fields, note: Note): Steps<Read> {
  const role = item.required('role', item.oneOf('role', ROLES))
  const content = item.required('content', item.raw('content'))
  const path = item.at('content')
  if (role !== 'assistant') {
    const parts = typeof content === 'string' ? textParts(content) : yield* decodeContent(content, path, note)
    return { message: { role, content: parts, ...itemExtras(item.rest()) } }
  }
  const [first, ...others] = typeof content === 'string' ? textParts(content) : yield* decodeSpoken(content, path)
  if (first === undefined) return { pieces: [] }
  // The first part carries what is the item's own, and by that tells where one message ends and the next begins.
  const fields = { ...first.extras?.fields, item: item.rest() }
  return { pieces: [{ ...first, extras: { dialect: NAME, fields } }, ...others] }
}

function decodeReasoning(item: Fields): AssistantPart {
  const summary = textOf(item, 'summary')
  const content = textOf(item, 'content')
  const text = summary + content
  const sealed = fromClient(item.string('encrypted_content'), text)
  // How much of the text is the summary, where that is not all of it.
  const summarized = content === '' ? undefined : summary.length
  return { type: 'reasoning', text, ...sealed, ...itemExtras({ ...own(item), summarized }) }
}

function textOf(item: Fields, name: string): string {
  const parts = item.array(name) ?? []
  return parts.map((part) => (isObject(part) && typeof part.text === 'string' ? part.text : '')).join('')
}

function* decodeCall(item: Fields, kind: 'function' | 'custom'): Steps<AssistantPart> {
  const id = item.required('call_id', item.string('call_id'))
  const name = item.required('name', item.string('name'))
  const text = kind === 'custom' ? (item.string('input') ?? '') : yield* argumentsOf(item)
  return { type: 'tool-call', id, name, arguments: text, kind, ...itemExtras(own(item)) }
}

function* argumentsOf(item: Fields): Steps<string> {
  const value = item.raw('arguments')
  if (isObject(value)) return yield* jsonText(value)
  return item.string('arguments') || '{}'
}

function* decodeResult(item: Fields, note: Note): Steps<Message> {
  const callId = item.required('call_id', item.string('call_id'))
  const output = item.required('output', item.raw('output'))
  const content = typeof output === 'string' ? textParts(output) : yield* decodeContent(output, item.at('output'), note)
  return { role: 'tool', callId, content, ...itemExtras(own(item)) }
}

/** What nobody asked for; nothing when there is nothing. */
function own(item: Fields): JsonObject {
  const rest = Object.entries(item.rest()).filter(([, value]) => value !== null)
  return rest.length === 0 ? {} : { item: Object.fromEntries(rest) }
}
