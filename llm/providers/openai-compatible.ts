import type { Provider } from '../../core/provider.js'
import { openaiChat } from '../dialects/openai-chat.js'

/** What tells one server of OpenAI's Chat Completions from another. */
export type CompatibleServer = Pick<Provider, 'kind' | 'defaultBaseUrl' | 'adjust'>

/**
 * A provider that takes OpenAI's Chat Completions at `BASE/chat/completions` with the key as a bearer token. Without a key
 * no `authorization` is sent (local servers).
 */
export function openaiCompatible(server: CompatibleServer): Provider {
  return {
    ...server,
    dialect: openaiChat,
    build: (body, { basePath }) => ({
      method: 'POST',
      path: `${basePath.replace(/\/+$/, '')}/chat/completions`,
      headers: { 'content-type': 'application/json' },
      body,
    }),
    sign(wire, { apiKey }) {
      if (apiKey === undefined) return wire
      const { method, path, headers, body } = wire
      return { method, path, headers: Object.assign({}, headers, { authorization: `Bearer ${apiKey}` }), body }
    },
  }
}
