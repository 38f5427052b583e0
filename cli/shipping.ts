import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../core/clock.js'
import type { Outlet } from '../io/billing/lane.js'
import type { LedgerFileSettings } from '../io/billing/settings.js'
import { readShipped, type Shipped, writeShipped } from '../io/billing/shipped.js'
import { createShipper, type Shipper, type SinkStatus } from '../io/billing/shipper.js'
import { shippingMetrics } from '../io/billing/shipping-metrics.js'
import type { RowFiles } from '../io/billing/sink.js'
import { systemSchedule } from '../io/ledger/deadline.js'
import type { Metrics } from '../io/metrics.js'
import { errorFields, type Log } from '../io/request-log.js'
import { createOutlets } from './ledger-sinks.js'

/** Brings the ledger's rows to the sinks of the configuration in force. */
export interface Shipping {
  status(): readonly SinkStatus[]
  /** Ships what can be shipped soon, and ends. */
  close(): Promise<void>
}

export interface ShippingOptions {
  /** The ledger's root directory. */
  readonly root: string
  readonly files: RowFiles
  /** The section as it is by now. */
  settings(): LedgerFileSettings
  /** Sinks of this process, which get the rows too. Whoever opened them closes them afterwards. */
  readonly own: readonly Outlet[]
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Pick<Metrics, 'registry'>
}

/** How often it is looked whether the configuration has other sinks, in milliseconds. */
const LOOK_EVERY = 1_000

/** Starts to ship; other sinks of a configuration that is reloaded take the place of those before. */
export async function startShipping(options: ShippingOptions): Promise<Shipping> {
  const { root, files, own, clock, log } = options
  let waiting = (await readShipped(root))?.unshippedBytes ?? 0
  let running: Running | undefined
  const status = () => running?.shipper?.status() ?? []
  const counts = shippingMetrics({ status, waitingBytes: () => waiting }, options.metrics.registry)
  const failed = (reason: string) => log.warn({ reason }, 'the ledger could not be shipped')

  const tell = async (shipped: Shipped) => {
    waiting = shipped.unshippedBytes
    await writeShipped(root, shipped)
  }
  const start = async (settings: LedgerFileSettings): Promise<Shipper> =>
    createShipper({
      ...{ files, clock, tell, schedule: systemSchedule, random: Math.random, keeping: settings },
      outlets: [...own.map(kept), ...(await createOutlets(settings.sinks, options))],
      known: await readShipped(root),
      hooks: {
        ...{ taken: counts.taken, failed },
        missed(sink, rows) {
          counts.missed(sink, rows)
          log.warn({ sink, rows }, 'rows of the ledger were gone before a sink could take them')
        },
        state(sink, state, reason) {
          if (state === 'up') log.info({ sink }, 'a sink of the ledger works again')
          else log.warn({ sink, reason }, 'a sink of the ledger does not take rows; they are kept for it')
        },
      },
    })

  const follow = async () => {
    const settings = options.settings()
    if (settings === running?.settings) return
    const before = running
    running = { settings, shipper: before?.shipper }
    if (before && isDeepStrictEqual(before.settings, settings)) return
    await before?.shipper?.close()
    running = { settings, shipper: undefined }
    running = { settings, shipper: await start(settings) }
  }
  let following: Promise<void> = Promise.resolve()
  const followNext = () => {
    following = following
      .then(follow)
      .catch((error: unknown) => log.error(errorFields(error), 'the sinks of the ledger could not be started'))
  }
  await follow()
  const timer = setInterval(followNext, LOOK_EVERY).unref()

  return {
    status,
    async close() {
      clearInterval(timer)
      await following
      await running?.shipper?.close()
    },
  }
}

interface Running {
  readonly settings: LedgerFileSettings
  readonly shipper: Shipper | undefined
}

/** A sink that outlives the shipper. */
function kept(outlet: Outlet): Outlet {
  return { ...outlet, sink: { ...outlet.sink, close: async () => {} } }
}
