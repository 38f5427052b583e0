import type { ContentOf } from '../../../core/content.js'
import { isArray } from '../shared/arrays.js'
import {
  contentBy,
  each,
  mediaOrObject,
  OPENAI_OPTIONS,
  OPENAI_TEXTS,
  type Rule,
  tokenPieces,
} from '../shared/content.js'
import { isEntryOf } from '../shared/source.js'

/** What files and screenshots consist of; a search's finds, and citations, only name where their text is from. */
const FILES = new Set(['input_file', 'input_image', 'computer_screenshot', 'input_video'])
const fileId: Rule = (_, { type, text }, place) => {
  if (FILES.has(String(type)) || place.at(-1) === 'input_image_mask') return 'media'
  return type === undefined && text === undefined ? 'media' : 'word'
}

/** Pictures that the code interpreter made; anywhere else a page that was looked for, opened or cited. */
const url: Rule = (_, { type }) => (type === 'image' ? 'media' : 'wire')

const result: Rule = (_, { type }) => (type === 'image_generation_call' ? 'media' : 'wire')

/** What was thought, in short; as an option how much of that is asked for. */
const summary: Rule = (value) => (isArray(value) ? 'wire' : 'word')

/** Of a safety check or an error; else a program. */
const code: Rule = (_, owner, place) => ('message' in owner && !isEntryOf(place, 'input') ? 'word' : 'wire')

/** Of a conversation, a prompt or an earlier item that OpenAI keeps; such an item needs no type, but has no content. */
const id: Rule = (_, { type, content }, place) => {
  if (type === 'item_reference' || place[0] === 'conversation' || place[0] === 'prompt') return 'media'
  return (type ?? null) === null && content === undefined && isEntryOf(place, 'input') ? 'media' : 'word'
}

/** Names of tools, formats and skills; messages have no speaker but their role. */
const name: Rule = (_, { role }) => (role === undefined ? 'word' : 'wire')

/**
 * What the members of a Responses request hold (https://platform.openai.com/docs/api-reference/responses/create): its items are what
 * the model and its tools have said and done. What opens an MCP server to OpenAI is the API's own.
 */
export const contentOf: ContentOf = contentBy({
  ...OPENAI_OPTIONS,
  ...OPENAI_TEXTS,
  ...each('wire', 'input', 'content', 'text', 'refusal', 'transcript', 'title', 'filename', 'message', 'reason'),
  ...each('wire', 'output', 'outputs', 'logs', 'stdout', 'stderr', 'results', 'error', 'query', 'queries', 'sources'),
  ...each('wire', 'actions', 'command', 'commands', 'working_directory', 'pattern', 'operation', 'diff', 'path'),
  ...each('wire', 'tools', 'function', 'custom', 'description', 'server_description', 'definition', 'reasoning'),
  ...each('wire', 'annotations', 'pending_safety_checks', 'acknowledged_safety_checks', 'filters', 'skills', 'source'),
  ...each('wire', 'prompt', 'input_audio', 'input_image_mask', 'context_management', 'ranking_options', 'grammar'),
  ...each('wire', 'network_policy', 'domain_secrets'),
  ...each('word', 'tool_choice', 'action', 'environment', 'format', 'moderation'),
  ...each(mediaOrObject, 'image_url', 'file_url', 'conversation', 'container'),
  ...each('media', 'file_data', 'file_ids', 'data', 'previous_response_id', 'vector_store_ids'),
  ...each('word', 'call_id', 'caller_id', 'namespace', 'phase'),
  ...each('word', 'caller', 'include', 'truncation'),
  ...each('word', 'server_label', 'connector_id', 'domain'),
  ...each('sealed', 'server_url', 'tunnel_id', 'authorization', 'headers'),
  ...each('word', 'require_approval', 'approval_request_id', 'allowed_tools', 'allowed_callers', 'tool_names', 'mode'),
  ...each('word', 'allowed_domains', 'blocked_domains', 'search_content_types', 'max_num_results'),
  ...each('word', 'container_id', 'skill_id', 'version', 'media_type', 'memory_limit', 'execution', 'fingerprint'),
  ...each('word', 'quality', 'size', 'output_format', 'input_fidelity', 'partial_images', 'output_compression'),
  ...each('word', 'display_width', 'display_height', 'button', 'keys', 'x'),
  ...each('word', 'y', 'scroll_x', 'scroll_y', 'outcome', 'exit_code'),
  ...each('word', 'timeout_ms', 'max_output_length', 'max_tool_calls', 'compact_threshold', 'ranker', 'policy'),
  ...each('word', 'start_index', 'end_index', 'generate_summary', 'never'),
  ...each('word', 'read_only', 'score', 'score_threshold', 'always'),
  ...each('schema', 'parameters', 'schema', 'input_schema'),
  ...each(tokenPieces, 'logprobs', 'top_logprobs'),
  // Of a secret that OpenAI puts into requests to a domain; else what a file is searched by.
  value: (_, __, place) => (place.includes('domain_secrets') ? 'sealed' : 'data'),
  arguments: 'json',
  summary,
  context: 'word',
  id,
  file_id: fileId,
  url,
  result,
  code,
  name,
})
