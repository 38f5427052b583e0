import type { Place, SourceOf } from '../../../core/content.js'
import { sources } from '../shared/source.js'

const MEMBERS = sources({
  systemInstruction: 'system',
  system_instruction: 'system',
  tools: 'definition',
  toolConfig: 'definition',
  tool_config: 'definition',
  generationConfig: 'definition',
  generation_config: 'definition',
})

const ROLES = sources({
  user: 'user',
  model: 'assistant',
  function: 'tool',
})

const PARTS = sources({
  inlineData: 'document',
  inline_data: 'document',
  fileData: 'document',
  file_data: 'document',
  functionResponse: 'tool',
  function_response: 'tool',
  toolResponse: 'tool',
  tool_response: 'tool',
  codeExecutionResult: 'tool',
  code_execution_result: 'tool',
})

/**
 * Who writes in a request to `generateContent` (https://ai.google.dev/api/generate-content), or in one that a request to `countTokens`
 * is wrapped around: a content has a role, and which member a part has tells what was handed in or given back.
 */
export const sourceOf: SourceOf = (owner, name, place) => {
  const request = place[0] === 'generateContentRequest' || place[0] === 'generate_content_request' ? 1 : 0
  if (place.length === request) return MEMBERS.get(name)
  const content = entryEnd(place, request, 'contents')
  if (content === place.length) return ROLES.get(owner.role)
  return entryEnd(place, content, 'parts') === place.length ? PARTS.get(name) : undefined
}

/** Where in a place the entry of a list ends that begins at `start`, or the only one, which Google takes without a list. -1: nowhere. */
function entryEnd(place: Place, start: number, list: string): number {
  if (place[start] !== list) return -1
  return typeof place[start + 1] === 'number' ? start + 2 : start + 1
}
