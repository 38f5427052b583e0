import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { isLongText, jsonInText } from '../../../core/json-in-text.js'
import type { Steps } from '../../../core/turns.js'

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

/** The same in steps. Long text with an object of more than 5,000 members is kept whole too. */
export function* inputInSteps(text: string): Steps<JsonObject> {
  if (!isLongText(text)) return parseInput(text)
  return (yield* objectInText(text)) ?? (text.trim() === '' ? {} : { _raw: text })
}

/** The JSON object that a text spells, in steps; undefined where it spells none, or a long one an object of more than 5,000 members. */
export function* objectInText(text: string): Steps<JsonObject | undefined> {
  if (!/^\s*\{/.test(text)) return undefined
  const value = yield* jsonInText(text, 'narrow')
  return isObject(value) ? value : undefined
}

/** Units of work (`Steps`) that reading these arguments takes, besides those of a long text. */
export const argumentUnits = (text: string): number => 2 + (isLongText(text) ? 0 : text.length / 64)
