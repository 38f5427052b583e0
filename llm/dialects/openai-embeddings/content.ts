import type { ContentOf } from '../../../core/content.js'
import { contentBy, each, OPENAI_OPTIONS, OPENAI_TEXTS, textOrTokens } from '../shared/content.js'

/** What the members of an Embeddings request hold (https://platform.openai.com/docs/api-reference/embeddings/create). */
export const contentOf: ContentOf = contentBy({
  ...OPENAI_OPTIONS,
  ...OPENAI_TEXTS,
  ...each('word', 'dimensions', 'input_type', 'task', 'truncate'),
  input: textOrTokens,
})
