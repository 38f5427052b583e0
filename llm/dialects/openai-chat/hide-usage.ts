import { isObject, parseJson } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'

/**
 * Takes the usage that only the gateway asked for out of a stream's event: the chunk that holds nothing else is left out.
 * `usage: null`, which the other chunks then carry, says nothing and stays, so that their bytes pass unchanged.
 */
export function hideUsage(frame: Frame): Frame | undefined {
  // A key inside a JSON string has its quotes escaped, so this finds members only.
  if (frame.type === 'body' || !/"usage"\s*:\s*\{/.test(frame.data)) return frame
  const chunk = parseJson(frame.data)
  if (!isObject(chunk) || !isObject(chunk.usage)) return frame
  if (Array.isArray(chunk.choices) && chunk.choices.length === 0) return undefined
  const { usage: _counted, ...others } = chunk
  return { type: 'event', event: frame.event, data: JSON.stringify(others) }
}
