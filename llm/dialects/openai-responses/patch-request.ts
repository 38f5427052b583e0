import type { JsonObject, JsonValue } from '../../../core/json.js'
import { isArray } from '../shared/arrays.js'
import { isForeignReasoning } from './sealed.js'

/** The items that `patchRequest` leaves out of `input`. */
export function lostInPatch({ input }: JsonObject): readonly string[] {
  if (!isArray(input)) return []
  return input.flatMap((item, index) => (isForeignReasoning(item) ? [`input[${index}]`] : []))
}

/**
 * The members that must change in a client's own body: the model, an output cap that is missing or too high, and the input
 * where it holds reasoning of other providers, which this one would refuse with the whole request.
 */
export function patchRequest(body: JsonObject, model: string, outputCap?: number): Readonly<Record<string, JsonValue>> {
  const { input, max_output_tokens: cap } = body
  const capped = outputCap === undefined || (typeof cap === 'number' && cap <= outputCap)
  const foreign = isArray(input) && input.some(isForeignReasoning)
  return {
    model,
    ...(capped ? {} : { max_output_tokens: outputCap }),
    ...(foreign ? { input: input.filter((item) => !isForeignReasoning(item)) } : {}),
  }
}
