import { readConfiguration } from './configuration.js'
import { type ServeOptions, type Serving, serve } from './serve.js'
import type { ServingWorkers } from './serve-workers.js'
import { isServedByOne, workerCount } from './worker-count.js'

/** In how many processes these options are served; one for a configuration that cannot be used: whoever serves it says why. */
export function workersFor({ configPath, env, gateways = ['envoy'] }: ServeOptions): number {
  if (isServedByOne(env, gateways)) return 1
  const read = readConfiguration(configPath, env)
  return read.ok ? workerCount(env, gateways, read.config) : 1
}

/** Serves in so many worker processes, or in this one. Throws `Failure` when it cannot start. */
export async function serveBy(workers: number, options: ServeOptions): Promise<Serving & Partial<ServingWorkers>> {
  if (workers === 1) return serve(options)
  const { serveWorkers } = await import('./serve-workers.js')
  return serveWorkers(options, workers)
}
