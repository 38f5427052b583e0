import { spawn } from 'node:child_process'
import { openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { launchEnvoy } from '../cli/envoy-process.js'
import type { JsonObject } from '../core/json.js'
import { ALIVE_ARGS, ALIVE_FILE, aliveBytes } from './alive.js'
import { adjustBootstrap, type GracefulClose } from './bootstrap.js'
import { endProcess } from './process-end.js'
import { envoyReady, type Stack, type StackSetup, workerArgs } from './stacks.js'
import { eventually, freePorts } from './workspace.js'

/** How a Tollgate is run beside its Envoy. */
export interface TollgateSetup extends StackSetup {
  /** Contents of the configuration file. */
  readonly config: JsonObject
  /** The node binary that Tollgate runs on; this process's own when absent. */
  readonly nodePath?: string
  readonly gracefulClose: GracefulClose
  /** Options of node itself. */
  readonly nodeArgs?: readonly string[]
  /** Whether `aliveBytes` is going to be asked; it takes code in the process that others are measured without. */
  readonly alive?: 'told'
  /** Worker processes; one process without workers when absent. */
  readonly processes?: number
}

/** Node's options, and variables of its environment, as `npm start` and the image have them. */
export const AS_STARTED = { options: ['--max-semi-space-size=32'], environment: { MALLOC_ARENA_MAX: '1' } }

/** A Tollgate with its Envoy. Replacing `configFile` reloads it. */
export interface TollgateStack extends Stack {
  readonly processorPid: number
  readonly configFile: string
  /** Milliseconds from the start of the process until it was ready. */
  readonly readyMs: number
  /** How many bytes the process keeps alive, if it was started for it. All garbage is collected, which takes it some tenths of a second. */
  aliveBytes(): Promise<number>
  /** The value of a gauge or counter without labels on `/metrics`; throws when it is not there. */
  metric(name: string): Promise<number>
  /** Whether the Tollgate process still runs. */
  isRunning(): boolean
}

/** Starts `tollgate serve` as a child process and an Envoy on the bootstrap that it renders; both are ready on return. */
export async function startTollgate(setup: TollgateSetup): Promise<TollgateStack> {
  const { directory, nodePath = process.execPath } = setup
  const configFile = join(directory, 'tollgate.yaml')
  writeFileSync(configFile, stringify(setup.config))
  const [port = 0, adminPort = 0, extProcPort = 0, envoyAdminPort = 0] = await freePorts(4)
  const admin = `http://127.0.0.1:${adminPort}`

  const logFile = join(directory, 'tollgate.log')
  const aliveFile = join(directory, 'alive')
  const log = openSync(logFile, 'a')
  const main = fileURLToPath(new URL('./tollgate-process.js', import.meta.url))
  const command = [
    ...AS_STARTED.options,
    ...(setup.nodeArgs ?? []),
    ...(setup.alive === undefined ? [] : ALIVE_ARGS),
    main,
    'serve',
    '--config',
    configFile,
    '--envoy-dir',
    directory,
  ]
  const begin = performance.now()
  const child = spawn(nodePath, command, {
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      ...AS_STARTED.environment,
      // Unless it is asked for, what other processes did would not be counted.
      TOLLGATE_WORKERS: `${setup.processes ?? 1}`,
      TOLLGATE_PORT: `${port}`,
      TOLLGATE_STATE_DIR: directory,
      TOLLGATE_ADMIN_PORT: `${adminPort}`,
      TOLLGATE_EXTPROC_ADDRESS: `127.0.0.1:${extProcPort}`,
      [ALIVE_FILE]: aliveFile,
    },
  })
  let running = true
  child.once('exit', () => {
    running = false
  })

  try {
    await eventually(`Tollgate is not ready (${logFile})`, 30, async () => {
      if (!running) return 'ended'
      const response = await fetch(`${admin}/readyz`, { signal: AbortSignal.timeout(1000) })
      return response.ok ? 'ready' : undefined
    })
    const readyMs = performance.now() - begin
    if (!running) throw new Error(`Tollgate ended at its start; see ${logFile}`)
    const envoyConfig = join(directory, 'bench-bootstrap.yaml')
    const rendered = await eventually('no bootstrap.yaml from Tollgate', 10, async () =>
      readFileSync(join(directory, 'bootstrap.yaml'), 'utf8'),
    )
    writeFileSync(envoyConfig, adjustBootstrap(rendered, envoyAdminPort, setup.gracefulClose))
    const envoy = launchEnvoy({
      envoyPath: setup.envoyPath,
      configFile: envoyConfig,
      logFile: join(directory, 'tollgate-envoy.log'),
      args: workerArgs(setup),
    })
    const envoyAdmin = `http://127.0.0.1:${envoyAdminPort}`
    await envoyReady(envoyAdmin)
    return {
      url: `http://127.0.0.1:${port}/v1/chat/completions`,
      envoyPid: envoy.pid,
      envoyAdmin,
      processorPid: child.pid ?? 0,
      configFile,
      readyMs,
      aliveBytes: () => aliveBytes(child.pid ?? 0, aliveFile),
      metric: async (name) => {
        const response = await fetch(`${admin}/metrics`, { signal: AbortSignal.timeout(5000) })
        return metricValue(await response.text(), name)
      },
      isRunning: () => running,
      stop: async () => {
        await envoy.stop()
        await endProcess(child)
      },
    }
  } catch (error) {
    await endProcess(child)
    throw error
  }
}

/** Reads an unlabelled sample from Prometheus's text format; throws when it is not there. */
export function metricValue(text: string, name: string): number {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `))
  if (line === undefined) throw new Error(`no metric ${name}`)
  return Number(line.slice(name.length + 1))
}
