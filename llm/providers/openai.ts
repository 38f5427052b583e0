import type { Provider } from '../../core/provider.js'
import { openaiChat } from '../dialects/openai-chat.js'

/** OpenAI's Chat Completions; the base URL ends in `/v1`. Without a key no `authorization` is sent (local servers). */
export const openai: Provider = {
  kind: 'openai',
  dialect: openaiChat,
  defaultBaseUrl: 'https://api.openai.com/v1',
  build: (body, { basePath }) => ({
    method: 'POST',
    path: `${basePath.replace(/\/+$/, '')}/chat/completions`,
    headers: { 'content-type': 'application/json' },
    body,
  }),
  sign: (wire, { apiKey }) =>
    apiKey === undefined ? wire : { ...wire, headers: { ...wire.headers, authorization: `Bearer ${apiKey}` } },
}
