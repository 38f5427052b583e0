import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { launchEnvoy } from '../cli/envoy-process.js'
import { noopBootstrap } from './noop/envoy.js'
import { endProcess } from './process-end.js'
import { eventually, freePorts } from './workspace.js'

/** One Envoy that the client can be pointed at, with what stands behind it. */
export interface Stack {
  readonly url: string
  readonly envoyPid: number
  readonly envoyAdmin: string
  /** The external processor; absent behind a bare Envoy. */
  readonly processorPid?: number
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
  return startBaseline(setup, 'bare', undefined)
}

/** Envoy with the frozen no-op processor in Tollgate's topology. */
export async function startNoop(setup: StackSetup): Promise<Stack & { counts(): Promise<NoopCounts> }> {
  const processor = await startProcessor()
  const stack = await startBaseline(setup, 'noop', processor.port)
  return {
    ...stack,
    processorPid: processor.pid,
    counts: processor.counts,
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

/** Messages and streams that the no-op processor has seen, by kind. */
export type NoopCounts = Readonly<Record<string, number>>

async function startBaseline(setup: StackSetup, name: string, processorPort: number | undefined): Promise<Stack> {
  const [listenPort = 0, adminPort = 0] = await freePorts(2)
  const configFile = join(setup.directory, `${name}.json`)
  const bootstrap = noopBootstrap({
    listenPort,
    adminPort,
    providerPort: setup.providerPort,
    ...(processorPort === undefined ? {} : { processorPort }),
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

const countsSchema = z.record(z.string(), z.number())

async function startProcessor() {
  const file = fileURLToPath(new URL('./noop/processor.js', import.meta.url))
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const nextLine = async (): Promise<string> => {
    const line = await lines.next()
    if (line.done) throw new Error('the no-op processor has ended')
    return line.value
  }
  const port = Number(/^listening (\d+)$/.exec(await nextLine())?.[1])
  return {
    port,
    pid: child.pid ?? 0,
    counts: async (): Promise<NoopCounts> => {
      child.kill('SIGUSR2')
      return countsSchema.parse(JSON.parse(await nextLine()))
    },
    stop: () => endProcess(child),
  }
}
