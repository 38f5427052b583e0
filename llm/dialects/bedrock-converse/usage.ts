import { mergeUsage, type Usage } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { defined } from '../shared/defined.js'

/** Reads a `usage` object; `inputTokens` leave out cached and cache-write tokens, ours include them. */
export function usageOf(raw: JsonObject): Usage {
  const input = tokens(raw['inputTokens'])
  const cached = tokens(raw['cacheReadInputTokens'])
  const write = tokens(raw['cacheWriteInputTokens'])
  return mergeUsage(
    {},
    {
      prompt: input === undefined ? undefined : input + (cached ?? 0) + (write ?? 0),
      cachedPrompt: cached,
      cacheWrite: write,
      cacheWrite1h: hourOf(raw['cacheDetails']),
      completion: tokens(raw['outputTokens']),
    },
  )
}

/** Writes usage as Converse counts it. The three totals are always there, 0 where nobody said. */
export function rawUsageOf(usage: Usage): JsonObject {
  const { cachedPrompt, cacheWrite, cacheWrite1h } = usage
  const inputTokens = Math.max(0, (usage.prompt ?? 0) - (cachedPrompt ?? 0) - (cacheWrite ?? 0))
  const outputTokens = usage.completion ?? 0
  return defined({
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + (cachedPrompt ?? 0) + (cacheWrite ?? 0) + outputTokens,
    cacheReadInputTokens: cachedPrompt,
    cacheWriteInputTokens: cacheWrite,
    cacheDetails:
      cacheWrite1h === undefined
        ? undefined
        : [
            { ttl: '1h', inputTokens: cacheWrite1h },
            { ttl: '5m', inputTokens: Math.max(0, (cacheWrite ?? 0) - cacheWrite1h) },
          ],
  })
}

function hourOf(details: JsonValue | undefined): number | undefined {
  if (!Array.isArray(details)) return undefined
  const hour = details.find((detail): detail is JsonObject => isObject(detail) && detail['ttl'] === '1h')
  return tokens(hour?.['inputTokens'])
}

const tokens = (member: JsonValue | undefined): number | undefined =>
  typeof member === 'number' && Number.isSafeInteger(member) && member >= 0 ? member : undefined
