import type { JsonObject } from '../../../core/json.js'
import { objectsIn } from './item-reader.js'

/**
 * Spells a whole response as the stream events that would have built it, so that bodies and streams are read by the same
 * code. What is no response gives an event of no type; an error body gives itself.
 */
export function eventsOfResponse(response: JsonObject): readonly JsonObject[] {
  if (!Array.isArray(response.output)) return [response]
  return [
    { type: 'response.created', response },
    ...objectsIn(response.output).map((item, index) => ({
      type: 'response.output_item.done',
      output_index: index,
      item,
    })),
    { type: response.status === 'failed' ? 'response.failed' : 'response.completed', response },
  ]
}
