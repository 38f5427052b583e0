import type { AssistantPart, Message, Part } from '../../../core/chat.js'
import { jsonText } from '../../../core/json-writer.js'
import { mapStepwise, type Steps } from '../../../core/turns.js'
import { type Fields, fieldsOf, malformed } from '../fields.js'
import { type Note, noteRest, optional } from '../shared/note.js'
import { BLOCK, type Block, blocksAt } from './blocks.js'
import { decodeMedia } from './decode-media.js'
import { DIALECT } from './words.js'

/** Units that a message takes besides what is in it. */
const MESSAGE = 10

const ROLES = ['user', 'assistant', 'system'] as const

/** Reads `messages`; one user turn with tool results in it becomes several messages. */
export function* decodeMessages(fields: Fields, note: Note): Steps<readonly Message[]> {
  const messages = fields.required('messages', fields.array('messages'))
  if (messages.length === 0) throw malformed('messages', 'must have at least one message')
  const decoded: Message[] = []
  for (const [i, message] of messages.entries()) {
    yield MESSAGE
    for (const made of yield* decodeMessage(fieldsOf(message, `messages[${i}]`), note)) decoded.push(made)
  }
  return decoded
}

function* decodeMessage(message: Fields, note: Note): Steps<readonly Message[]> {
  const role = message.required('role', message.oneOf('role', ROLES))
  message.required('content', message.raw('content'))
  const blocks = yield* blocksAt(message, 'content')
  noteRest(message, note)
  switch (role) {
    case 'system':
      return [{ role, content: yield* mapStepwise(blocks, BLOCK, (block) => decodePart(block, note)) }]
    case 'assistant':
      return [{ role, content: yield* mapStepwise(blocks, BLOCK, (block) => decodeAssistantPart(block, note)) }]
    case 'user':
      return yield* splitAtResults(blocks, note)
  }
}

function* splitAtResults(blocks: readonly Block[], note: Note): Steps<readonly Message[]> {
  const messages: Message[] = []
  let content: Part[] = []
  const flush = () => {
    if (content.length > 0) messages.push({ role: 'user', content })
    content = []
  }
  for (const block of blocks) {
    yield BLOCK
    if (block.type === 'tool_result') {
      flush()
      messages.push(yield* decodeResult(block, note))
    } else content.push(yield* decodePart(block, note))
  }
  flush()
  // A turn without content says nothing, but it is a turn.
  return messages.length === 0 ? [{ role: 'user', content: [] }] : messages
}

function* decodeResult(block: Block, note: Note): Steps<Message> {
  const callId = block.required('tool_use_id', block.string('tool_use_id'))
  const parts = yield* blocksAt(block, 'content')
  const result: Message = {
    role: 'tool',
    callId,
    content: yield* mapStepwise(parts, BLOCK, (part) => decodePart(part, note)),
    ...optional('failed', block.boolean('is_error')),
    ...optional('cacheControl', block.raw('cache_control')),
  }
  noteRest(block, note)
  return result
}

function* decodeAssistantPart(block: Block, note: Note): Steps<Part | AssistantPart> {
  switch (block.type) {
    case 'thinking': {
      const text = block.required('thinking', block.string('thinking'))
      const signature = optional('signature', block.string('signature'))
      noteRest(block, note)
      return { type: 'reasoning', text, ...signature }
    }
    case 'redacted_thinking': {
      const redacted = block.required('data', block.string('data'))
      noteRest(block, note)
      return { type: 'reasoning', text: '', redacted }
    }
    case 'tool_use': {
      const call: AssistantPart = {
        type: 'tool-call',
        id: block.required('id', block.string('id')),
        name: block.required('name', block.string('name')),
        arguments: yield* jsonText(block.required('input', block.object('input'))),
        kind: 'function',
        ...optional('cacheControl', block.raw('cache_control')),
      }
      // `direct` is a call by the model itself: the normal case, and nothing is lost with it.
      const caller = block.object('caller')
      if (caller?.['type'] !== 'direct') note(block.at('caller'), caller)
      noteRest(block, note)
      return call
    }
    default:
      return yield* decodePart(block, note)
  }
}

function* decodePart(block: Block, note: Note): Steps<Part> {
  switch (block.type) {
    case 'text':
      return decodeText(block, note)
    case 'image':
    case 'document': {
      const part = yield* decodeMedia(block, note)
      if (part === undefined) break
      noteRest(block, note)
      return part
    }
  }
  return { type: 'opaque', dialect: DIALECT, value: block.value }
}

/** Reads a text block; throws `malformed_request` for a block of any other type. */
export function decodeText(block: Block, note: Note): Part {
  if (block.type !== 'text') throw malformed(block.at('type'), "must be 'text'")
  const part: Part = {
    type: 'text',
    text: block.required('text', block.string('text')),
    ...optional('cacheControl', block.raw('cache_control')),
  }
  noteRest(block, note)
  return part
}
