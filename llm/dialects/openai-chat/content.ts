import type { ContentOf } from '../../../core/content.js'
import { isObject } from '../../../core/json.js'
import {
  contentBy,
  each,
  linkOrMedia,
  mediaOrObject,
  OPENAI_OPTIONS,
  OPENAI_TEXTS,
  type Rule,
  tokenPieces,
} from '../shared/content.js'

/** The speaker of a message is a person; what calls and results name is a function. */
const name: Rule = (_, { role }) => (role === undefined || role === 'tool' || role === 'function' ? 'word' : 'wire')

/** Sealed thinking has its bytes where sound and pictures have theirs. */
const data: Rule = (_, { type }, place) =>
  (type === 'reasoning.encrypted' || type === 'redacted_thinking') && typeof place.at(-1) === 'number'
    ? 'sealed'
    : 'media'

/** Free text for a custom tool, often JSON; where it is an object, how moderation treats what goes in. */
const input: Rule = (value) => (isObject(value) ? 'wire' : 'json')

/**
 * What the members of a Chat Completions request hold (https://platform.openai.com/docs/api-reference/chat/create), those included
 * that compatible servers have: OpenRouter, Mistral, DeepSeek, Perplexity, vLLM, Google's and Anthropic's.
 */
export const contentOf: ContentOf = contentBy({
  ...OPENAI_OPTIONS,
  ...OPENAI_TEXTS,
  ...each('wire', 'messages', 'content', 'text', 'refusal', 'transcript', 'prediction', 'title', 'filename'),
  ...each('wire', 'reasoning', 'reasoning_content', 'reasoning_details', 'thinking', 'thinking_blocks', 'summary'),
  ...each('wire', 'tools', 'functions', 'tool_calls', 'function', 'custom', 'description', 'allowed_tools'),
  ...each('wire', 'response_format', 'json_schema', 'grammar', 'definition'),
  ...each('wire', 'annotations', 'url_citation', 'web_search_options', 'input_audio'),
  ...each('wire', 'extra_content', 'google', 'output'),
  ...each('word', 'tool_choice', 'function_call', 'audio', 'format', 'moderation', 'finish_reason', 'enabled'),
  ...each(mediaOrObject, 'image_url', 'video_url', 'audio_url', 'document_url', 'file'),
  ...each('media', 'file_data', 'file_id'),
  ...each('word', 'tool_call_id', 'mode', 'policy', 'voice', 'modalities', 'start_index', 'end_index', 'exclude'),
  ...each('word', 'search_domain_filter', 'search_recency_filter'),
  ...each('word', 'top_logprobs', 'search_settings'),
  ...each('word', 'include_domains', 'exclude_domains', 'reasoning_format'),
  ...each('schema', 'parameters', 'schema', 'guided_json'),
  thought_signature: 'sealed',
  arguments: 'json',
  input,
  logprobs: tokenPieces,
  url: linkOrMedia,
  name,
  data,
})
