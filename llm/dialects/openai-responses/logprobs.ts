import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { isArray } from '../shared/arrays.js'

/** The word of `include` that asks for the tokens of the text with their probabilities. */
export const LOGPROBS = 'message.output_text.logprobs'

/** The list of tokens that a text came with, as the vocabulary has it; undefined when there are none. */
export function decodeLogprobs(tokens: JsonValue | undefined): JsonObject | undefined {
  return isArray(tokens) && tokens.length > 0 ? { content: tokens, refusal: null } : undefined
}

/** The tokens of a delta, as a list. */
export function encodeLogprobs(logprobs: JsonValue | undefined): readonly JsonValue[] {
  return isObject(logprobs) && isArray(logprobs.content) ? logprobs.content : []
}
