import type { Usage } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { defined } from '../shared/defined.js'
import { countAt, objectAt } from './members.js'

/**
 * Reads a `usage` object; undefined when it counts nothing. `tokens` are all that the model read and wrote, with the prompt
 * that Cohere puts around the client's; `billed_units`, without it, stand in only where there are no `tokens`.
 */
export function usageOf(value: JsonValue | undefined): Usage | undefined {
  if (!isObject(value)) return undefined
  const tokens = objectAt(value, 'tokens')
  const billed = objectAt(value, 'billed_units')
  const usage = defined<Usage>({
    prompt: countAt(tokens, 'input_tokens') ?? countAt(billed, 'input_tokens'),
    cachedPrompt: countAt(value, 'cached_tokens'),
    completion: countAt(tokens, 'output_tokens') ?? countAt(billed, 'output_tokens'),
    reasoning: countAt(tokens, 'reasoning_tokens'),
  })
  return Object.keys(usage).length === 0 ? undefined : usage
}

/** Writes `usage` as Cohere counts; nothing is said of what would be billed. */
export function encodeUsage({ prompt, cachedPrompt, completion, reasoning }: Usage): JsonObject {
  return defined({
    tokens: defined({ input_tokens: prompt ?? 0, output_tokens: completion ?? 0, reasoning_tokens: reasoning }),
    cached_tokens: cachedPrompt,
  })
}
