/** The name of OpenAI's Chat Completions wire format: marks the extras and opaque values that only it can say. */
export const NAME = 'openai-chat'
