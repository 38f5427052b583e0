import type { Provider } from '../../core/provider.js'
import { anthropic } from './anthropic.js'
import { openai } from './openai.js'

/** Every provider kind that a config may name. */
export const providers: ReadonlyMap<string, Provider> = new Map(
  [openai, anthropic].map((provider) => [provider.kind, provider]),
)
