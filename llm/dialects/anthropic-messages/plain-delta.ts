import { isObject, type JsonValue } from '../../../core/json.js'
import type { PlainDelta } from '../../../core/plain-deltas.js'

/** Of a `content_block_delta`: nothing but a `text_delta`. */
export function plainDelta(event: JsonValue): PlainDelta | undefined {
  if (!isObject(event) || event['type'] !== 'content_block_delta') return undefined
  const { delta } = event
  if (!isObject(delta) || delta['type'] !== 'text_delta' || typeof delta['text'] !== 'string') return undefined
  return { text: delta['text'] }
}
