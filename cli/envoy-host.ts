import type { Gateway } from '../core/gateway.js'
import type { ProviderCluster } from '../envoy/plan.js'
import { renderFiles } from '../envoy/render.js'
import { startExtProc } from '../extproc/server.js'
import { decompressor } from '../io/decompress.js'
import type { Metrics } from '../io/metrics.js'
import { errorFields, type Log } from '../io/request-log.js'
import { writeChanged } from '../io/write-files.js'
import { envoyPlan } from './assemble.js'
import type { Addresses, Config } from './configuration.js'
import { Failure, reasonOf } from './failure.js'

/** What a host adapter is started with. */
export interface HostParts {
  readonly listen: Addresses
  readonly gateway: Gateway
  readonly metrics: Metrics
  readonly log: Log
}

export interface EnvoyHost {
  readonly address: string
  /** Brings Envoy's files, where there are any, to a configuration. */
  writeEnvoy(config: Config, clusters: readonly ProviderCluster[]): Promise<'changed' | 'same'>
  close(): void
}

/** Starts the external processor; `envoyDir` is an absolute directory in which Envoy's files are kept current. */
export async function startEnvoyHost(
  { listen, gateway, metrics, log }: HostParts,
  envoyDir: string | undefined,
): Promise<EnvoyHost> {
  const extproc = await startExtProc({
    address: listen.extproc,
    gateway,
    unpack: decompressor,
    unknownExchange: metrics.unknownExchange,
    broken: (error) => log.error(errorFields(error), 'a stream broke'),
  }).catch((error) => {
    throw new Failure(
      `cannot listen on ${listen.extproc} (${reasonOf(error)}): set TOLLGATE_EXTPROC_ADDRESS to another`,
    )
  })
  return {
    address: extproc.address,
    async writeEnvoy(config, clusters) {
      if (envoyDir === undefined) return 'same'
      const placement = { listener: { address: listen.bind, port: listen.port }, extproc: extproc.address }
      return writeChanged(envoyDir, renderFiles(envoyPlan(config, clusters, placement), envoyDir))
    },
    close: extproc.close,
  }
}
