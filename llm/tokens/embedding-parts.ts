import type { ChatRequest } from '../../core/chat.js'
import type { PromptParts } from './prompt-parts.js'
import type { TokenizerChoice } from './tokenizer.js'

const NOTHING = { tokens: 0, upperBound: 0 }

/**
 * Takes a request for embeddings apart: its inputs' texts, with nothing around them but the token that begins each of Mistral's.
 * What is not text are tokens that the client has counted out itself (`{"tokens": [1, 2]}`); an empty text counts as one.
 */
export function embeddingParts({ messages }: ChatRequest, { name }: TokenizerChoice): PromptParts {
  const texts: string[] = []
  let frame = name === 'mistral' ? messages.length : 0
  for (const { content } of messages) {
    for (const part of content) {
      if (part.type === 'text' && part.text !== '') texts.push(part.text)
      else if (part.type === 'opaque' && Array.isArray(part.value.tokens)) frame += part.value.tokens.length
      else frame++
    }
  }
  return { texts, frame, media: NOTHING, kind: 'text' }
}
