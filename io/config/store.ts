import { z } from 'zod'
import { section } from './maps.js'
import type { StoreSettings } from './settings.js'
import { duration, integer, oneOf, text } from './values.js'

const SCHEME = /^(rediss?)(\+cluster)?:\/\//i
const OF_REDIS = ['url', 'prefix', 'deadline', 'instances'] as const
const MOST_INSTANCES = 10_000

/** What the section cannot know by itself. */
export interface StoreSurroundings {
  /** TOLLGATE_REDIS_URL: what `url` is when the file has none. */
  readonly redisUrl: string | undefined
  /** The absolute path of a file that the configuration names. */
  resolve(path: string): string
}

/** The section `store`: memory by default. */
export function store({ redisUrl, resolve }: StoreSurroundings) {
  return section({
    kind: oneOf(['memory', 'redis'], 'a kind of store').default('memory'),
    journal: text('the path of a file').transform(resolve).optional(),
    url: z.string({ error: URL_WANTED }).optional(),
    prefix: redisPrefix().optional(),
    deadline: duration(1).optional(),
    instances: integer(1, MOST_INSTANCES).optional(),
  })
    .superRefine((store, context) => {
      const refuse = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message })
      if (store.kind === 'memory') {
        for (const key of OF_REDIS) if (store[key] !== undefined) refuse(key, 'has no use without kind: redis')
      }
      // A kind that is none has been reported.
      if (store.kind !== 'redis') return
      if (store.journal !== undefined) refuse('journal', 'has no use with kind: redis; Redis keeps what is counted')
      const url = store.url ?? redisUrl
      if (url === undefined)
        return refuse('url', `${URL_WANTED}, or the environment variable TOLLGATE_REDIS_URL be set`)
      const message = urlFault(url)
      if (message === undefined) return
      if (store.url !== undefined) refuse('url', message)
      else refuse('kind', `needs TOLLGATE_REDIS_URL of the environment, which ${message}`)
    })
    .transform((store): StoreSettings => {
      const { kind, journal, url = redisUrl ?? '', prefix = 'tollgate', deadline = 50, instances = 1 } = store
      if (kind === 'redis') return { kind, url, prefix, deadline, instances }
      return journal === undefined ? { kind: 'memory' } : { kind: 'memory', journal }
    })
}

/** What the names of all keys of a deployment begin with. No braces: a key's hash tag is Tollgate's to choose. */
export function redisPrefix() {
  const prefix = 'a prefix of 1 to 64 of A-Z a-z 0-9 . _ : -'
  return text(prefix).regex(/^[A-Za-z0-9._:-]{0,64}$/, { error: `must be ${prefix}` })
}

export const URL_WANTED = 'must be a URL that begins with redis://, rediss://, redis+cluster:// or rediss+cluster://'

/** What is wrong with a URL of Redis, which is never quoted: it may hold a password. */
export function urlFault(url: string): string | undefined {
  const [scheme, , cluster] = SCHEME.exec(url) ?? []
  if (scheme === undefined) return URL_WANTED
  const rest = url.slice(scheme.length)
  // Of URLs with a scheme that it does not know, the parser takes almost anything for a host.
  const read = `http://${rest}`
  if (/[\s\\,]/.test(url) || rest.startsWith('/') || !URL.canParse(url) || !URL.canParse(read)) {
    return 'must name one host, as in redis://USER:PASSWORD@HOST:6379/0, with special characters written as %XX'
  }
  const { pathname, search, hash } = new URL(read)
  if (search !== '' || hash !== '' || !/^\/\d{0,3}$/.test(pathname) || /[?#]/.test(url)) {
    return 'must have nothing but the number of a database after the host; a password has / ? # written as %2F %3F %23'
  }
  if (cluster !== undefined && Number(pathname.slice(1)) !== 0)
    return 'must not name a database: a cluster has only one'
  return undefined
}
