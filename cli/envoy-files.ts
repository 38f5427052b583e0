import type { ProviderCluster } from '../envoy/plan.js'
import { renderFiles } from '../envoy/render.js'
import { writeChanged } from '../io/write-files.js'
import { envoyPlan } from './assemble.js'
import type { Addresses, Config } from './configuration.js'

/** Brings Envoy's files, where there are any, to a configuration. */
export type WriteEnvoy = (config: Config, clusters: readonly ProviderCluster[]) => Promise<'changed' | 'same'>

/** Keeps the files of an Envoy in `directory`, absolute, that calls Tollgate at the address `extproc`. */
export function envoyFiles(directory: string | undefined, listen: Addresses, extproc: string): WriteEnvoy {
  if (directory === undefined) return async () => 'same'
  const placement = { listener: { address: listen.bind, port: listen.port }, extproc }
  return (config, clusters) => writeChanged(directory, renderFiles(envoyPlan(config, clusters, placement), directory))
}
