/** The name of Cohere's v2 chat wire format: marks the extras and opaque values that only it can say. */
export const NAME = 'cohere-chat'
