import type { Source, SourceOf } from '../../../core/content.js'
import type { JsonObject } from '../../../core/json.js'
import { isEntryOf, isEntryWithin, sources } from '../shared/source.js'

/** In `text` stands the format of the answer. */
const MEMBERS = sources({
  instructions: 'system',
  tools: 'definition',
  text: 'definition',
})

const ROLES = sources({
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
})

const TYPES = sources({
  additional_tools: 'definition',
  mcp_list_tools: 'definition',
  reasoning: 'assistant',
  program: 'assistant',
  mcp_approval_request: 'assistant',
})

/** What calls bring along: what was found or printed is not the model's word. */
const GIVEN_BACK = new Set(['output', 'outputs', 'results', 'error'])

/**
 * Who writes in a Responses request (https://platform.openai.com/docs/api-reference/responses/create): an item is a message with a
 * role, or has a type that tells.
 */
export const sourceOf: SourceOf = (owner, name, place) => {
  if (place.length === 0) return MEMBERS.get(name)
  if (isEntryOf(place, 'input')) return sourceInItem(owner, name)
  if (owner.type !== 'input_file') return undefined
  return isEntryWithin(place, 'input', 'content') || isEntryWithin(place, 'input', 'output') ? 'document' : undefined
}

/**
 * Only messages have a role, and `additional_tools` has the developer's. Servers disagree on what an item is that has a type
 * as well as a user's role, or one that nobody knows: it is taken for the user's, unless it is a tool's.
 */
function sourceInItem({ type, role }: JsonObject, name: string): Source | undefined {
  const speaker = ROLES.get(role)
  if (typeof type !== 'string' || type === 'message') return speaker
  const typed = byType(type, name)
  if (typed === 'tool' || (role ?? null) === null) return typed
  return speaker === 'system' || speaker === 'assistant' ? typed : 'user'
}

function byType(type: string, name: string): Source | undefined {
  if (type.endsWith('_output')) return 'tool'
  if (type.endsWith('_call')) return GIVEN_BACK.has(name) ? 'tool' : 'assistant'
  return TYPES.get(type)
}
