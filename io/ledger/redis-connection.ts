import { createRequire } from 'node:module'
import type { Cluster, Redis, RedisOptions } from 'ioredis'
import { LedgerUnavailable } from '../../policies/budget/ledger.js'

/** A connection that runs scripts. Whatever goes wrong rejects with `LedgerUnavailable`, whose message holds no password. */
export interface RedisConnection {
  /** Runs a script on the connection's keys and gives its reply. */
  run(script: string, args: readonly (string | number)[]): Promise<unknown>
  ping(): Promise<void>
  close(): Promise<void>
}

/** How long one attempt to connect may take, and the pause between attempts at most, in milliseconds. */
const CONNECT_TIMEOUT = 2000
const LONGEST_PAUSE = 1000
const CLOSE_TIMEOUT = 500

/**
 * Connects to `redis://`, `rediss://` (TLS), `redis+cluster://` or `rediss+cluster://`, and goes on connecting for ever. Nothing
 * is queued or sent again while there is no connection: such a command rejects at once, but for those of the very first attempt,
 * which wait for its outcome. Throws an `Error` for a URL that is not one. `channel` is listened to until the connection is closed.
 */
export function connectRedis(
  url: string,
  scripts: Readonly<Record<string, string>>,
  keys: readonly string[],
  channel?: Channel,
): RedisConnection {
  const { options, cluster, place, secrets } = parseUrl(url)
  const connect = () =>
    cluster ? clusterClient(options) : new (library().Redis)({ ...options, ...PERSISTENT, enableAutoPipelining: true })
  const client = connect()
  const stopListening = channel && listen(connect(), channel)
  for (const [name, lua] of Object.entries(scripts)) client.defineCommand(name, { lua, numberOfKeys: keys.length })

  /** Why there is no connection. */
  let trouble = ''
  const unavailable = (error: unknown) => {
    // Not given on as `cause`: ioredis puts the command into its errors, and AUTH's arguments are the password.
    let text = (error instanceof Error ? error.message : String(error)) + (trouble && ` (${trouble})`)
    for (const secret of secrets) text = text.replaceAll(secret, '***')
    return new LedgerUnavailable(`Redis at ${place}: ${text}`)
  }
  let settled = false
  const started = new Promise<void>((resolve) => {
    const done = () => {
      settled = true
      resolve()
    }
    client.once('ready', done)
    client.once('close', done)
    client.on('error', (error: Error) => {
      trouble = error.message
    })
    client.on('ready', () => {
      trouble = ''
    })
  })

  return {
    async run(script, args) {
      if (!settled) await started
      const command: unknown = Reflect.get(client, script)
      if (typeof command !== 'function') throw new TypeError(`no script ${script}`)
      try {
        return await command.call(client, ...keys, ...args)
      } catch (error) {
        throw unavailable(error)
      }
    },
    async ping() {
      if (!settled) await started
      try {
        await client.ping()
      } catch (error) {
        throw unavailable(error)
      }
    },
    async close() {
      stopListening?.()
      let timer: NodeJS.Timeout | undefined
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, CLOSE_TIMEOUT)
      })
      // A hung server never answers QUIT; one that is gone rejects it.
      await Promise.race([client.quit().catch(() => undefined), late])
      clearTimeout(timer)
      client.disconnect()
    },
  }
}

/** A channel that is listened to on a connection of its own, as long as there is one: what is said meanwhile is not heard. */
export interface Channel {
  readonly name: string
  heard(): void
}

/** Returns what ends it. */
function listen(client: Redis | Cluster, { name, heard }: Channel): () => void {
  // Whoever runs scripts meets the same trouble, and tells of it.
  client.on('error', () => {})
  client.on('ready', () => {
    client.subscribe(name).catch(() => {})
  })
  client.on('message', heard)
  return () => client.disconnect()
}

const pause = (attempt: number) => Math.min(25 * 2 ** Math.min(attempt, 10), LONGEST_PAUSE)

const NODE: RedisOptions = {
  connectTimeout: CONNECT_TIMEOUT,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  disableClientInfo: true,
}
const PERSISTENT: RedisOptions = { ...NODE, enableOfflineQueue: false, retryStrategy: pause }

// Where nothing is kept in Redis its client is not loaded. It is a package that can be required, so that opening stays synchronous.
const library: () => typeof import('ioredis') = () => require('ioredis')
const require = createRequire(import.meta.url)

function clusterClient(node: RedisOptions): Cluster {
  const { host, port, ...rest } = node
  return new (library().Cluster)([{ host, port }], {
    redisOptions: { ...rest, ...NODE },
    clusterRetryStrategy: pause,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    // Managed clusters with TLS announce names that only their own certificates match.
    ...(rest.tls ? { dnsLookup: (address, callback) => callback(null, address) } : {}),
  })
}

interface Place {
  readonly options: RedisOptions
  readonly cluster: boolean
  /** Host and port, for messages. */
  readonly place: string
  readonly secrets: readonly string[]
}

const SCHEMES: Readonly<Record<string, { readonly tls: boolean; readonly cluster: boolean }>> = {
  'redis:': { tls: false, cluster: false },
  'rediss:': { tls: true, cluster: false },
  'redis+cluster:': { tls: false, cluster: true },
  'rediss+cluster:': { tls: true, cluster: true },
}

function parseUrl(url: string): Place {
  // `new URL` puts its input, password and all, into its error.
  if (!URL.canParse(url)) throw new Error('the Redis URL is not a URL')
  const parsed = new URL(url)
  const scheme = SCHEMES[parsed.protocol]
  if (!scheme)
    throw new Error(`a Redis URL begins with ${Object.keys(SCHEMES).join('//, ')}//, not ${parsed.protocol}//`)
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1'
  const port = Number(parsed.port || 6379)
  const database = parsed.pathname.replace(/^\//, '')
  if (!/^\d*$/.test(database)) throw new Error('the path of a Redis URL is the number of a database')
  const password = decoded(parsed.password)
  const username = decoded(parsed.username)
  const options: RedisOptions = {
    host,
    port,
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(database ? { db: Number(database) } : {}),
    ...(scheme.tls ? { tls: { servername: host } } : {}),
  }
  return {
    options,
    cluster: scheme.cluster,
    place: `${host}:${port}`,
    secrets: [password].filter((text) => text !== ''),
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
