import type { Provider } from '../../core/provider.js'
import { cohereChat } from '../dialects/cohere-chat.js'

/** Cohere's v2 chat. The base URL may end in `/v1` or `/v2`, or not. Without a key no `authorization` is sent. */
export const cohere: Provider = {
  kind: 'cohere',
  dialect: cohereChat,
  defaultBaseUrl: 'https://api.cohere.com',
  build: (body, { basePath }) => ({
    method: 'POST',
    path: `${basePath.replace(/\/+$/, '').replace(/\/v[12]$/, '')}/v2/chat`,
    headers: { 'content-type': 'application/json' },
    body,
  }),
  sign: (wire, { apiKey }) =>
    apiKey === undefined ? wire : { ...wire, headers: { ...wire.headers, authorization: `Bearer ${apiKey}` } },
}
