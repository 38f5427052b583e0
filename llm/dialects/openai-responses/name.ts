/** The name of OpenAI's Responses wire format: marks the extras and opaque values that only it can say. */
export const NAME = 'openai-responses'
