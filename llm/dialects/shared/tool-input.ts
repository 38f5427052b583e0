import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'

/**
 * Tool arguments as the object that `tool_use.input` must be. Nothing at all is `{}`. Text that is not a JSON object
 * (cut off, or free text of a custom tool) is kept whole as `{"_raw": text}`, so that the model and the tool still see it.
 */
export function parseInput(text: string): JsonObject {
  if (text.trim() === '') return {}
  try {
    const value = JSON.parse(text) as JsonValue
    return isObject(value) ? value : { _raw: text }
  } catch {
    return { _raw: text }
  }
}

/** Units of work (`Steps`) that reading these arguments takes. */
export const argumentUnits = (text: string): number => 2 + text.length / 64
