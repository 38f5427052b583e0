import { addresses } from './configuration.js'
import { giveBackMemory } from './give-back.js'
import { checkPortVariables, checkServerFree } from './ports.js'
import { say } from './progress.js'
import type { ServeOptions } from './serve.js'
import { serveBy, workersFor } from './serve-by.js'
import { takeStopSignals } from './stop-signals.js'

/**
 * `tollgate serve`: runs Tollgate alone until a signal comes, then drains; with several worker processes SIGHUP restarts them.
 * Returns the exit code.
 */
export async function runServer(options: ServeOptions): Promise<number> {
  checkPortVariables(options.env)
  await checkServerFree(addresses(options.env), options.gateways)
  let restart: (() => Promise<void>) | undefined
  const workers = workersFor(options)
  // To a program in a terminal SIGHUP says that the terminal has gone.
  const hangUp = workers > 1 && !process.stdin.isTTY ? () => void restart?.() : undefined
  const signals = takeStopSignals(() => process.exit(130), hangUp && { hangUp })
  const running = await serveBy(workers, { ...options, beforeListening: giveBackMemory })
  restart = running.restart
  const by = workers === 1 ? '' : ` by ${workers} processes`
  const extproc = running.extprocAddress === undefined ? '' : `ext_proc on ${running.extprocAddress}${by}, `
  const relay = running.relayAddress === undefined ? '' : `relay on ${running.relayAddress}${by}, `
  say(`serving: ${extproc}${relay}health and metrics on ${running.adminUrl}`)
  const end = await Promise.race([signals.first, running.done.then(() => 'done' as const)])
  if (end === 'done') return 1
  say('draining: running requests finish first (again does not wait)')
  await running.stop()
  signals.release()
  return 0
}
