import { isObject } from '../../../core/json.js'
import { jsonInText } from '../../../core/json-in-text.js'
import { jsonText } from '../../../core/json-writer.js'
import type { Steps } from '../../../core/turns.js'

/** The arguments of a custom tool: it takes free text, which as a function's is the only one. */
export const customArguments = (text: string): string => JSON.stringify({ input: text })

/** Arguments as the JSON object that they must spell, in steps; text that spells none is kept whole, as an argument of its own. */
export function* functionArguments(text: string): Steps<string> {
  if (isObject(yield* jsonInText(text))) return text
  return yield* jsonText(text.trim() === '' ? {} : { _raw: text })
}
