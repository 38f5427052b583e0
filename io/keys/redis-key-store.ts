import type { Clock } from '../../core/clock.js'
import { type Answer, type Schedule, within } from '../ledger/deadline.js'
import { connectRedis, type RedisConnection } from '../ledger/redis-connection.js'
import { createFreshness } from './freshness.js'
import { FRESH_FOR, type KeyStore, type KeyStoreHooks, KeysUnavailable } from './key-store.js'
import { createKeyView } from './key-view.js'
import { CHANGE_KEY, READ_KEYS } from './redis-key-scripts.js'

export interface RedisKeyStoreOptions extends KeyStoreHooks {
  /** As of the store of budgets: `redis://`, `rediss://`, or either with `+cluster` before the colon. */
  readonly url: string
  readonly prefix: string
  readonly clock: Clock
  readonly schedule: Schedule
}

/** How often Redis is asked whether something has changed, in milliseconds; it also says so by itself. */
const ASK_EVERY = 250

/** How long an operation waits for Redis. */
const DEADLINE = 2_000

/** A question that has no answer for so long never gets one: the network has forgotten the connection. */
const LOST_AFTER = 5_000

const SCRIPTS = { tollgateReadKeys: READ_KEYS, tollgateChangeKey: CHANGE_KEY }

/** `VERSION JSON` */
const FIELD = /^\d+ /

/**
 * Keys in Redis 6.2+, Valkey or Redis Cluster, for any number of processes: each follows what is there, and believes what it knows only
 * as long as Redis has confirmed it within a second. Nothing is confirmed at first. Throws an `Error` for a URL that cannot be one.
 */
export function createRedisKeyStore(options: RedisKeyStoreOptions): KeyStore {
  const { url, prefix, clock, schedule } = options
  const key = `{${prefix}}:v1:keys`
  const channel = `{${prefix}}:v1:keys-changed`
  const view = createKeyView()
  const freshness = createFreshness(clock, options)
  let connection = open()
  let known = '-'
  let asking: Promise<Answer<void>> | undefined
  let stopTimer = () => {}
  let state: 'open' | 'closed' = 'open'
  let toldUnreadable = ''

  function open(): RedisConnection {
    return connectRedis(url, SCRIPTS, [key], { name: channel, heard: () => void askAnew() })
  }

  const take = (fields: unknown, at: string) => {
    const unreadable = view.take(recordsIn(fields))
    known = at
    if (toldUnreadable !== unreadable.join()) options.onUnreadable(unreadable)
    toldUnreadable = unreadable.join()
  }

  /** Asks what has changed since it was asked last. */
  const read = async () => {
    const since = clock.monotonic()
    const from = connection
    const reply = await from.run('tollgateReadKeys', [known])
    const [at, fields] = Array.isArray(reply) ? reply : []
    if (typeof at !== 'string' || from !== connection) throw new KeysUnavailable('Redis gave no answer to go by')
    if (fields !== undefined) take(fields, at)
    freshness.confirmed(since)
  }

  /** One question at a time; whoever asks while one is open may get what was so before they asked. */
  const ask = (): Promise<Answer<void>> => {
    asking ??= within(LOST_AFTER, schedule, read).then((answer) => {
      asking = undefined
      if (answer.kind === 'late') reconnect()
      return answer
    })
    return asking
  }

  /** What is so now or later. */
  const askAnew = async (): Promise<Answer<void>> => {
    if (asking) await asking
    return ask()
  }

  const reconnect = () => {
    if (state === 'closed') return
    const before = connection
    connection = open()
    void before.close()
  }

  const change = async (id: string, version: number, next: string): Promise<'done' | 'conflict'> => {
    const answer = await within(DEADLINE, schedule, async () => {
      const reply = await connection.run('tollgateChangeKey', [id, version, next, channel])
      // The change is made, whether or not this process comes to know of it.
      if (reply === 1) await askAnew()
      return reply
    })
    if (answer.kind !== 'answered') throw unavailable(answer)
    return answer.value === 1 ? 'done' : 'conflict'
  }

  const tick = () => {
    if (state === 'closed') return
    // Tells of a view that has become too old where nobody else looks.
    freshness.state()
    stopTimer = schedule(ASK_EVERY, tick, 'background')
    void ask()
  }
  tick()

  return {
    book: { find: view.find, freshness: freshness.state },
    known: view.keys,
    async list() {
      const waited = await within(DEADLINE, schedule, askAnew)
      const answer = waited.kind === 'answered' ? waited.value : waited
      if (answer.kind !== 'answered') throw unavailable(answer)
      return view.keys()
    },
    put: (key) => change(key.id, key.version - 1, `${key.version} ${JSON.stringify(key)}`),
    remove: (key) => change(key.id, key.version, ''),
    // A view that was not confirmed since is believed no longer.
    spread: () => new Promise((resolve) => schedule(FRESH_FOR, resolve, 'awaited')),
    async close() {
      state = 'closed'
      stopTimer()
      await connection.close()
    },
  }
}

function unavailable(answer: Exclude<Answer<unknown>, { kind: 'answered' }>): KeysUnavailable {
  const cause = answer.kind === 'failed' ? answer.cause : undefined
  return new KeysUnavailable('the store of keys does not answer', { cause })
}

/** JSON by id. */
function recordsIn(fields: unknown): ReadonlyMap<string, string> {
  const words = Array.isArray(fields) ? fields : []
  const records = new Map<string, string>()
  for (let index = 0; index + 1 < words.length; index += 2) {
    const id: unknown = words[index]
    const text: unknown = words[index + 1]
    if (typeof id === 'string' && id !== 'at' && typeof text === 'string') records.set(id, text.replace(FIELD, ''))
  }
  return records
}
