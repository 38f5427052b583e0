import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { makeGateway } from '../core/gateway.js'
import type { ProviderCluster } from '../envoy/plan.js'
import { type Check, startAdmin } from '../io/admin.js'
import { isLoopback } from '../io/admin-access.js'
import { adminBudgets } from '../io/admin-budgets.js'
import { createMetrics, type Metrics } from '../io/metrics.js'
import { createLog, errorFields } from '../io/request-log.js'
import { systemClock } from '../io/system-clock.js'
import { openaiChat } from '../llm/dialects/openai-chat.js'
import { framings } from '../llm/framing/framings.js'
import type { Rule } from '../policies/budget/rules.js'
import { createLasting } from './assemble.js'
import { addresses, type Config, type Environment } from './configuration.js'
import { Failure, reasonOf } from './failure.js'
import { loadConfiguration } from './live-configuration.js'
import { createSpending, type Spending } from './spending.js'

export interface ServeOptions {
  readonly configPath: string
  readonly env: Environment
  /** The gateways that it serves; Envoy unless said. */
  readonly gateways?: readonly ('envoy' | 'kong')[]
  /** An absolute directory in which Envoy's files are kept current: `bootstrap.yaml` and what it points to. */
  readonly envoyDir?: string
  /** A file for the log; standard output unless said. */
  readonly logFile?: string
}

export interface Serving {
  readonly adminUrl: string
  /** The external processor's, where Envoy is served. */
  readonly extprocAddress?: string
  /** The relay's, where Kong is served. */
  readonly relayAddress?: string
  /** Takes no new requests, lets running ones finish (at most `timeouts.drain`), then closes everything. */
  stop(): Promise<void>
  /** Resolves once `stop` is through. */
  readonly done: Promise<void>
}

/** How often the log says that a budget which only alerts is exhausted, in milliseconds. */
const ALERT_EVERY = 60_000

/** Runs Tollgate: what its gateways call, admin port, and reload of the configuration. Throws `Failure` when it cannot start. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { configPath, env, gateways = ['envoy'], envoyDir, logFile } = options
  const listen = addresses(env)
  const log = createLog(logFile)
  const metrics: Metrics = createMetrics(() => gateway.openExchanges, {
    rules: () => live.current.config.rules,
    budgets: async () => (await spending.opened()?.ledger.list()) ?? [],
    storeUp: () => spending.opened()?.storeUp() ?? true,
  })
  const alert = once(ALERT_EVERY, (budget) => log.warn({ budget }, 'a budget is exhausted; its requests still pass'))
  const journal = join(listen.stateDir, `ledger-${listen.adminPort}.jsonl`)
  const spending = createSpending(systemClock, journal, {
    exhausted: (rule, what) => {
      if (what === 'refused') metrics.refused(rule.name)
      else alert(rule.name)
    },
    failed: (error) => log.error(errorFields(error), 'the ledger could not be told'),
    dropped: (calls) => log.warn({ calls }, 'calls to the store of budgets and limits were dropped'),
    store: (state) => log.warn({ state }, 'the store of budgets and limits'),
  })
  const live = await loadConfiguration(configPath, env, createLasting(systemClock, spending), log)
  let stopping: Promise<void> | undefined

  const gateway = makeGateway({
    settings: () => live.current.assembled.settings,
    dialects: new Map([['/v1/chat/completions', openaiChat]]),
    fallbackDialect: openaiChat,
    framings,
    clock: systemClock,
    newId: randomUUID,
    observer: {
      ended(outcome) {
        metrics.ended(outcome)
        log.ended(outcome)
      },
    },
  })

  const parts = { listen, gateway, metrics, log }
  // Nobody pays for the libraries of a gateway that is not there.
  const envoy = gateways.includes('envoy')
    ? await (await import('./envoy-host.js')).startEnvoyHost(parts, envoyDir)
    : undefined
  const startKong = async () => (await import('./kong-host.js')).startKongHost(parts, env, () => live.current)
  const kong = gateways.includes('kong')
    ? await startKong().catch((error) => {
        envoy?.close()
        throw error
      })
    : undefined
  const writeEnvoy = async (config: Config, clusters: readonly ProviderCluster[]) =>
    (await envoy?.writeEnvoy(config, clusters)) ?? 'same'
  await writeEnvoy(live.current.config, live.current.assembled.clusters)

  const admin = await startAdmin({
    host: listen.bind,
    port: listen.adminPort,
    metrics,
    routes: adminBudgets({
      ledger: () => spending.opened()?.ledger,
      rules: () => live.current.config.rules,
      token: env['TOLLGATE_ADMIN_TOKEN'],
      loopback: isLoopback(listen.bind),
      reset: (fields) => log.info(fields, 'a budget was reset'),
    }),
    failed: (error) => log.error(errorFields(error), 'the admin port failed to answer'),
    readiness: () => [
      live.rejected === undefined
        ? { name: 'config', ok: true }
        : {
            name: 'config',
            ok: true,
            detail: `the file has problems, the version before it is running: ${live.rejected}`,
          },
      { name: 'accepting', ok: stopping === undefined },
      ...storeCheck(spending, live.current.config.rules),
    ],
  }).catch(async (error) => {
    envoy?.close()
    await kong?.close()
    throw new Failure(
      `cannot listen on port ${listen.adminPort} (${reasonOf(error)}): set TOLLGATE_ADMIN_PORT to another`,
    )
  })

  // Work that nobody waits for must not end the process, and with it everybody's requests.
  const onRejection = (error: unknown) => log.error(errorFields(error), 'unhandled rejection')
  process.on('unhandledRejection', onRejection)
  const following = live.follow({ gateway, metrics, writeEnvoy })
  log.info({ extproc: envoy?.address, relay: kong?.address, admin: admin.url }, 'started')

  let finished = () => {}
  const done = new Promise<void>((resolve) => {
    finished = resolve
  })
  const drain = async () => {
    following.stop()
    await kong?.drain()
    gateway.close()
    const deadline = new AbortController()
    await Promise.race([
      gateway.settled(),
      delay(live.current.config.timeouts.drain, undefined, { signal: deadline.signal }).catch(() => {}),
    ])
    deadline.abort()
    envoy?.close()
    await kong?.close()
    await admin.close()
    await spending.opened()?.ledger.close()
    log.info({ open: gateway.openExchanges }, 'stopped')
    await log.close()
    process.off('unhandledRejection', onRejection)
    finished()
  }
  return {
    adminUrl: admin.url,
    ...(envoy && { extprocAddress: envoy.address }),
    ...(kong && { relayAddress: kong.address }),
    done,
    stop() {
      stopping ??= drain()
      return stopping
    },
  }
}

/** A store that does not answer makes a Tollgate unready only where it would refuse requests for it. */
function storeCheck(spending: Spending, rules: readonly Rule[]): readonly Check[] {
  const opened = spending.opened()
  if (!opened) return []
  const needed = rules.some(({ onStoreDown }) => onStoreDown === 'refuse')
  if (opened.storeUp()) return [{ name: 'store', ok: true }]
  return [{ name: 'store', ok: !needed, detail: 'the store of budgets and limits does not answer' }]
}

/** Passes each name on at most once in `period` milliseconds. */
function once(period: number, tell: (name: string) => void): (name: string) => void {
  const told = new Map<string, number>()
  return (name) => {
    const now = systemClock.monotonic()
    if (now - (told.get(name) ?? Number.NEGATIVE_INFINITY) < period) return
    told.set(name, now)
    tell(name)
  }
}
