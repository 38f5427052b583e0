import type { AssistantMessage, AssistantPart, Message, Part } from '../../../core/chat.js'
import { type Fields, malformed } from '../fields.js'
import { type Note, noteRest } from '../shared/note.js'
import { callIds } from './call-ids.js'
import { decodeModelPart, decodeUserPart, type PartContext } from './decode-parts.js'
import { googleSignature } from './signature.js'
import { entriesAt, wireFields } from './wire-fields.js'

const ROLES = ['user', 'model', 'function'] as const

/**
 * Reads `contents`. Function responses become tool messages where they stand. Contents of the model that follow each other,
 * as clients keep a stream's chunks, are one message.
 */
export function decodeContents(fields: Fields, note: Note): readonly Message[] {
  const contents = entriesAt(fields, 'contents')
  if (contents.length === 0) throw malformed('contents', 'must have at least one content')
  const context: PartContext = { calls: callIds(), note }
  const messages: Message[] = []
  for (const [index, { value, path }] of contents.entries()) {
    const content = wireFields(value, path)
    const role = content.oneOf('role', ROLES) ?? 'user'
    const parts = entriesAt(content, 'parts')
    noteRest(content, note)
    if (role === 'model') {
      const spoken = parts.flatMap((part, j) => decodeModelPart(part.value, part.path, `${index}_${j}`, context))
      const last = messages.at(-1)
      if (last?.role === 'assistant') messages[messages.length - 1] = joined(last, spoken)
      else messages.push(joined({ role: 'assistant', content: [] }, spoken))
    } else {
      const read = parts.map((part) => decodeUserPart(part.value, part.path, context))
      messages.push(...messagesOf(read))
    }
  }
  return messages
}

/** Reads `systemInstruction`, a content whose role means nothing; some clients write its text alone. */
export function decodeSystem(fields: Fields, note: Note): readonly Message[] {
  const value = fields.raw('systemInstruction')
  if (value === undefined) return []
  if (typeof value === 'string') return [{ role: 'system', content: [{ type: 'text', text: value }] }]
  const instruction = wireFields(value, fields.at('systemInstruction'))
  instruction.string('role')
  const content = entriesAt(instruction, 'parts').map((part) => {
    const read = wireFields(part.value, part.path)
    const text = read.required('text', read.string('text'))
    noteRest(read, note)
    return { type: 'text' as const, text }
  })
  noteRest(instruction, note)
  return content.length === 0 ? [] : [{ role: 'system', content }]
}

function messagesOf(parts: readonly ReturnType<typeof decodeUserPart>[]): readonly Message[] {
  const messages: Message[] = []
  let content: Part[] = []
  const flush = () => {
    if (content.length > 0) messages.push({ role: 'user', content })
    content = []
  }
  for (const part of parts) {
    if ('role' in part) {
      flush()
      messages.push(part)
    } else content.push(part)
  }
  flush()
  // A turn without parts says nothing, but it is a turn.
  return messages.length === 0 ? [{ role: 'user', content: [] }] : messages
}

/** Thoughts that come in pieces are one thought, with the signature that came last. */
function joined(message: AssistantMessage, parts: AssistantMessage['content']): AssistantMessage {
  const content: (Part | AssistantPart)[] = [...message.content]
  for (const part of parts) {
    const last = content.at(-1)
    const continues = part.type === 'reasoning' && part.redacted === undefined && (part.text !== '' || !isGoogles(part))
    if (continues && last?.type === 'reasoning' && last.text !== '' && last.signature === undefined) {
      content[content.length - 1] = { ...part, text: last.text + part.text }
    } else content.push(part)
  }
  return { ...message, content }
}

const isGoogles = ({ signature }: Extract<AssistantPart, { type: 'reasoning' }>) =>
  googleSignature(signature) !== undefined
