import type { SourceOf } from '../../../core/content.js'
import { isEntryOf, isEntryWithin, sources } from '../shared/source.js'

/** `documents` is vLLM's: what templates put before the messages. */
const MEMBERS = sources({
  tools: 'definition',
  functions: 'definition',
  response_format: 'definition',
  documents: 'document',
})

const ROLES = sources({
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
})

/** Parts that hold a file; `document_url` is Mistral's. */
const DOCUMENTS: ReadonlySet<unknown> = new Set(['file', 'document_url'])

/**
 * Who writes in a Chat Completions request (https://platform.openai.com/docs/api-reference/chat/create): a message has a role, and
 * whatever else stands in it is of that role, but for files.
 */
export const sourceOf: SourceOf = (owner, name, place) => {
  if (place.length === 0) return MEMBERS.get(name)
  if (isEntryOf(place, 'messages')) return ROLES.get(owner.role)
  return DOCUMENTS.has(owner.type) && isEntryWithin(place, 'messages', 'content') ? 'document' : undefined
}
