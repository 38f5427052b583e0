import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { eventually } from '../eventually.js'
import type { RelayOrders } from './relay-main.js'

/** How a relay's process is started. */
export interface RelayProcessOptions {
  readonly configPath: string
  readonly address: string
  readonly adminPort: number
  readonly egress: string
  readonly secret: string
  readonly stateDir: string
  /** How far its clock is ahead, in milliseconds; 0 by default. */
  readonly clockAhead?: number
}

/** A log line about one request. */
export interface RequestLine {
  readonly request: string
  readonly how: string
  readonly status: number
  readonly code?: string
  readonly attempts: readonly { readonly target: string; readonly outcome: string }[]
}

/** A relay in a process of its own, with `tollgate serve` in it. */
export interface RelayProcess {
  readonly address: string
  readonly adminUrl: string
  /** When it was ready; in milliseconds since the epoch, by this process's clock. */
  readonly startedAt: number
  /** The requests that it has told of; its log is late by a quarter of a second at most. */
  requests(): readonly RequestLine[]
  /** Whether it has ended. */
  isGone(): boolean
  /** SIGKILL, and waits until it is gone; nothing if it is. */
  kill(): Promise<void>
  /** SIGTERM; resolves with the exit code once it has drained and ended. */
  drain(): Promise<unknown>
}

const ENTRY = fileURLToPath(new URL('./relay-main.js', import.meta.url))
const READY_MS = 20_000

/** Starts a relay and waits until it is ready. */
export async function startRelayProcess(options: RelayProcessOptions): Promise<RelayProcess> {
  const { configPath, address, adminPort, egress, secret, stateDir, clockAhead = 0 } = options
  const orders: RelayOrders = { configPath, clockAhead }
  const child = spawn(process.execPath, [ENTRY, JSON.stringify(orders)], {
    env: {
      ...process.env,
      TOLLGATE_RELAY_ADDRESS: address,
      TOLLGATE_EGRESS: egress,
      TOLLGATE_CONTEXT_SECRET: secret,
      TOLLGATE_ADMIN_PORT: String(adminPort),
      TOLLGATE_STATE_DIR: stateDir,
      // Several would be processes of their own, with the machine's clock.
      TOLLGATE_WORKERS: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const log = linesOf(child)
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  const adminUrl = `http://127.0.0.1:${adminPort}`
  await eventually(
    'the relay is ready',
    async () => {
      if (child.exitCode !== null) throw new Error(`the relay ended with ${child.exitCode}: ${log.complaints()}`)
      return (await fetch(`${adminUrl}/readyz`).catch(() => undefined))?.ok
    },
    READY_MS,
  ).catch(async (error: unknown) => {
    await kill()
    throw error
  })
  return {
    address,
    adminUrl,
    startedAt: Date.now(),
    requests: log.requests,
    isGone: () => child.exitCode !== null || child.signalCode !== null,
    kill,
    async drain() {
      child.kill('SIGTERM')
      const [code] = await exited
      return code
    },
  }
}

function linesOf(child: ChildProcess) {
  const requests: RequestLine[] = []
  let tail = ''
  let complaints = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (tail + chunk).split('\n')
    tail = parts.pop() ?? ''
    for (const line of parts) {
      const read = JSON.parse(line) as RequestLine & { readonly msg: string }
      if (read.msg === 'request') requests.push(read)
    }
  })
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk
  })
  return { requests: () => requests, complaints: () => complaints }
}
