import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'

/** The members that hold a cache marker. */
export const CACHE_MARKERS = ['cache_control', 'prompt_cache_breakpoint'] as const

/** The cache marker of a part or tool: `cache_control` as gateways pass it, or OpenAI's own explicit breakpoint. */
export function cacheMarker(holder: JsonObject): JsonValue | undefined {
  if (isObject(holder.cache_control)) return holder.cache_control
  return isObject(holder.prompt_cache_breakpoint) ? { type: 'ephemeral' } : undefined
}
