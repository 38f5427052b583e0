import type { JsonObject } from '../../../core/json.js'
import type { Fields } from '../fields.js'

/** The cache marker that a `cachePoint` block puts on what is before it; undefined for any other block. */
export function markerOf(block: Fields): JsonObject | undefined {
  const point = block.fields('cachePoint')
  if (point === undefined) return undefined
  const ttl = point.string('ttl')
  return { type: 'ephemeral', ...(ttl === undefined ? {} : { ttl }) }
}
