import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { makeGateway } from '../core/gateway.js'
import type { ProviderCluster } from '../envoy/plan.js'
import { exchangeIdOf } from '../extproc/exchange-holder.js'
import type { Check } from '../io/admin/server.js'
import { createMetrics, type Metrics } from '../io/metrics.js'
import { errorFields, type Log } from '../io/request-log.js'
import { systemClock } from '../io/system-clock.js'
import { createTurnQueue } from '../io/turn-queue.js'
import { framings } from '../llm/framing/framings.js'
import type { Rule } from '../policies/budget/rules.js'
import { type Auditing, createAuditing } from './auditing.js'
import { type Billing, createBilling } from './billing.js'
import { clientEndpoints } from './client-endpoints.js'
import { collectRarely } from './collect-rarely.js'
import { addresses, type Config, type Environment } from './configuration.js'
import type { EnvoyWorker } from './envoy-host.js'
import { keysHooks } from './keys-hooks.js'
import { createKeys, type Keys, keyCounts, keysCheck } from './keys-of-service.js'
import { accounts, createLasting } from './lasting.js'
import { type LiveConfiguration, loadConfiguration } from './live-configuration.js'
import { ownKey } from './own-key.js'
import { providerKeys } from './provider-keys.js'
import { createSpending, type Spending, type SpendingPlace } from './spending.js'
import { spendingHooks } from './spending-hooks.js'
import { auditOf, billingOf, keysFile, ownKeyFile } from './state-files.js'

export interface ServiceOptions {
  readonly configPath: string
  readonly env: Environment
  readonly gateways: readonly ('envoy' | 'kong')[]
  /** An absolute directory in which Envoy's files are kept current: `bootstrap.yaml` and what it points to. */
  readonly envoyDir?: string
  readonly log: Log
  readonly place: SpendingPlace
  /** Of several processes one tells of budgets and reloads. */
  readonly tells: 'everything' | 'what is its own'
  /** How many requests one connection of Kong's may have; any number unless said. */
  readonly requestsPerConnection?: number
  /** Of a worker process. */
  readonly number?: number
  /** Of a worker process that serves Envoy, in the place of an address and files. */
  readonly envoyWorker?: EnvoyWorker
  /** Why a configuration that is valid cannot be in force here; undefined when it can. */
  refused?(config: Config): string | undefined
  /** Awaited when everything is there and nobody is served yet. */
  readonly beforeListening?: () => Promise<void>
}

/** What serves requests in one process. */
export interface Service {
  readonly live: LiveConfiguration
  readonly spending: Spending
  readonly keys: Keys
  /** The ledger of what was spent. */
  readonly billing: Billing
  readonly metrics: Metrics
  /** The external processor's, where Envoy is served. */
  readonly extprocAddress?: string
  /** The relay's, where Kong is served. */
  readonly relayAddress?: string
  readiness(): readonly Check[]
  /** Serves a connection of Envoy's that another process has accepted; `ended` is called when it has ended. */
  takeEnvoy(connection: Socket, ended: () => void): void
  /**
   * Leaves the gateways to other processes that serve at the same address, without a failed request. Resolves when the requests of now are
   * through (at most `timeouts.drain`) and no connection is left that somebody may use, or once `signal` aborts.
   */
  retire(signal: AbortSignal): Promise<void>
  /** Lets the gateway in front find out that it should go elsewhere; requests are still served. */
  announceEnd(): Promise<void>
  /** Takes no new requests, lets running ones finish (at most `timeouts.drain`), then closes everything but the ledger. */
  finish(): Promise<void>
  /** Closes the ledger. */
  close(): Promise<void>
}

/** How long connections may take to be seen unused and ended once the requests are through, in milliseconds. */
const LAST_USE = 2_000

/** Starts what the gateways call, and follows the configuration. Throws `Failure` when it cannot start. */
export async function startService(options: ServiceOptions): Promise<Service> {
  collectRarely()
  const { configPath, env, gateways, envoyDir, envoyWorker, log, refused } = options
  const listen = addresses(env)
  const everything = options.tells === 'everything'
  const pools = providerKeys(systemClock, log)
  const metrics: Metrics = createMetrics(() => gateway.openExchanges, {
    spending: {
      rules: () => (everything ? live.current.config.rules : []),
      budgets: async () => (everything && (await spending.opened()?.ledger.list())) || [],
      storeUp: () => spending.opened()?.storeUp() ?? true,
    },
    keys: { counts: () => keyCounts(keys, systemClock) },
    pools,
    audit: { counts: () => auditing.counts() },
    ledger: () => billing.figures(),
  })
  const spending = createSpending(systemClock, options.place, spendingHooks(log, metrics))
  const keys = createKeys(systemClock, keysFile(listen), keysHooks(log, metrics))
  const credentials = accounts(systemClock, env, log)
  const pause = createTurnQueue(setImmediate)
  const auditing = createAuditing({
    clock: systemClock,
    pause,
    settings: () => live.current.config.audit,
    directory: (dir) => auditOf(listen, dir, options.number),
    log,
  })
  const billing = createBilling(systemClock, { root: billingOf(listen), number: options.number ?? 0 }, log)
  const live = await loadConfiguration({
    path: configPath,
    env,
    lasting: createLasting(systemClock, {
      ...{ spending, credentials, keys, billing, pause },
      ownKey: ownKey(ownKeyFile(listen)),
      providerKeys: pools,
      audit: auditing,
    }),
    log,
    ...(refused && { refused }),
  })
  await auditing.start()
  await billing.open(live.current.config.ledger, spending.opened()?.ledger)
  const gateway = makeGateway({
    settings: () => live.current.assembled.settings,
    endpoints: clientEndpoints,
    framings,
    clock: systemClock,
    newId: envoyWorker ? () => exchangeIdOf(envoyWorker.number, randomUUID()) : randomUUID,
    observer: {
      ...billing.observer,
      ended(outcome) {
        billing.observer.ended(outcome)
        metrics.ended(outcome)
        log.ended(outcome)
        auditing.ended(outcome)
      },
    },
  })

  const parts = { listen, gateway, metrics, log }
  // Nobody pays for the libraries of a gateway that is not there.
  const envoyHost = gateways.includes('envoy') ? await import('./envoy-host.js') : undefined
  const kongHost = gateways.includes('kong') ? await import('./kong-host.js') : undefined
  await options.beforeListening?.()
  const envoy = envoyWorker
    ? await envoyHost?.startEnvoyWorkerHost(parts, envoyWorker)
    : await envoyHost?.startEnvoyHost(parts, envoyDir)
  const kongParts = { ...parts, requestsPerConnection: options.requestsPerConnection }
  const kong = await kongHost
    ?.startKongHost(kongParts, env, () => live.current)
    .catch((error) => {
      envoy?.close()
      throw error
    })
  const writeEnvoy = async (config: Config, clusters: readonly ProviderCluster[]) =>
    (await envoy?.writeEnvoy(config, clusters)) ?? 'same'
  await writeEnvoy(live.current.config, live.current.assembled.clusters)

  // Work that nobody waits for must not end the process, and with it everybody's requests.
  const onRejection = (error: unknown) => log.error(errorFields(error), 'unhandled rejection')
  process.on('unhandledRejection', onRejection)
  const reload: Metrics['reload'] = (result) => everything && metrics.reload(result)
  const following = live.follow({ gateway, metrics: { reload }, writeEnvoy })
  let state: 'accepting' | 'ending' = 'accepting'

  const settled = async () => {
    const deadline = new AbortController()
    await Promise.race([
      gateway.settled(),
      delay(live.current.config.timeouts.drain, undefined, { signal: deadline.signal }).catch(() => {}),
    ])
    deadline.abort()
  }
  return {
    live,
    spending,
    keys,
    billing,
    metrics,
    ...(envoy?.address !== undefined && { extprocAddress: envoy.address }),
    ...(kong && { relayAddress: kong.address }),
    readiness: () => [
      configCheck(live),
      { name: 'accepting', ok: state === 'accepting' },
      ...storeCheck(spending, live.current.config.rules),
      ...keysCheck(keys, live.current.config.keys),
      ...billing.checks(),
      ...auditCheck(auditing, live.current.config),
    ],
    takeEnvoy: (connection, ended) => envoy?.take(connection, ended),
    async retire(signal) {
      const gone = kong?.retire()
      const left = envoy?.retire()
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => {})
      const through = async () => {
        // Envoy leaves when its last request is through, also when that one's exchange is another worker's.
        await Promise.all([settled(), Promise.race([left, pause(live.current.config.timeouts.drain)])])
        await Promise.race([gone, pause(LAST_USE)])
      }
      if (!signal.aborted) await Promise.race([through(), aborted])
    },
    async announceEnd() {
      state = 'ending'
      following.stop()
      await kong?.drain()
    },
    async finish() {
      state = 'ending'
      following.stop()
      gateway.close()
      await settled()
      credentials.close()
      envoy?.close()
      await kong?.close()
      log.info({ open: gateway.openExchanges }, 'stopped')
    },
    async close() {
      await billing.close()
      await auditing.close()
      await pools.close()
      await spending.opened()?.ledger.close()
      await keys.opened()?.store.close()
      process.off('unhandledRejection', onRejection)
    },
  }
}

function configCheck({ rejected }: LiveConfiguration): Check {
  if (rejected === undefined) return { name: 'config', ok: true }
  const detail = `the file has problems, the version before it is running: ${rejected}`
  return { name: 'config', ok: true, detail }
}

/** Records that cannot be written make a Tollgate unready only where it refuses requests for them. */
function auditCheck(auditing: Auditing, { audit }: Config): readonly Check[] {
  if (audit === undefined) return []
  if (auditing.isWriting()) return [{ name: 'audit', ok: true }]
  return [{ name: 'audit', ok: audit.onFull === 'admit', detail: 'records of requests cannot be written' }]
}

/** A store that does not answer makes a Tollgate unready only where it would refuse requests for it. */
function storeCheck(spending: Spending, rules: readonly Rule[]): readonly Check[] {
  const opened = spending.opened()
  if (!opened) return []
  const needed = rules.some(({ onStoreDown }) => onStoreDown === 'refuse')
  if (opened.storeUp()) return [{ name: 'store', ok: true }]
  return [{ name: 'store', ok: !needed, detail: 'the store of budgets and limits does not answer' }]
}
