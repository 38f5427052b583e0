import type { ChatRequest } from '../../core/chat.js'

/** A request of an OpenAI client with nothing in it but what `members` say. */
export function chatRequestOf(members: Partial<ChatRequest> = {}): ChatRequest {
  return {
    model: 'm',
    messages: [],
    tools: [],
    stop: [],
    n: 1,
    stream: false,
    includeUsage: false,
    extras: { dialect: 'openai-chat', fields: {} },
    ...members,
  }
}
