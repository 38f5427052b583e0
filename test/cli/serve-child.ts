import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isAlive } from '../../cli/process-alive.js'
import type { JsonObject } from '../../core/json.js'
import { configText } from '../conformance/world.js'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/free-port.js'
import { readMetrics, type Sample } from '../support/metrics.js'
import { type FakeProvider, startProvider } from '../support/provider.js'

const ENTRY = fileURLToPath(new URL('./serve-process.js', import.meta.url))
const READY_MS = 20_000

export interface ServeChildOptions {
  readonly settings?: JsonObject
  readonly env?: Readonly<Record<string, string>>
}

/** A line of the log. */
export interface LogLine {
  readonly msg: string
  readonly worker?: number
  readonly pid?: number
  readonly status?: number
  readonly problems?: readonly string[]
}

/** `tollgate serve` as a process of its own, with a provider for it. */
export interface ServeChild {
  readonly provider: FakeProvider
  readonly pid: number
  readonly stateDir: string
  lines(): readonly LogLine[]
  /** What it said on stderr. */
  said(): string
  /** The processes that serve now, by worker number. */
  workers(): ReadonlyMap<number, number>
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<unknown>
  signal(name: NodeJS.Signals): void
  metrics(): Promise<readonly Sample[]>
  readonly adminUrl: string
  admin(path: string): Promise<Response>
  ready(): Promise<void>
  writeConfig(settings: JsonObject): Promise<void>
  stop(): Promise<void>
}

/** Starts it with arguments that may depend on a directory of its own; it may not be ready yet, or have ended. */
export async function startServeChild(
  { settings = {}, env = {} }: ServeChildOptions,
  args: (directory: string) => readonly string[],
): Promise<ServeChild> {
  const provider = await startProvider()
  const directory = await mkdtemp(join(tmpdir(), 'tollgate-cluster-'))
  const configPath = join(directory, 'tollgate.yaml')
  const config = (more: JsonObject) =>
    configText(provider.url, { accounts: { oa: 'openai' }, models: { gpt: ['oa/gpt-4o'] }, settings: more })
  await writeFile(configPath, config(settings))
  const adminPort = await freePort()
  const stateDir = join(directory, 'state')
  const child = spawn(process.execPath, [ENTRY, 'serve', '--config', configPath, ...args(directory)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TOLLGATE_ADMIN_PORT: String(adminPort), TOLLGATE_STATE_DIR: stateDir, ...env },
  })
  const printed = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed.out += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    printed.err += chunk
  })
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  const lines = (): readonly LogLine[] =>
    printed.out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
  const admin = (path: string) => fetch(`http://127.0.0.1:${adminPort}${path}`)

  return {
    provider,
    pid: child.pid ?? 0,
    stateDir,
    lines,
    said: () => printed.err,
    workers: () => {
      const begun = lines().filter(({ msg, pid }) => msg === 'a worker process serves' && isAlive(pid ?? 0))
      return new Map(begun.map(({ worker = 0, pid = 0 }) => [worker, pid]))
    },
    ended,
    signal: (name) => void child.kill(name),
    metrics: () => readMetrics(`http://127.0.0.1:${adminPort}`),
    adminUrl: `http://127.0.0.1:${adminPort}`,
    admin,
    ready: async () => {
      await eventually(
        'all workers serve',
        async () => {
          if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${printed.err}`)
          // Log lines are late by a moment.
          if (!lines().some(({ msg }) => msg === 'started')) return false
          return (await admin('/readyz').catch(() => undefined))?.ok
        },
        READY_MS,
      )
    },
    async writeConfig(next) {
      await writeFile(`${configPath}.next`, config(next))
      await rename(`${configPath}.next`, configPath)
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
      await provider.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
