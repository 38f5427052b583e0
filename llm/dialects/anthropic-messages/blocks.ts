import type { JsonObject, JsonValue } from '../../../core/json.js'
import { mapInSteps, type Steps } from '../../../core/turns.js'
import { type Fields, fieldsOf, malformed } from '../fields.js'

/** A content block with its members typed, and as the client wrote it. */
export interface Block extends Fields {
  readonly type: string
  readonly value: JsonObject
}

/** Reads one block; throws `malformed_request` unless it is an object with a `type`. */
function blockOf(value: JsonValue, path: string): Block {
  const fields = fieldsOf(value, path)
  const type = fields.required('type', fields.string('type'))
  return { ...fields, type, value: value as JsonObject }
}

/** Units that reading a block takes. */
export const BLOCK = 5

/** Reads content, a string or blocks; a string is one text block, and absent content is none. */
export function* blocksAt(fields: Fields, name: string): Steps<readonly Block[]> {
  const content = fields.raw(name)
  if (content === undefined) return []
  if (typeof content === 'string') return [blockOf({ type: 'text', text: content }, fields.at(name))]
  if (!Array.isArray(content)) throw malformed(fields.at(name), 'must be a string or an array of blocks')
  return yield* mapInSteps(content as readonly JsonValue[], BLOCK, (block, i) =>
    blockOf(block, `${fields.at(name)}[${i}]`),
  )
}
