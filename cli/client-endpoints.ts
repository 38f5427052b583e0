import type { Dialect } from '../core/provider.js'
import { anthropicMessages } from '../llm/dialects/anthropic-messages.js'
import { openaiChat } from '../llm/dialects/openai-chat.js'
import { openaiResponses } from '../llm/dialects/openai-responses.js'

/** What clients may speak, by path. */
export const clientDialects: ReadonlyMap<string, Dialect> = new Map([
  ['/v1/chat/completions', openaiChat],
  ['/v1/messages', anthropicMessages],
  ['/v1/responses', openaiResponses],
])

/** The dialect of errors on paths that no dialect owns. */
export const fallbackDialect = openaiChat

/** Every path that this build answers on; what begins with one of them may follow. */
export const CLIENT_PATHS: readonly string[] = [...clientDialects.keys(), '/v1/models']
