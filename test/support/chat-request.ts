import type { ChatRequest, Extras } from '../../core/chat.js'
import type { JsonObject, JsonValue } from '../../core/json.js'

/** A request of an OpenAI client with nothing in it but what `members` say. */
export function chatRequestOf(members: Partial<ChatRequest> = {}): ChatRequest {
  return {
    model: 'm',
    messages: [],
    tools: [],
    stop: [],
    n: 1,
    stream: false,
    includeUsage: false,
    extras: extrasOf('openai-chat'),
    ...members,
  }
}

/** Members of a client's own, by their paths. */
export function extrasOf(dialect: string, fields: JsonObject = {}, quiet?: JsonObject): Extras {
  return { dialect, fields: mapOf(fields), ...(quiet && { quiet: mapOf(quiet) }) }
}

/** Members as a map. */
export function mapOf(members: JsonObject): ReadonlyMap<string, JsonValue> {
  return new Map(Object.entries(members).map(([name, value]) => [name, value ?? null]))
}
