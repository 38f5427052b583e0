import type { Usage } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { defined } from '../shared/defined.js'

/**
 * What an answer says it used: OpenAI's `usage` (images, transcriptions), that of rerankers and embedders (`total_tokens`), Cohere's
 * `meta.billed_units`. Undefined where it counts no tokens: seconds and searches have no word in the vocabulary.
 */
export function usageIn(answer: JsonObject): Usage | undefined {
  const { usage, meta } = answer
  if (isObject(usage)) return ofUsage(usage)
  return isObject(meta) && isObject(meta['billed_units']) ? ofUsage(meta['billed_units']) : undefined
}

function ofUsage(usage: JsonObject): Usage | undefined {
  const details = firstObject(usage['input_token_details'], usage['input_tokens_details'])
  const total = count(usage['total_tokens'])
  const output = count(usage['output_tokens']) ?? count(usage['completion_tokens'])
  const input = count(usage['input_tokens']) ?? count(usage['prompt_tokens'])
  const prompt = input ?? (total === undefined ? undefined : total - (output ?? 0))
  if (prompt === undefined && output === undefined) return undefined
  const found = {
    // Images are billed at a rate of their own that no price list here has: the sum of both would be priced too low.
    prompt: (count(details['image_tokens']) ?? 0) > 0 ? undefined : prompt,
    completion: output ?? 0,
    audioPrompt: count(details['audio_tokens']),
  }
  return defined(found)
}

function firstObject(...values: readonly (JsonValue | undefined)[]): JsonObject {
  return values.find(isObject) ?? {}
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}
