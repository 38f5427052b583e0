import type { ContentOf } from '../../../core/content.js'
import { contentBy, OPENAI_OPTIONS, OPENAI_TEXTS, textOrTokens } from '../shared/content.js'

/** What the members of a Completions request hold (https://platform.openai.com/docs/api-reference/completions/create). */
export const contentOf: ContentOf = contentBy({
  ...OPENAI_OPTIONS,
  ...OPENAI_TEXTS,
  prompt: textOrTokens,
  logprobs: 'word',
})
