import { z } from 'zod'
import type { KeySettings, KeyStoreSettings } from '../../policies/keys/settings.js'
import { span } from './amounts.js'
import { section } from './maps.js'
import { choice } from './rule-values.js'
import type { StoreSettings } from './settings.js'
import { redisPrefix, type StoreSurroundings, URL_WANTED, urlFault } from './store.js'
import { flag, oneOf, text } from './values.js'

const DAY = 86_400_000

/**
 * The section `keys`; undefined where it is left out. A `url` of the store that is left out is that of the section `store`, see
 * `withKeyStore`.
 */
export function keys(surroundings: StoreSurroundings) {
  return section({
    store: keyStore(surroundings),
    required: flag().default(true),
    onStoreDown: choice(['refuse', 'admit'], 'one of these').default('refuse'),
    overlap: span().default(DAY),
  }).optional()
}

function keyStore({ redisUrl, resolve }: StoreSurroundings) {
  return section({
    kind: oneOf(['file', 'redis'], 'a kind of store').default('file'),
    path: text('the path of a file').transform(resolve).optional(),
    url: z.string({ error: URL_WANTED }).optional(),
    prefix: redisPrefix().optional(),
  })
    .superRefine((store, context) => {
      const refuse = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message })
      if (store.kind === 'file') {
        for (const key of ['url', 'prefix'] as const) {
          if (store[key] !== undefined) refuse(key, 'has no use without kind: redis')
        }
      }
      if (store.kind !== 'redis') return
      if (store.path !== undefined) refuse('path', 'has no use with kind: redis')
      const message = store.url === undefined ? undefined : urlFault(store.url)
      if (message !== undefined) refuse('url', message)
    })
    .transform((store) => ({ ...store, redisUrl }))
}

/** The section as it was read. */
export type WrittenKeys = z.infer<ReturnType<typeof keys>>

/** The settings of a section, if it is there, whose store may be said by the section `store`; the URL has been checked there. */
export function withKeyStore(
  written: WrittenKeys,
  store: StoreSettings,
  context: z.core.$RefinementCtx,
): { readonly keys?: KeySettings } {
  if (written === undefined) return {}
  const { store: own, ...settings } = written
  return { keys: { ...settings, store: storeOf(own, store, context) } }
}

function storeOf(
  { kind, path, url, prefix, redisUrl }: NonNullable<WrittenKeys>['store'],
  store: StoreSettings,
  context: z.core.$RefinementCtx,
): KeyStoreSettings {
  if (kind === 'file') return path === undefined ? { kind } : { kind, path }
  const shared = store.kind === 'redis' ? store : undefined
  const found = url ?? shared?.url ?? redisUrl
  const fault = found === undefined ? NO_URL : url === undefined && !shared ? urlFault(found) : undefined
  if (fault !== undefined) context.addIssue({ code: 'custom', path: ['keys', 'store', 'url'], message: fault })
  return { kind: 'redis', url: found ?? '', prefix: prefix ?? shared?.prefix ?? 'tollgate' }
}

const NO_URL = `${URL_WANTED}, the section store be in Redis, or the environment variable TOLLGATE_REDIS_URL be set`
