import { anthropicClient } from './anthropic-client.js'
import type { ClientPlace, ConformanceClient } from './client.js'
import { completionsClient } from './completions-client.js'
import { embeddingsClient } from './embeddings-client.js'
import { geminiClient } from './gemini-client.js'
import { openaiChatClient } from './openai-chat-client.js'
import { responsesClient } from './responses-client.js'

/** Every client dialect that recordings are read through, by its dialect's name. */
export const CLIENTS: Readonly<Record<string, (place: ClientPlace) => ConformanceClient>> = {
  'openai-chat': openaiChatClient,
  'anthropic-messages': anthropicClient,
  'openai-responses': responsesClient,
  gemini: geminiClient,
  'openai-completions': completionsClient,
  'openai-embeddings': embeddingsClient,
}
