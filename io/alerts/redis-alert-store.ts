import { inTurns, mapInSteps } from '../../core/turns.js'
import type { Alert, AlertStore, Delivery, Raised } from '../../policies/alerts/alert.js'
import { connectRedis } from '../ledger/redis-connection.js'
import { OWN_TURNS } from '../own-turns.js'
import { unlessAborted } from '../spend/redis-call.js'
import { deliveryId, MOST_RECENT, MOST_WAITING } from './queue.js'
import * as scripts from './redis-scripts.js'

export interface RedisAlertStoreOptions {
  /** As the ledger of budgets has it. */
  readonly url: string
  readonly prefix: string
  /** Milliseconds since the epoch. */
  now(): number
}

/** Of the keys' layout (`redis-scripts.ts`). */
const SCHEMA = 'v1'
/** What it takes to read an alert, in units of `Steps`. */
const PARSING = 32
/** Milliseconds that one script may take to answer. */
const DEADLINE = 2_000

/** Keeps alerts in Redis: of all instances that share it one raises an alert, and any of them delivers it. */
export function createRedisAlertStore({ url, prefix, now }: RedisAlertStoreOptions): AlertStore {
  const keys = ['force', 'recent', 'due', 'deliveries'].map((part) => `{${prefix}}:alerts:${SCHEMA}:${part}`)
  const connection = connectRedis(
    url,
    {
      alertRaise: scripts.RAISE,
      alertForce: scripts.IN_FORCE,
      alertRearm: scripts.REARM,
      alertRecent: scripts.RECENT,
      alertTake: scripts.TAKE,
      alertFinish: scripts.FINISH,
      alertPutOff: scripts.PUT_OFF,
    },
    keys,
  )
  const run = (script: string, args: readonly (string | number)[]) =>
    unlessAborted(connection.run(script, args), AbortSignal.timeout(DEADLINE))
  const queue = (alert: Alert, webhooks: readonly string[]) => [
    ...[now(), MOST_WAITING, MOST_RECENT],
    ...webhooks.flatMap((webhook) => {
      const delivery: Delivery = { id: deliveryId(alert.id, webhook), webhook, alert, failures: 0 }
      return [delivery.id, JSON.stringify(delivery)]
    }),
  ]
  return {
    async raise(raised, webhooks) {
      const { alert, until } = raised
      const words = [alert.subject, until, JSON.stringify(raised), JSON.stringify(alert), ...queue(alert, webhooks)]
      const dropped = Number(await run('alertRaise', words))
      return dropped < 0 ? { kind: 'known', dropped: 0 } : { kind: 'raised', dropped }
    },
    async send(alert, webhooks) {
      await run('alertRaise', ['', 0, '', '', ...queue(alert, webhooks)])
    },
    async inForce() {
      const all = texts(await run('alertForce', [now()]))
      const parsed = (text: string): readonly [string, Raised] => {
        const raised: Raised = JSON.parse(text)
        return [raised.alert.subject, raised]
      }
      return new Map(await inTurns(mapInSteps(all, PARSING, parsed), OWN_TURNS))
    },
    async rearm(subject) {
      await run('alertRearm', [subject])
    },
    async recent() {
      return texts(await run('alertRecent', [])).map((text): Alert => JSON.parse(text))
    },
    async take(at, lease, most) {
      const taken = texts(await run('alertTake', [at, lease, most]))
      return pairs(taken).map(([text, failures]): Delivery => ({ ...JSON.parse(text), failures: Number(failures) }))
    },
    async finish(id) {
      await run('alertFinish', [id])
    },
    async putOff(id, due) {
      await run('alertPutOff', [id, due])
    },
    close: connection.close,
  }
}

function texts(reply: unknown): readonly string[] {
  return Array.isArray(reply) ? reply.map(String) : []
}

function pairs(list: readonly string[]): readonly (readonly [string, string])[] {
  return list.flatMap((text, index) => (index % 2 === 0 ? [[text, list[index + 1] ?? '0'] as const] : []))
}
