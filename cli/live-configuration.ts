import { setTimeout as delay } from 'node:timers/promises'
import type { Gateway } from '../core/gateway.js'
import type { ProviderCluster } from '../envoy/plan.js'
import { formatProblem, type ParsedConfig } from '../io/config.js'
import type { Metrics } from '../io/metrics.js'
import type { Log } from '../io/request-log.js'
import { watchFiles } from '../io/watch.js'
import { type Assembled, assemble } from './assemble.js'
import { type Config, type Environment, readConfiguration } from './configuration.js'
import type { WriteEnvoy } from './envoy-files.js'
import { asFailure, Failure } from './failure.js'
import { accountsIn, prepareGuards } from './guards.js'
import type { Lasting } from './lasting.js'
import { loadForRequests } from './prepare.js'
import { poolsIn } from './provider-keys.js'
import { asideReader } from './read-aside.js'

/** The configuration in force. */
export interface LiveConfiguration {
  readonly current: Generation
  /** Why the file as it stands now is not in force. */
  readonly rejected: string | undefined
  /** Follows changes of the file from now on. */
  follow(options: FollowOptions): { stop(): void }
}

export interface FollowOptions {
  readonly gateway: Pick<Gateway, 'settled'>
  readonly metrics: Pick<Metrics, 'reload'>
  /** Brings Envoy's files to this configuration and these clusters. */
  readonly writeEnvoy: WriteEnvoy
}

/** A configuration put together. */
export interface Generation {
  readonly config: Config
  readonly assembled: Assembled
}

/** What Envoy takes to read new files, in milliseconds; requests are sent to new endpoints only after it. */
export const ENVOY_READS = 200

/** How long after the first requests may come the first change is prepared for, in milliseconds: what starts at the same time goes first. */
const PREPARES = 2000

export interface Loading {
  readonly path: string
  readonly env: Environment
  readonly lasting: Lasting
  readonly log: Log
  /** Why a configuration that is valid cannot be in force here; undefined when it can. */
  refused?(config: Config): string | undefined
  /** Whether code that requests need is loaded, and tokens of its accounts are fetched, ahead of them; they are unless said. */
  readonly preparation?: 'done' | 'left'
}

/** Loads the configuration. Throws `Failure` with one line per problem when it is not valid. */
export async function loadConfiguration(loading: Loading): Promise<LiveConfiguration> {
  const { log } = loading
  const reader = asideReader(loading.path, loading.env)
  const read = usable(readConfiguration(loading.path, loading.env), loading)
  if (!read.ok) throw new Failure(read.problems.join('\n'))
  let files = read.files
  let current = await build(read.config, loading)
  const prepareAccounts = () => {
    if (loading.preparation === 'left') return
    const { credentials, providerKeys, spending } = loading.lasting
    const { config } = current
    credentials.adopt(accountsIn(config))
    providerKeys.adopt(poolsIn(config), () => spending.ledger(config.store))
  }
  prepareAccounts()
  let rejected: string | undefined
  tellWarnings(current, log)

  const reload = async ({ writeEnvoy }: FollowOptions): Promise<'ok' | 'rejected'> => {
    const read = usable(await reader.read(), loading)
    files = read.files
    if (!read.ok) {
      const { problems } = read
      rejected = problems.join('\n')
      log.error({ problems }, 'the changed configuration is not valid; the one before keeps running')
      return 'rejected'
    }
    const before = current
    const next = await build(read.config, loading).catch(asFailure)
    if (next instanceof Failure) {
      rejected = next.message
      log.error({ problems: [next.message] }, 'the changed configuration cannot be run; the one before keeps running')
      return 'rejected'
    }
    // Requests admitted under the configuration before may still fall back to its endpoints.
    const wrote = await writeEnvoy(next.config, union(next.assembled.clusters, before.assembled.clusters))
    if (wrote === 'changed') await delay(ENVOY_READS)
    current = next
    prepareAccounts()
    rejected = undefined
    tellWarnings(next, log)
    log.info({ models: next.config.models.size }, 'configuration reloaded')
    return 'ok'
  }

  return {
    get current() {
      return current
    },
    get rejected() {
      return rejected
    },
    follow(options) {
      // One thing at a time: two writers of the same files would trip over each other.
      let running: Promise<unknown> = Promise.resolve()
      const afterwards = (work: () => Promise<unknown>) => {
        running = running.then(work).catch((error: unknown) => {
          options.metrics.reload('rejected')
          log.error({ error: String(error) }, 'the reload failed; the configuration before keeps running')
        })
      }
      const changed = () =>
        afterwards(async () => {
          const result = await reload(options)
          options.metrics.reload(result)
          watch.update(files)
          if (result === 'ok') forgetOldClusters(current)
        })
      const watch = watchFiles(files, changed, { noticed: reader.expect })
      const prepare = setTimeout(reader.prepare, PREPARES).unref()
      /** Endpoints of older configurations leave Envoy once no request that began under them is left. */
      const forgetOldClusters = (generation: Generation) => {
        void options.gateway.settled().then(() =>
          afterwards(async () => {
            if (current === generation) await options.writeEnvoy(generation.config, generation.assembled.clusters)
          }),
        )
      }
      return {
        stop() {
          clearTimeout(prepare)
          watch.stop()
        },
      }
    },
  }
}

/** `files` are those whose change may change the result. */
type Usable = { readonly files: readonly string[] } & (
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] }
)

function usable(read: ParsedConfig, { path, refused }: Loading): Usable {
  const files = [path, ...read.files]
  if (!read.ok) return { ok: false, files, problems: read.problems.map((problem) => formatProblem(path, problem)) }
  const reason = refused?.(read.config)
  return reason === undefined
    ? { ok: true, files, config: read.config }
    : { ok: false, files, problems: [`${path}: ${reason}`] }
}

async function build(config: Config, { lasting, preparation }: Loading): Promise<Generation> {
  if (preparation !== 'left') await loadForRequests(config)
  return { config, assembled: assemble(config, lasting, await prepareGuards(config, lasting)) }
}

function tellWarnings({ assembled }: Generation, log: Log): void {
  for (const warning of assembled.warnings) log.warn({}, warning)
}

function union(next: readonly ProviderCluster[], before: readonly ProviderCluster[]): readonly ProviderCluster[] {
  const names = new Set(next.map(({ name }) => name))
  return [...next, ...before.filter(({ name }) => !names.has(name))]
}
