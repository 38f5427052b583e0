import { withoutThoughts } from './adjustments.js'
import { openaiCompatible } from './openai-compatible.js'

/** OpenAI's Chat Completions; the base URL ends in `/v1`. */
export const openai = openaiCompatible({
  kind: 'openai',
  defaultBaseUrl: 'https://api.openai.com/v1',
  adjust: withoutThoughts(),
})
