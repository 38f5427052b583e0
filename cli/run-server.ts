import { addresses, readConfiguration } from './configuration.js'
import { giveBackMemory } from './give-back.js'
import { checkPortVariables, checkServerFree } from './ports.js'
import { say } from './progress.js'
import { type ServeOptions, type Serving, serve } from './serve.js'
import type { ServingWorkers } from './serve-workers.js'
import { takeStopSignals } from './stop-signals.js'
import { workerCount } from './worker-count.js'

/**
 * `tollgate serve`: runs Tollgate alone until a signal comes, then drains; with several worker processes SIGHUP restarts them.
 * Returns the exit code.
 */
export async function runServer(options: ServeOptions): Promise<number> {
  checkPortVariables(options.env)
  await checkServerFree(addresses(options.env), options.gateways)
  const workers = workersFor(options)
  let restart: (() => Promise<void>) | undefined
  // To a program in a terminal SIGHUP says that the terminal has gone.
  const hangUp = workers > 1 && !process.stdin.isTTY ? () => void restart?.() : undefined
  const signals = takeStopSignals(() => process.exit(130), hangUp && { hangUp })
  let running: Serving | ServingWorkers
  if (workers === 1) running = await serve({ ...options, beforeListening: giveBackMemory })
  else {
    const { serveWorkers } = await import('./serve-workers.js')
    const started = await serveWorkers(options, workers)
    restart = started.restart
    running = started
  }
  const extproc = running.extprocAddress === undefined ? '' : `ext_proc on ${running.extprocAddress}, `
  const by = workers === 1 ? '' : ` by ${workers} processes`
  const relay = running.relayAddress === undefined ? '' : `relay on ${running.relayAddress}${by}, `
  say(`serving: ${extproc}${relay}health and metrics on ${running.adminUrl}`)
  const end = await Promise.race([signals.first, running.done.then(() => 'done' as const)])
  if (end === 'done') return 1
  say('draining: running requests finish first (again does not wait)')
  await running.stop()
  signals.release()
  return 0
}

/** One for a configuration that cannot be used: whoever serves it says why. */
function workersFor({ configPath, env, gateways = ['envoy'] }: ServeOptions): number {
  const read = readConfiguration(configPath, env)
  return read.ok ? workerCount(env, gateways, read.config) : 1
}
