import type { Dialect, Provider } from '../../core/provider.js'

/**
 * Another API of a provider: its dialect at a path below the base URL's, with the same key. Where the provider differs from its first
 * dialect says nothing about this one.
 */
export function atPath(first: Provider, dialect: Dialect, path: string): Provider {
  const { adjust: _adjust, unwrap: _unwrap, ...provider } = first
  return {
    ...provider,
    dialect,
    build: (body, { basePath }) => ({
      method: 'POST',
      path: `${basePath.replace(/\/+$/, '')}${path}`,
      headers: { 'content-type': 'application/json' },
      body,
    }),
  }
}
