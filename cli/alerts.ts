import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Operation } from '../io/admin/operation.js'
import { alertMetrics } from '../io/alerts/alert-metrics.js'
import { alertOperations } from '../io/alerts/alert-operations.js'
import { type Courier, createCourier } from '../io/alerts/courier.js'
import { createFileAlertStore } from '../io/alerts/file-alert-store.js'
import { createPost } from '../io/alerts/post.js'
import { createRedisAlertStore } from '../io/alerts/redis-alert-store.js'
import { readBucketKey } from '../io/bucket-key.js'
import type { Metrics } from '../io/metrics.js'
import { errorFields, type Log } from '../io/request-log.js'
import { systemClock } from '../io/system-clock.js'
import type { Alert, AlertStore } from '../policies/alerts/alert.js'
import { createSpikes } from '../policies/alerts/spikes.js'
import { createWatcher } from '../policies/alerts/watcher.js'
import { addresses, type Environment } from './configuration.js'
import type { LiveConfiguration } from './live-configuration.js'
import type { Spend } from './spend-office.js'
import type { Spending } from './spending.js'
import { alertsOf } from './state-files.js'

export interface AlertsOptions {
  readonly env: Environment
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  readonly live: LiveConfiguration
  readonly spending: Pick<Spending, 'opened'>
  readonly spend: Spend
  readonly metrics: Pick<Metrics, 'registry'>
}

/** The watch over budgets and spending. */
export interface AlertsOffice {
  readonly operations: readonly Operation[]
  /** Ends it; a delivery that is on its way is made by the next process. */
  close(): Promise<void>
}

/** How often it is looked for deliveries that are due, in milliseconds. */
const DELIVER_EVERY = 1_000

/** Looks every so often (`alerts.every`), and delivers. A configuration without the section only has what waits delivered. */
export function startAlerts(options: AlertsOptions): AlertsOffice {
  const { env, log, live, spending, spend } = options
  const settings = () => live.current.config.alerts
  const webhooks = () => settings()?.webhooks ?? []
  const counts = alertMetrics(options.metrics.registry)
  const own = createFileAlertStore({ path: alertsOf(addresses(env)), now: systemClock.now })
  const { store: place } = live.current.config
  const shared = place.kind === 'redis' ? createRedisAlertStore({ ...place, now: systemClock.now }) : own
  const stores: readonly AlertStore[] = shared === own ? [own] : [own, shared]
  const failed = (error: unknown) => log.error(errorFields(error), 'the watch over budgets failed')
  const dropped = (deliveries: number) => {
    counts.dropped(deliveries)
    log.warn({ deliveries }, 'deliveries of alerts were given up: too many were waiting')
  }

  const look = createWatcher({
    ...{ settings, clock: systemClock, newId: randomUUID, pause: setImmediate, failed, dropped },
    rules: () => live.current.config.rules,
    ledger: () => spending.opened()?.ledger,
    storeUp: () => spending.opened()?.storeUp() ?? true,
    partsOf: readBucketKey,
    history: spend.history,
    wanted: spend.wanted,
    outlooks: spend.outlooks,
    spikes: createSpikes({ slotOf: spend.slotOf, rules: () => live.current.config.rules }),
    ...{ store: shared, own, raised: counts.raised },
  })
  const couriers = stores.map((store) =>
    createCourier({
      ...{ store, webhooks, post: createPost(systemClock.now), clock: systemClock, random: Math.random },
      told(webhook, result, reason) {
        counts.delivery(webhook, result)
        if (result !== 'delivered') log.warn({ webhook, result, reason }, 'a webhook was not told of an alert')
      },
    }),
  )
  const ending = new AbortController()
  const watching = repeated(look, () => settings()?.every ?? DELIVER_EVERY, failed)
  const delivering = repeated(
    () => deliverAll(couriers, ending.signal),
    () => DELIVER_EVERY,
    () => {},
  )
  const test = async (webhook: string): Promise<Alert> => {
    const text = `This is a test of the webhook ${webhook}. Nothing has happened.`
    const about = { id: randomUUID(), at: systemClock.now(), subject: `test/${webhook}` }
    const alert: Alert = { ...about, kind: 'test', text, teams: [], facts: {} }
    await own.send(alert, [webhook])
    return alert
  }
  return {
    operations: alertOperations({ stores: () => stores, webhooks, test, failed }),
    async close() {
      ending.abort()
      await Promise.all([watching.stop(), delivering.stop()])
      await Promise.all(stores.map((store) => store.close()))
    },
  }
}

/** One store that does not answer keeps nobody waiting for the other. */
async function deliverAll(couriers: readonly Courier[], signal: AbortSignal): Promise<void> {
  await Promise.allSettled(couriers.map((deliver) => deliver(signal)))
}

/** Runs a task again and again, `pause` ms after it has ended. */
function repeated(task: () => Promise<void>, pause: () => number, failed: (error: unknown) => void) {
  let timer: NodeJS.Timeout | undefined
  let state: 'running' | 'stopped' = 'running'
  const run = async () => {
    await task().catch(failed)
    if (state === 'running') timer = setTimeout(next, pause()).unref()
  }
  let last = Promise.resolve()
  const next = () => {
    last = run()
  }
  next()
  return {
    async stop() {
      state = 'stopped'
      clearTimeout(timer)
      await last
    },
  }
}
