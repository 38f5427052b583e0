import { mergeUsage, type Usage } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { defined } from '../shared/defined.js'

/**
 * Adds a `usage` object of a later event over the earlier ones. Null and absent members change nothing: message_delta
 * repeats input tokens on some hosts and leaves them out on others; the last value wins.
 */
export function mergeRawUsage(earlier: JsonObject, later: JsonValue | undefined): JsonObject {
  if (!isObject(later)) return earlier
  return { ...earlier, ...Object.fromEntries(Object.entries(later).filter(([, member]) => member !== null)) }
}

/** Reads a merged `usage` object; Anthropic's `input_tokens` leave out cached and cache-write tokens, ours include them. */
export function usageOf(raw: JsonObject): Usage {
  const input = tokens(raw['input_tokens'])
  const cached = tokens(raw['cache_read_input_tokens'])
  const creation = isObject(raw['cache_creation']) ? raw['cache_creation'] : {}
  const hour = tokens(creation['ephemeral_1h_input_tokens'])
  const write = tokens(raw['cache_creation_input_tokens']) ?? sum(tokens(creation['ephemeral_5m_input_tokens']), hour)
  const details = isObject(raw['output_tokens_details']) ? raw['output_tokens_details'] : {}
  const serverTools = isObject(raw['server_tool_use']) ? raw['server_tool_use'] : {}
  return mergeUsage(
    {},
    {
      prompt: input === undefined ? undefined : input + (cached ?? 0) + (write ?? 0),
      cachedPrompt: cached,
      cacheWrite: write,
      cacheWrite1h: hour,
      completion: tokens(raw['output_tokens']),
      reasoning: tokens(details['thinking_tokens']),
      webSearches: tokens(serverTools['web_search_requests']),
    },
  )
}

/**
 * A `usage` object with one search more than before. Searches are reported at the end; a stream that is cut has to pay for
 * those that it began, and any later report goes over this.
 */
export function withSearchBegun(raw: JsonObject): JsonObject {
  const serverTools = isObject(raw['server_tool_use']) ? raw['server_tool_use'] : {}
  const searches = tokens(serverTools['web_search_requests']) ?? 0
  return { ...raw, server_tool_use: { ...serverTools, web_search_requests: searches + 1 } }
}

/** Writes usage as Anthropic counts it. `input_tokens` and `output_tokens` are always there, 0 where nobody said. */
export function rawUsageOf(usage: Usage): JsonObject {
  const { cachedPrompt, cacheWrite, cacheWrite1h } = usage
  return defined({
    input_tokens: Math.max(0, (usage.prompt ?? 0) - (cachedPrompt ?? 0) - (cacheWrite ?? 0)),
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cachedPrompt,
    cache_creation:
      cacheWrite1h === undefined
        ? undefined
        : {
            ephemeral_5m_input_tokens: Math.max(0, (cacheWrite ?? 0) - cacheWrite1h),
            ephemeral_1h_input_tokens: cacheWrite1h,
          },
    output_tokens: usage.completion ?? 0,
    output_tokens_details: usage.reasoning === undefined ? undefined : { thinking_tokens: usage.reasoning },
    server_tool_use: usage.webSearches === undefined ? undefined : { web_search_requests: usage.webSearches },
  })
}

const tokens = (member: JsonValue | undefined): number | undefined =>
  typeof member === 'number' && Number.isSafeInteger(member) && member >= 0 ? member : undefined

const sum = (a: number | undefined, b: number | undefined) =>
  a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0)
