/** The dialect's name, in the extras that clients of it send. */
export const NAME = 'openai-embeddings'
