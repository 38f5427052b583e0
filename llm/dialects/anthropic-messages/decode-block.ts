import type { BlockStart } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { DIALECT } from './words.js'

/** Not the Messages protocol. The message says what is missing and never holds what was received. */
export class Garbage extends Error {}

/** A content block as it begins: what it is, and what it already holds. */
interface ReadBlock {
  readonly start: BlockStart
  readonly text: string
  readonly signature: string
  readonly citations: readonly JsonObject[]
}

/** Reads the `content_block` of a content_block_start, or a block of a whole message. Throws `Garbage`. */
export function readBlock(value: JsonObject): ReadBlock {
  const nothing = { text: '', signature: '', citations: [] }
  switch (value['type']) {
    case 'text':
      return {
        start: { kind: 'text' },
        text: stringOr(value['text'], ''),
        signature: '',
        citations: Array.isArray(value['citations']) ? value['citations'].filter(isObject) : [],
      }
    case 'thinking':
      return {
        start: { kind: 'reasoning' },
        text: stringOr(value['thinking'], ''),
        signature: stringOr(value['signature'], ''),
        citations: [],
      }
    case 'redacted_thinking':
      return { start: { kind: 'redacted-reasoning', data: stringOr(value['data'], '') }, ...nothing }
    case 'tool_use': {
      const { id, name } = value
      if (typeof id !== 'string' || typeof name !== 'string') throw new Garbage('a tool call without id or name')
      return { start: { kind: 'tool-call', id, name, call: 'function' }, ...nothing }
    }
    default:
      return { start: { kind: 'opaque', dialect: DIALECT, value }, ...nothing }
  }
}

/** The member if it is a string. */
export const stringOr = (member: JsonValue | undefined, otherwise: string) =>
  typeof member === 'string' ? member : otherwise

/** A required object. Throws `Garbage`. */
export function objectAt(event: JsonObject, name: string): JsonObject {
  const member = event[name]
  if (!isObject(member)) throw new Garbage(`an event without ${name}`)
  return member
}

/** The required block `index`. Throws `Garbage`. */
export function indexOf(event: JsonObject): number {
  const index = event['index']
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) throw new Garbage('a block without index')
  return index
}
