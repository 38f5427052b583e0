import { addresses } from './configuration.js'
import { checkPortVariables, checkServerFree } from './ports.js'
import { say } from './progress.js'
import { type ServeOptions, serve } from './serve.js'
import { takeStopSignals } from './stop-signals.js'

/** `tollgate serve`: runs Tollgate alone until a signal comes, then drains. Returns the exit code. */
export async function runServer(options: ServeOptions): Promise<number> {
  checkPortVariables(options.env)
  await checkServerFree(addresses(options.env), options.gateways)
  const signals = takeStopSignals(() => process.exit(130))
  const running = await serve(options)
  const extproc = running.extprocAddress === undefined ? '' : `ext_proc on ${running.extprocAddress}, `
  const relay = running.relayAddress === undefined ? '' : `relay on ${running.relayAddress}, `
  say(`serving: ${extproc}${relay}health and metrics on ${running.adminUrl}`)
  const end = await Promise.race([signals.first, running.done.then(() => 'done' as const)])
  if (end === 'done') return 1
  say('draining: running requests finish first (again does not wait)')
  await running.stop()
  signals.release()
  return 0
}
