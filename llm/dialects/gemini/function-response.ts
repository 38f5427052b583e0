import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'

/**
 * Reads the object of a `functionResponse`, by Google's convention: `output` is the result and `error` a failure, any other
 * object is itself the result.
 */
export function resultOf(response: JsonObject): { readonly text: string; readonly failed?: true } {
  const names = Object.keys(response)
  const { output, error } = response
  if (names.length === 1 && typeof output === 'string') return { text: output }
  if (names.length === 1 && typeof error === 'string') return { text: error, failed: true }
  return { text: JSON.stringify(response) }
}

/** The object that says `text`: the one that it spells, else `{"output": text}`; a failure is `{"error": text}`. */
export function responseOf(text: string, failed: boolean | undefined): JsonObject {
  if (failed === true) return { error: text }
  const value = parsed(text)
  return isObject(value) ? value : { output: text }
}

/**
 * Tool arguments as the object that `functionCall.args` must be. Nothing at all is `{}`. Text that is no JSON object (cut
 * off, or free text of a custom tool) is kept whole as `{"_raw": text}`.
 */
export function argsOf(text: string): JsonObject {
  if (text.trim() === '') return {}
  const value = parsed(text)
  return isObject(value) ? value : { _raw: text }
}

function parsed(text: string): JsonValue | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}
