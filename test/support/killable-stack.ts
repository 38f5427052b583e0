import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launchEnvoy } from '../../cli/envoy-process.js'
import { findEnvoy } from '../../cli/setup-envoy.js'
import { freePort } from './free-port.js'
import { runAll, untilServing } from './run-stack.js'

const PROCESS = fileURLToPath(new URL('../cli/serve-process.js', import.meta.url))

/** A real Envoy before a Tollgate of a process of its own, which can be killed and started again. */
export interface KillableStack {
  readonly url: string
  readonly adminUrl: string
  readonly stateDir: string
  readonly env: Readonly<Record<string, string>>
  readonly configPath: string
  /** SIGKILL, or SIGTERM and waiting until it has ended. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
  /** Starts it again and waits until it serves. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Starts both. */
export async function startKillableStack(config: string): Promise<KillableStack> {
  const dir = await mkdtemp(join(tmpdir(), 'tollgate-killable-'))
  const configPath = join(dir, 'tollgate.yaml')
  await writeFile(configPath, config)
  const [port, adminPort, extproc] = [await freePort(), await freePort(), await freePort()]
  const stateDir = join(dir, 'state')
  const env = {
    TOLLGATE_PORT: String(port),
    TOLLGATE_ADMIN_PORT: String(adminPort),
    TOLLGATE_STATE_DIR: stateDir,
    TOLLGATE_EXTPROC_ADDRESS: `127.0.0.1:${extproc}`,
  }
  const url = `http://127.0.0.1:${port}`
  const adminUrl = `http://127.0.0.1:${adminPort}`
  const args = ['serve', '--config', configPath, '--envoy-dir', join(dir, 'envoy')]

  let tollgate: ChildProcess | undefined
  const launch = async () => {
    const child = spawn(process.execPath, [PROCESS, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    tollgate = child
    const gone = once(child, 'exit').then(() => {
      throw new Error('Tollgate ended while it was starting')
    })
    await Promise.race([untilReady(adminUrl), gone])
    gone.catch(() => {})
  }
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (!tollgate || tollgate.exitCode !== null || tollgate.signalCode !== null) return
    const gone = once(tollgate, 'exit')
    tollgate.kill(signal)
    await gone
  }
  const cleanUp = () => runAll([() => end('SIGKILL'), () => rm(dir, { recursive: true, force: true })])
  await launch().catch(async (error) => {
    await cleanUp()
    throw error
  })
  const envoy = launchEnvoy({
    envoyPath: await findEnvoy(),
    configFile: join(dir, 'envoy', 'bootstrap.yaml'),
    logFile: join(dir, 'envoy.log'),
    args: ['--concurrency', '1'],
  })
  await untilServing(url, envoy.exited)
  return {
    ...{ url, adminUrl, stateDir, env, configPath, end },
    async restart() {
      await launch()
      await untilServing(url, envoy.exited)
    },
    async stop() {
      envoy.kill()
      await envoy.exited
      await cleanUp()
    },
  }
}

const READY_MS = 20_000

async function untilReady(adminUrl: string): Promise<void> {
  const deadline = Date.now() + READY_MS
  while (Date.now() < deadline) {
    const answer = await fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`Tollgate is not ready within ${READY_MS} ms`)
}
