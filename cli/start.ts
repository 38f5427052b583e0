import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startDemoAnthropic } from '../demo/anthropic.js'
import { startDemoOpenai } from '../demo/openai.js'
import { livePace } from '../demo/pace.js'
import { demoConfig, vendorConfig, vendorsFrom } from './builtin-config.js'
import { findingsIn } from './check.js'
import { type Cleanup, createCleanup } from './cleanup.js'
import { addresses, type Environment } from './configuration.js'
import { type EnvoyExit, launchEnvoy, tailOf } from './envoy-process.js'
import { Failure } from './failure.js'
import { checkListenerFree, checkPortVariables, checkServerFree, urlOf } from './ports.js'
import { say } from './progress.js'
import { projectRoot } from './project-root.js'
import { makeRunFolder } from './run-folder.js'
import { serveBy, workersFor } from './serve-by.js'
import { findEnvoy } from './setup-envoy.js'
import { takeStopSignals } from './stop-signals.js'
import { type Ready, waitReady } from './wait-ready.js'
import { welcome } from './welcome.js'

/** What `tollgate start` runs with; without a path the configuration is built in. */
export interface StartOptions {
  readonly configPath: string | undefined
  readonly env: Environment
}

const READY_MS = 30_000

/**
 * Runs the whole path until a signal comes: Tollgate, Envoy and, without a file and without keys, the demo providers.
 * Returns the exit code; throws `Failure` when something is missing, taken or dies.
 */
export async function start(options: StartOptions): Promise<number> {
  const { configPath, env } = options
  checkPortVariables(env)
  const listens = addresses(env)
  if (configPath !== undefined) await requireValid(configPath, env)
  await checkListenerFree(listens)
  await checkServerFree(listens)
  const cache = join(projectRoot(), '.tollgate')
  const envoyPath = await findEnvoy({ env, cache })

  const cleanup = createCleanup()
  const signals = takeStopSignals(() => {
    cleanup.force()
    process.exit(130)
  })
  try {
    const folder = await makeRunFolder(cache)
    cleanup.add(folder.remove, folder.remove)
    const { path, serving } = await configure(options, folder.path, cleanup)

    const toServe = { configPath: path, env, envoyDir: folder.path }
    const running = await serveBy(workersFor(toServe), toServe)
    cleanup.add(running.stop)
    const logFile = join(folder.path, 'envoy.log')
    const envoy = launchEnvoy({ envoyPath, configFile: join(folder.path, 'bootstrap.yaml'), logFile })
    cleanup.add(envoy.stop, envoy.kill)
    // Asked for again, so that it comes first: running requests finish only while Envoy carries them.
    cleanup.add(running.stop)

    const apiUrl = urlOf(listens.bind, listens.port)
    const greet = (ready: Ready) => console.log(welcome({ serving, apiUrl, adminUrl: running.adminUrl, ready }))
    const ended = new AbortController()
    const end = await Promise.race([
      signals.first.then(() => 'signal' as const),
      envoy.exited,
      running.done.then(() => 'done' as const),
      whenReady(`${apiUrl}/v1/models`, greet, ended.signal),
    ])
    ended.abort()
    if (end === 'signal') {
      say('stopping: running requests finish first (Ctrl-C again does not wait)')
      return 0
    }
    if (end === 'done') throw new Failure('Tollgate stopped by itself; its last log lines say why')
    throw new Failure(await lastWords(end, envoyPath, logFile))
  } finally {
    await cleanup.run()
    signals.release()
  }
}

async function requireValid(configPath: string, env: Environment): Promise<void> {
  const { problems } = await findingsIn(configPath, env)
  if (problems.length > 0) throw new Failure(`the configuration cannot be used:\n${problems.join('\n')}`)
}

/** The configuration to serve and what to call it; demo providers are started where nothing else is configured. */
async function configure(
  { configPath, env }: StartOptions,
  folder: string,
  cleanup: Cleanup,
): Promise<{ readonly path: string; readonly serving: string }> {
  if (configPath !== undefined) return { path: configPath, serving: configPath }
  const path = join(folder, 'tollgate.yaml')
  const vendors = vendorsFrom(env)
  if (vendors.length > 0) {
    await writeFile(path, vendorConfig(vendors))
    return { path, serving: `${vendors.join(' and ')}, with the keys in the environment` }
  }
  const openai = await startDemoOpenai({ pace: livePace })
  cleanup.add(openai.close)
  const anthropic = await startDemoAnthropic({ pace: livePace })
  cleanup.add(anthropic.close)
  await writeFile(path, demoConfig({ openai: openai.url, anthropic: anthropic.url }))
  return { path, serving: 'two demo providers (set OPENAI_API_KEY or ANTHROPIC_API_KEY for the real ones)' }
}

/** Greets once the listener answers, and never resolves; rejects when it does not answer in time. */
async function whenReady(url: string, greet: (ready: Ready) => void, ended: AbortSignal): Promise<never> {
  const ready = await waitReady(url, READY_MS, ended)
  if (ready === undefined && !ended.aborted) {
    throw new Failure(`Envoy runs but ${url} did not answer within ${READY_MS / 1000} s`)
  }
  if (ready !== undefined) greet(ready)
  return new Promise(() => undefined)
}

async function lastWords({ code, signal }: EnvoyExit, envoyPath: string, logFile: string): Promise<string> {
  const tail = await tailOf(logFile, 12)
  const how = signal === null ? `exit code ${code}` : signal
  return `Envoy (${envoyPath}) ended by itself (${how})${tail === '' ? '' : `; the end of its log:\n${tail}`}`
}
