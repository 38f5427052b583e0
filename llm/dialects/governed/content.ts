import type { ContentOf } from '../../../core/content.js'
import { isObject } from '../../../core/json.js'
import { isArray } from '../shared/arrays.js'
import {
  contentBy,
  each,
  linkOrMedia,
  mediaOrObject,
  OPENAI_OPTIONS,
  OPENAI_TEXTS,
  type Rule,
} from '../shared/content.js'

/** Pictures as URLs or base64; entries that are objects have theirs in members. */
const pictures: Rule = (value) =>
  isArray(value) && value.some((entry) => typeof entry !== 'string') ? 'wire' : 'media'

/** What an application looks up, under names of its own; with pictures in it an object of the API's. */
const documents: Rule = (value) =>
  isArray(value) && value.some((entry) => isObject(entry) && 'image' in entry) ? 'wire' : 'data'

/**
 * What the members of the requests hold that are passed on without translation: images, speech and transcripts, moderations, rerank.
 * Fields of forms are text.
 */
export const contentOf: ContentOf = contentBy({
  ...OPENAI_OPTIONS,
  ...OPENAI_TEXTS,
  ...each('wire', 'prompt', 'negative_prompt', 'input', 'text', 'query', 'title', 'known_speaker_names[]'),
  ...each('wire', 'known_speaker_names'),
  ...each(mediaOrObject, 'image_url', 'mask'),
  ...each(pictures, 'image', 'image[]', 'images'),
  ...each('media', 'file', 'file_id', 'known_speaker_references', 'known_speaker_references[]'),
  ...each('word', 'voice', 'chunking_strategy'),
  ...each('word', 'size', 'quality', 'style', 'response_format', 'output_format', 'output_compression', 'moderation'),
  ...each('word', 'partial_images', 'input_fidelity', 'speed', 'stream_format', 'language', 'include', 'include[]'),
  ...each('word', 'timestamp_granularities', 'timestamp_granularities[]', 'threshold', 'prefix_padding_ms'),
  ...each('word', 'silence_duration_ms', 'top_n', 'rank_fields', 'return_documents', 'max_chunks_per_doc'),
  ...each('word', 'max_tokens_per_doc', 'truncation', 'priority'),
  url: linkOrMedia,
  documents,
})
