import type { Usage } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { defined } from '../shared/defined.js'

/**
 * Reads what a response says it used; undefined when it counts nothing. `searchesSeen` are the searches among its items, for
 * providers that report no number.
 */
export function decodeUsage(response: JsonObject, searchesSeen: number): Usage | undefined {
  const usage = isObject(response.usage) ? response.usage : {}
  const inputDetails = isObject(usage.input_tokens_details) ? usage.input_tokens_details : {}
  const outputDetails = isObject(usage.output_tokens_details) ? usage.output_tokens_details : {}
  const counted = defined({
    prompt: count(usage.input_tokens),
    cachedPrompt: count(inputDetails.cached_tokens),
    cacheWrite: count(inputDetails.cache_write_tokens),
    completion: count(usage.output_tokens),
    reasoning: count(outputDetails.reasoning_tokens),
    webSearches: searches(response, usage) ?? (searchesSeen > 0 ? searchesSeen : undefined),
  })
  return Object.keys(counted).length === 0 ? undefined : counted
}

/** OpenAI's `tool_usage`, or xAI's details; 0 is what answers without the tool say too, and is no report. */
function searches(response: JsonObject, usage: JsonObject): number | undefined {
  const tools = isObject(response.tool_usage) ? response.tool_usage : {}
  const search = isObject(tools.web_search) ? tools.web_search : {}
  const details = isObject(usage.server_side_tool_usage_details) ? usage.server_side_tool_usage_details : {}
  const reported = count(search.num_requests) ?? count(details.web_search_calls)
  return reported === 0 ? undefined : reported
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** Writes the `usage` of a response; what nobody reported counts as 0, which clients rely on being there. */
export function encodeUsage(usage: Usage): JsonObject {
  const input = usage.prompt ?? 0
  const output = usage.completion ?? 0
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: usage.cachedPrompt ?? 0, cache_write_tokens: usage.cacheWrite ?? 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
    total_tokens: input + output,
  }
}
