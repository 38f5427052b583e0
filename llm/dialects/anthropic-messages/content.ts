import type { ContentOf } from '../../../core/content.js'
import { contentBy, each, mediaOrObject, type Rule } from '../shared/content.js'

/** Bytes of a source, encrypted thinking, or a document's text as it is. */
const data: Rule = (_, { type }) => {
  if (type === 'redacted_thinking') return 'sealed'
  return type === 'text' ? 'wire' : 'media'
}

/** Of an MCP server; of a picture or document; else a page that a search has found. */
const url: Rule = (_, { type }, place) => {
  if (type !== 'url') return 'wire'
  return place[0] === 'mcp_servers' ? 'sealed' : 'media'
}

/**
 * What the members of a Messages request hold (https://platform.claude.com/docs/en/api/messages), betas included. Thinking is
 * content: what was replaced in it before is replaced by the same again, and its signature holds. What opens an MCP server to
 * Anthropic is the API's own.
 */
export const contentOf: ContentOf = contentBy({
  ...each('wire', 'system', 'messages', 'content', 'text', 'thinking'),
  ...each('wire', 'title', 'context', 'description', 'instructions'),
  ...each('wire', 'stop_sequences', 'citations', 'cited_text', 'document_title', 'stdout', 'stderr', 'lines', 'tabs'),
  ...each('wire', 'error_message', 'page_age', 'retrieved_at', 'source'),
  ...each('wire', 'state_changes', 'tools', 'tool', 'definition'),
  ...each('wire', 'output_config', 'output_format', 'format', 'task_budget', 'user_location', 'mcp_servers'),
  ...each('wire', 'tool_configuration', 'tool_references', 'tool_changes', 'context_management', 'compaction', 'edits'),
  ...each('wire', 'fallbacks', 'from', 'to', 'diagnostics', 'thread', 'skills', 'tool_choice', 'url_sources'),
  ...each('data', 'input', 'input_examples', 'metadata'),
  ...each('schema', 'input_schema', 'schema'),
  ...each('media', 'file_id', 'file_ids'),
  ...each('word', 'type', 'role', 'id', 'model', 'name'),
  ...each('word', 'tool_use_id', 'tool_name', 'tool_id', 'caller', 'server_name'),
  ...each('word', 'mcp_server_name', 'toolset_name', 'skill_id', 'version', 'workspace_id', 'user_profile_id'),
  ...each('word', 'cache_control', 'ttl', 'caching'),
  ...each('sealed', 'signature', 'authorization_token', 'encrypted_content', 'encrypted_index', 'encrypted_stdout'),
  ...each('word', 'media_type', 'file_type', 'stop_reason', 'error_code', 'return_code', 'service_tier', 'speed'),
  ...each('word', 'max_tokens', 'temperature', 'top_p', 'top_k', 'stream', 'effort', 'budget_tokens', 'display'),
  ...each('word', 'inference_geo', 'betas', 'billing_policy', 'block_binding', 'fallback_credit_token', 'clear_at'),
  ...each('word', 'previous_message_id', 'allowed_tools', 'allowed_callers', 'configs'),
  ...each('word', 'default_config', 'allowed_domains', 'blocked_domains'),
  ...each('word', 'max_uses', 'max_content_tokens', 'strict'),
  ...each('word', 'display_width_px', 'display_height_px', 'display_number', 'max_characters', 'response_inclusion'),
  ...each('word', 'exclude_tools', 'keep', 'trigger', 'clear_at_least'),
  ...each('word', 'clear_tool_inputs', 'mode', 'transformations', 'token'),
  ...each('word', 'document_index', 'search_result_index', 'start_char_index', 'end_char_index', 'start_page_number'),
  ...each('word', 'end_page_number', 'start_block_index', 'end_block_index', 'total', 'remaining', 'num_lines'),
  ...each('word', 'start_line', 'total_lines', 'old_start', 'old_lines', 'new_start'),
  ...each('word', 'new_lines', 'bill_to', 'oversized_image', 'prefix_mismatch_behavior'),
  // Files stand in it that were made or uploaded before.
  container: mediaOrObject,
  data,
  url,
})
