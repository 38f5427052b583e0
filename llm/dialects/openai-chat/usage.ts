import type { Usage } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { defined } from '../shared/defined.js'

/** Reads a `usage` object in OpenAI's form or a compatible server's; undefined when it counts nothing. */
export function decodeUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isObject(value)) return undefined
  const promptDetails = isObject(value.prompt_tokens_details) ? value.prompt_tokens_details : {}
  const completionDetails = isObject(value.completion_tokens_details) ? value.completion_tokens_details : {}
  const prompt = count(value.prompt_tokens)
  const completion = count(value.completion_tokens)
  const reasoning = count(completionDetails.reasoning_tokens) ?? count(value.reasoning_tokens)
  const usage = defined({
    prompt,
    cachedPrompt:
      count(promptDetails.cached_tokens) ??
      count(value.prompt_cache_hit_tokens) ?? // DeepSeek
      count(value.cached_tokens) ?? // Moonshot
      count(value.num_cached_tokens), // Mistral
    cacheWrite: count(promptDetails.cache_write_tokens),
    completion: withReasoning(prompt, completion, reasoning, count(value.total_tokens)),
    reasoning,
    audioPrompt: count(promptDetails.audio_tokens),
    audioCompletion: count(completionDetails.audio_tokens),
  })
  return Object.keys(usage).length === 0 ? undefined : usage
}

/** xAI leaves reasoning out of `completion_tokens`; only the total proves it. */
function withReasoning(
  prompt: number | undefined,
  completion: number | undefined,
  reasoning: number | undefined,
  total: number | undefined,
): number | undefined {
  if (prompt === undefined || completion === undefined || reasoning === undefined || total === undefined) {
    return completion
  }
  return reasoning > 0 && total === prompt + completion + reasoning ? completion + reasoning : completion
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** Writes OpenAI's `usage` object; totals that nobody reported count as 0, details that nobody reported are left out. */
export function encodeUsage(usage: Usage): JsonObject {
  const prompt = usage.prompt ?? 0
  const completion = usage.completion ?? 0
  const promptDetails = defined({
    cached_tokens: usage.cachedPrompt,
    cache_write_tokens: usage.cacheWrite === 0 ? undefined : usage.cacheWrite,
    audio_tokens: usage.audioPrompt,
  })
  const completionDetails = defined({ reasoning_tokens: usage.reasoning, audio_tokens: usage.audioCompletion })
  return defined({
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: Object.keys(promptDetails).length === 0 ? undefined : promptDetails,
    completion_tokens_details: Object.keys(completionDetails).length === 0 ? undefined : completionDetails,
  })
}
