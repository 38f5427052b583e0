import type { Provider } from '../../core/provider.js'
import { anthropicMessages } from '../dialects/anthropic-messages.js'

/** Anthropic's Messages API. The base URL may end in `/v1` or not. Without a key no `x-api-key` is sent (local servers). */
export const anthropic: Provider = {
  kind: 'anthropic',
  dialect: anthropicMessages,
  defaultBaseUrl: 'https://api.anthropic.com',
  build: (body, { basePath }) => ({
    method: 'POST',
    path: `${basePath.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1/messages`,
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body,
  }),
  sign: (wire, { apiKey }) =>
    apiKey === undefined ? wire : { ...wire, headers: { ...wire.headers, 'x-api-key': apiKey } },
}
