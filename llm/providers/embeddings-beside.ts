import type { Provider } from '../../core/provider.js'

/** How the path of a chat request ends, in the APIs that have embeddings beside it. */
const CHAT = /(\/chat\/completions|\/chat|\/converse|:generateContent)(?=\?|$)/

/**
 * The embeddings API at the endpoint of a chat API: signed in the same way, at the same path but for its end, which is
 * `operation` here (`/embeddings`).
 */
export function embeddingsBeside(
  chat: Provider,
  operation: string,
  api: Pick<Provider, 'dialect' | 'adjust'>,
): Provider {
  const { adjust: _adjust, unwrap: _unwrap, ...endpoint } = chat
  return {
    ...endpoint,
    ...api,
    build(body, target) {
      const wire = chat.build(body, target)
      return { ...wire, path: wire.path.replace(CHAT, operation) }
    },
  }
}
