import type { Ledger } from '../../policies/budget/ledger.js'
import { connectRedis } from './redis-connection.js'
import {
  claimWords,
  escapeName,
  extensionOf,
  listOf,
  lossOf,
  raisedOf,
  reservationOf,
  statesOf,
  windowWord,
  wordsOf,
} from './redis-replies.js'
import { CHARGE } from './redis-scripts/charge.js'
import { DISPATCHED } from './redis-scripts/dispatched.js'
import { EXTEND } from './redis-scripts/extend.js'
import { LEASES } from './redis-scripts/leases.js'
import { LIST } from './redis-scripts/list.js'
import { LOSE } from './redis-scripts/lose.js'
import { RAISE } from './redis-scripts/raise.js'
import { READ } from './redis-scripts/read.js'
import { RENEW } from './redis-scripts/renew.js'
import { RESERVE } from './redis-scripts/reserve.js'
import { RESET } from './redis-scripts/reset.js'
import { SETTLE } from './redis-scripts/settle.js'

export interface RedisLedgerOptions {
  /** `redis://`, `rediss://`, or with `+cluster` before the colon; user, password and database number within. */
  readonly url: string
  /** What the keys begin with, `tollgate` by default; deployments with different prefixes share nothing. */
  readonly prefix?: string
  /** Milliseconds added to the server's clock. Tests move time with it. */
  readonly offset?: () => number
}

/** A `Ledger` on Redis, which can also say whether Redis answers (`LedgerUnavailable` when not). */
export type RedisLedger = Ledger & { ping(): Promise<void> }

/** Of the keys' layout (`redis-scripts/prelude.ts`). Versions do not see each other's amounts; raise it when the layout changes. */
const SCHEMA = 'v1'

const SCRIPTS = {
  tollgateReserve: RESERVE,
  tollgateExtend: EXTEND,
  tollgateDispatched: DISPATCHED,
  tollgateRenew: RENEW,
  tollgateSettle: SETTLE,
  tollgateCharge: CHARGE,
  tollgateLose: LOSE,
  tollgateLeases: LEASES,
  tollgateRead: READ,
  tollgateList: LIST,
  tollgateReset: RESET,
  tollgateRaise: RAISE,
}

/**
 * Counts in Redis 6.2+, Valkey or Redis Cluster, exactly for any number of processes: each operation is one script, and one round
 * trip that it shares with what else is asked in the same turn. The server's clock decides. All keys of a prefix have one hash
 * tag, so a deployment uses one slot of a cluster. Commands reject with `LedgerUnavailable` at once when there is no connection,
 * but have no deadline of their own.
 *
 * Ids are single-use: a lease's may come again once it is settled, a charge's after a day. Throws an `Error` for a URL or prefix
 * that cannot be one.
 */
export function createRedisLedger({ url, prefix = 'tollgate', offset = () => 0 }: RedisLedgerOptions): RedisLedger {
  if (!/^[^{}\s]+$/.test(prefix)) throw new Error('a Redis prefix has no braces and no white space and is not empty')
  const keys = ['leases', 'buckets', 'expiry', 'stale'].map((part) => `{${prefix}}:${SCHEMA}:${part}`)
  const connection = connectRedis(url, SCRIPTS, keys)
  const run = (script: keyof typeof SCRIPTS, ...args: readonly (string | number)[]) =>
    connection.run(script, [offset(), ...args])

  return {
    async reserve({ id, claims, ttl, onLost }) {
      const reply = await run(
        'tollgateReserve',
        id,
        ttl,
        onLost === 'charge' ? 'c' : 'r',
        ...claims.flatMap(claimWords),
      )
      return reservationOf(
        reply,
        claims.map(({ bucket }) => bucket),
      )
    },
    async extend(id, amounts, ttl) {
      return extensionOf(await run('tollgateExtend', id, ttl, ...amounts))
    },
    async dispatched(id) {
      await run('tollgateDispatched', id)
    },
    async renew(id, used, ttl) {
      await run('tollgateRenew', id, ttl, ...used)
    },
    async settle(id, used) {
      await run('tollgateSettle', id, ...used)
    },
    async charge(id, claims) {
      await run('tollgateCharge', id, ...claims.flatMap(claimWords))
    },
    async lose(id) {
      return lossOf(await run('tollgateLose', id))
    },
    async leases(prefix) {
      const ids = new Set<string>()
      const pattern = `${prefix.replace(/[*?[\]^\\-]/g, '\\$&')}*`
      let cursor = '0'
      do {
        const [next = '0', ...found] = wordsOf(await run('tollgateLeases', cursor, pattern))
        for (const id of found) ids.add(id)
        cursor = next
      } while (cursor !== '0')
      return [...ids]
    },
    async read(buckets) {
      const words = buckets.flatMap(({ key, window }) => [escapeName(key), windowWord(window)])
      return statesOf(wordsOf(await run('tollgateRead', ...words)), buckets)
    },
    async list(budget) {
      return listOf(await run('tollgateList', ...(budget === undefined ? [] : [escapeName(budget)])))
    },
    async reset(bucket) {
      const taken = await run('tollgateReset', escapeName(bucket))
      return typeof taken === 'string' ? Number(taken) : false
    },
    async raise(bucket, { kind, amount }) {
      return raisedOf(await run('tollgateRaise', escapeName(bucket), kind, amount))
    },
    ping: connection.ping,
    close: connection.close,
  }
}
