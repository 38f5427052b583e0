import type { ProviderCluster } from '../envoy/plan.js'
import { renderFiles } from '../envoy/render.js'
import { writeChanged } from '../io/write-files.js'
import { envoyPlan } from './assemble.js'
import type { Addresses, Config } from './configuration.js'

/** Brings Envoy's files, where there are any, to a configuration. */
export type WriteEnvoy = (config: Config, clusters: readonly ProviderCluster[]) => Promise<'changed' | 'same'>

export interface EnvoyFilesOptions {
  readonly listen: Addresses
  /** Where it calls Tollgate. */
  readonly extproc: string
  /** As `Listener.balance`. */
  readonly balance?: 'even'
}

/** Keeps the files of an Envoy in `directory`, absolute. */
export function envoyFiles(directory: string | undefined, options: EnvoyFilesOptions): WriteEnvoy {
  if (directory === undefined) return async () => 'same'
  const { listen, extproc, balance } = options
  const placement = { listener: { address: listen.bind, port: listen.port, ...(balance && { balance }) }, extproc }
  return (config, clusters) => writeChanged(directory, renderFiles(envoyPlan(config, clusters, placement), directory))
}
