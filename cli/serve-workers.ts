import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { createMetrics, type Metrics } from '../io/metrics.js'
import { createLog, errorFields, type Log } from '../io/request-log.js'
import { systemClock } from '../io/system-clock.js'
import { createWorkerMetrics, type WorkerMetrics } from '../io/worker-metrics.js'
import { removeDeadSocket } from '../relay/dead-socket.js'
import { refusedByExposure, startAdminPort } from './admin-port.js'
import { startBackOffice } from './back-office.js'
import { createBilling } from './billing.js'
import { addresses } from './configuration.js'
import { startEntrance } from './entrance.js'
import { envoyFiles } from './envoy-files.js'
import { keysHooks } from './keys-hooks.js'
import { createKeys, keyCounts } from './keys-of-service.js'
import { createLasting } from './lasting.js'
import { ENVOY_READS, loadConfiguration } from './live-configuration.js'
import { makeMeetingFolder } from './meeting-folder.js'
import type { ServeOptions, Serving } from './serve.js'
import { sharedEnvoyFiles } from './shared-envoy-files.js'
import { createSpending } from './spending.js'
import { spendingHooks } from './spending-hooks.js'
import { billingOf, journalOf, keysFile, leftPending } from './state-files.js'
import { workerChecks } from './worker-checks.js'
import { refusedBySeveral } from './worker-count.js'
import { forkWorker, type WorkerProcess } from './worker-process.js'
import { startWorkers } from './workers.js'

/** What a drain may take beyond `timeouts.drain`, in milliseconds: the gateway in front notices, and the last bytes go out. */
const BEYOND_DRAIN = 10_000

/** How long a worker waits for this process to come to a configuration that it has itself, in milliseconds. */
const FOLLOWS_WITHIN = 2_000

/** A pipe takes so much at once from each of its writers without mixing them (PIPE_BUF). */
const ATOMIC_WRITE = 4096

export interface ServingWorkers extends Serving {
  /** Puts another process in the place of each worker, one after the other, without a failed request. */
  restart(): Promise<void>
}

/**
 * Runs Tollgate in `count` worker processes. This process has the admin port, accepts Envoy's connections for the workers, and sees no
 * request. Throws `Failure` when it cannot start.
 */
export async function serveWorkers(options: ServeOptions, count: number): Promise<ServingWorkers> {
  const { configPath, env, logFile, gateways = ['envoy'] } = options
  const listen = addresses(env)
  const log = createLog(logFile)
  const own: Metrics = createMetrics(() => 0, {
    spending: {
      rules: () => live.current.config.rules,
      budgets: async () => (await spending.opened()?.ledger.list()) ?? [],
      storeUp: () => true,
    },
    keys: { counts: () => keyCounts(keys, systemClock) },
    ledger: () => billing.figures(),
  })
  const place = { journal: journalOf(listen), left: leftPending(listen, count) }
  const spending = createSpending(systemClock, place, spendingHooks(log, own))
  const keys = createKeys(systemClock, keysFile(listen), keysHooks(log, own))
  const billing = createBilling(systemClock, { root: billingOf(listen), number: 0, workers: count }, log)
  // Each worker follows the file too, and says what it makes of it.
  const live = await loadConfiguration({
    path: configPath,
    env,
    lasting: createLasting(systemClock, { spending, keys, billing }),
    log: SILENT,
    refused: (config) => refusedBySeveral(config, count) ?? refusedByExposure(config, env),
    preparation: 'left',
  })

  const metrics: WorkerMetrics = createWorkerMetrics(own, async () => {
    await Promise.all(workers.answering().map((worker) => worker.askFigures()))
  })
  await billing.open(live.current.config.ledger, spending.opened()?.ledger)
  const office = await startBackOffice({ env, log, live, metrics: own, billing, spending })
  // Workers have the log file open themselves.
  const output = pino.destination({ dest: 1, sync: false, maxWrite: ATOMIC_WRITE })
  if (gateways.includes('kong')) await removeDeadSocket(listen.relay)
  const meeting = await makeMeetingFolder(listen.stateDir)
  let serving = (): readonly WorkerProcess[] => []
  const entrance = gateways.includes('envoy') ? await startEntrance(listen.extproc, () => serving()) : undefined
  const files = sharedEnvoyFiles({
    write: envoyFiles(options.envoyDir, { listen, extproc: entrance?.address ?? listen.extproc, balance: 'even' }),
    clock: systemClock,
    reads: ENVOY_READS,
    patience: () => delay(FOLLOWS_WITHIN, undefined, { ref: false }),
  })
  await files.own(live.current.config, live.current.assembled.clusters)
  const workers = startWorkers({
    count,
    log,
    fork(number) {
      const orders = {
        configPath,
        env,
        number,
        workers: count,
        gateways,
        meeting: meeting.path,
        ...(logFile !== undefined && { logFile }),
      }
      const worker = forkWorker(orders, {
        output,
        figures: (figures) => metrics.heard(worker, figures),
        envoyNeeds: (needs) => files.needs(worker.pid, needs),
      })
      return worker
    },
    served: () => entrance?.opened(),
    ended(worker) {
      metrics.gone(worker)
      files.ended(worker.pid)
    },
    clock: systemClock,
    // Only an abort makes it reject.
    wait: (ms, signal) => delay(ms, undefined, { signal }).catch(() => {}),
  })
  serving = workers.serving
  let state: 'accepting' | 'ending' = 'accepting'
  const readiness = () => workerChecks(workers, count, { name: 'accepting', ok: state === 'accepting' })
  const start = async () => {
    const relay = await workers.started
    return {
      relay,
      admin: await startAdminPort({ env, log, live, spending, keys, billing, office, metrics, readiness }),
    }
  }
  const close = async () => {
    await workers.stop(live.current.config.timeouts.drain + BEYOND_DRAIN)
    await entrance?.close()
    meeting.remove()
    await billing.close()
    await office.close()
    await spending.opened()?.ledger.close()
    await keys.opened()?.store.close()
    await new Promise((resolve) => {
      output.once('close', resolve)
      output.end()
    })
  }
  const { relay, admin } = await start().catch(async (error) => {
    await close()
    throw error
  })
  // Work that nobody waits for must not end the process, and with it all workers.
  const onRejection = (error: unknown) => log.error(errorFields(error), 'unhandled rejection')
  process.on('unhandledRejection', onRejection)
  const following = live.follow({ gateway: SETTLED, metrics: own, writeEnvoy: files.own })
  const at = {
    ...(entrance && { extproc: entrance.address }),
    ...(gateways.includes('kong') && { relay }),
  }
  log.info({ ...at, admin: admin.url, workers: count }, 'started')

  let finished = () => {}
  const stopped = new Promise<void>((resolve) => {
    finished = resolve
  })
  const drain = async () => {
    state = 'ending'
    following.stop()
    await close()
    await admin.close()
    log.info({}, 'stopped')
    await log.close()
    process.off('unhandledRejection', onRejection)
    finished()
  }
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= drain()
    return stopping
  }
  const lost = workers.lost.catch(async (error) => {
    await stop()
    throw error
  })
  return {
    adminUrl: admin.url,
    ...(at.extproc !== undefined && { extprocAddress: at.extproc }),
    ...(at.relay !== undefined && { relayAddress: at.relay }),
    done: Promise.race([stopped, lost]),
    restart: workers.restart,
    stop,
  }
}

/** Nothing is open here. */
const SETTLED = { settled: async () => {} }
const SILENT: Log = { info() {}, warn() {}, error() {}, ended() {}, close: async () => {} }
