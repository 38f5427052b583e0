import type { JsonObject } from '../../../core/json.js'
import { jsonText } from '../../../core/json-writer.js'
import type { Steps } from '../../../core/turns.js'
import { objectInText } from '../shared/tool-input.js'

/**
 * Reads the object of a `functionResponse`, by Google's convention: `output` is the result and `error` a failure, any other
 * object is itself the result. In steps.
 */
export function* resultOf(response: JsonObject): Steps<{ readonly text: string; readonly failed?: true }> {
  const names = Object.keys(response)
  const { output, error } = response
  if (names.length === 1 && typeof output === 'string') return { text: output }
  if (names.length === 1 && typeof error === 'string') return { text: error, failed: true }
  return { text: yield* jsonText(response) }
}

/** The object that says `text`: the one that it spells, else `{"output": text}`; a failure is `{"error": text}`. In steps. */
export function* responseOf(text: string, failed: boolean | undefined): Steps<JsonObject> {
  if (failed === true) return { error: text }
  return (yield* objectInText(text)) ?? { output: text }
}
