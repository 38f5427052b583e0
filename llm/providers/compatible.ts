import { openaiCompatible } from './openai-compatible.js'

/** Any other server of OpenAI's Chat Completions. Nothing is known of it: it gets what the client sent. */
export const compatible = openaiCompatible({ kind: 'compatible' })
