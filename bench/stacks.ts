import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { launchEnvoy } from '../cli/envoy-process.js'
import { type NoopEnvoy, noopBootstrap } from './noop/envoy.js'
import { endProcess } from './process-end.js'
import { eventually, freePorts } from './workspace.js'

/** One Envoy that the client can be pointed at, with what stands behind it. */
export interface Stack {
  readonly url: string
  readonly envoyPid: number
  readonly envoyAdmin: string
  /** The external processor; absent behind a bare Envoy. */
  readonly processorPid?: number
  /** How many bytes that keeps alive, where it can tell. */
  aliveBytes?(): Promise<number>
  stop(): Promise<void>
}

/** Where a stack keeps its files, which Envoy it runs, and the provider behind it. */
export interface StackSetup {
  readonly envoyPath: string
  readonly directory: string
  readonly providerPort: number
  /** Envoy's worker threads; its own default when absent. */
  readonly workers?: number
}

/** Envoy alone: route to the provider, nothing in between. */
export async function startBare(setup: StackSetup): Promise<Stack> {
  return startBaseline(setup, 'bare', {})
}

/** Envoy with a frozen no-op processor: at both levels, as Tollgate's topology has them, or at the router level alone. */
export async function startNoop(
  setup: StackSetup,
  levels: NoopLevels = 'router and upstream',
): Promise<Stack & { readonly processorPid: number }> {
  const processor = await startProcessor(levels)
  const name = levels === 'router' ? 'noop-one' : 'noop'
  const stack = await startBaseline(setup, name, { processorPort: processor.port, levels })
  return {
    ...stack,
    processorPid: processor.pid,
    stop: async () => {
      await stack.stop()
      await processor.stop()
    },
  }
}

/** `--concurrency` for Envoy's command line. */
export function workerArgs(setup: StackSetup): readonly string[] {
  return setup.workers === undefined ? [] : ['--concurrency', `${setup.workers}`]
}

type NoopLevels = NonNullable<NoopEnvoy['levels']>

async function startBaseline(
  setup: StackSetup,
  name: string,
  processor: Pick<NoopEnvoy, 'processorPort' | 'levels'>,
): Promise<Stack> {
  const [listenPort = 0, adminPort = 0] = await freePorts(2)
  const configFile = join(setup.directory, `${name}.json`)
  const bootstrap = noopBootstrap({
    listenPort,
    adminPort,
    providerPort: setup.providerPort,
    ...processor,
  })
  writeFileSync(configFile, JSON.stringify(bootstrap, undefined, 2))
  const envoy = launchEnvoy({
    envoyPath: setup.envoyPath,
    configFile,
    logFile: join(setup.directory, `${name}-envoy.log`),
    args: workerArgs(setup),
  })
  const envoyAdmin = `http://127.0.0.1:${adminPort}`
  await envoyReady(envoyAdmin)
  return {
    url: `http://127.0.0.1:${listenPort}/v1/chat/completions`,
    envoyPid: envoy.pid,
    envoyAdmin,
    stop: async () => {
      await envoy.stop()
    },
  }
}

/** Waits until Envoy's admin listener says that it serves. */
export async function envoyReady(envoyAdmin: string): Promise<void> {
  await eventually('Envoy is not ready', 20, async () => {
    const response = await fetch(`${envoyAdmin}/ready`, { signal: AbortSignal.timeout(1000) })
    return response.ok ? true : undefined
  })
}

async function startProcessor(levels: NoopLevels) {
  const one = new URL('./noop/one-level.js', import.meta.url)
  const two = new URL('./noop/processor.js', import.meta.url)
  const file = fileURLToPath(levels === 'router' ? one : two)
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^listening (\d+)$/.exec(line)?.[1]
    if (port === undefined) continue
    // Unread, the counts that it prints at its end would keep it from ending.
    child.stdout.resume()
    return { port: Number(port), pid: child.pid ?? 0, stop: () => endProcess(child) }
  }
  throw new Error('the no-op processor has ended')
}
