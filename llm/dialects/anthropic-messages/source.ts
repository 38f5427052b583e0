import type { Place, Source, SourceOf } from '../../../core/content.js'
import type { JsonValue } from '../../../core/json.js'
import { isEntryOf, sources } from '../shared/source.js'

const MEMBERS = sources({
  system: 'system',
  tools: 'definition',
  mcp_servers: 'definition',
  output_config: 'definition',
  output_format: 'definition',
})

const ROLES = sources({
  system: 'system',
  user: 'user',
  assistant: 'assistant',
})

/**
 * Who writes in a Messages request (https://platform.claude.com/docs/en/api/messages): a message has a role; blocks in it, and in
 * those, may be documents and what tools gave back.
 */
export const sourceOf: SourceOf = (owner, name, place) => {
  if (place.length === 0) return MEMBERS.get(name)
  if (isEntryOf(place, 'messages')) return ROLES.get(owner.role)
  return isBlock(place) ? byType(owner.type) : undefined
}

/** An entry of some `content` within a message. */
function isBlock(place: Place): boolean {
  const last = place.length - 1
  return place[0] === 'messages' && typeof place[last] === 'number' && place[last - 1] === 'content'
}

/** Results of the tools that Anthropic runs have types like `web_search_tool_result`. */
function byType(type: JsonValue | undefined): Source | undefined {
  if (type === 'document' || type === 'search_result') return 'document'
  return typeof type === 'string' && /(?:^|_)tool_result$/.test(type) ? 'tool' : undefined
}
