import { spawn } from 'node:child_process'
import { openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { SECRET } from './kong-calls.js'
import { endProcess } from './process-end.js'
import { hasChildren } from './process-usage.js'
import type { ProxyForm } from './proxy/proxy.js'
import { config } from './workload.js'
import { eventually, freePorts } from './workspace.js'

/** Something between the client and the provider, in a process of its own. */
export interface Hop {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

/** Starts the frozen proxy. */
export async function startProxy(form: ProxyForm, providerPort: number): Promise<Hop> {
  const file = fileURLToPath(new URL('./proxy/process.js', import.meta.url))
  const child = spawn(process.execPath, [file, form, `${providerPort}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^listening (\d+)$/.exec(line)?.[1]
    if (port !== undefined) return { url: urlOf(port), pid: child.pid ?? 0, stop: () => endProcess(child) }
  }
  throw new Error(`the ${form} proxy has ended`)
}

/** Starts `tollgate serve` as the relay of a Kong; it asks the provider itself. Its files go to `directory`. */
export async function startRelayProcess(directory: string, providerPort: number): Promise<Hop> {
  const configFile = join(directory, 'tollgate.yaml')
  writeFileSync(configFile, stringify(config(providerPort)))
  const [port = 0, adminPort = 0] = await freePorts(2)
  const logFile = join(directory, 'relay.log')
  const log = openSync(logFile, 'a')
  const main = fileURLToPath(new URL('./tollgate-process.js', import.meta.url))
  const child = spawn(process.execPath, [main, 'serve', '--config', configFile, '--gateway', 'kong'], {
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      TOLLGATE_STATE_DIR: directory,
      TOLLGATE_ADMIN_PORT: `${adminPort}`,
      TOLLGATE_RELAY_ADDRESS: `127.0.0.1:${port}`,
      TOLLGATE_EGRESS: 'direct',
      TOLLGATE_CONTEXT_SECRET: SECRET,
      TOLLGATE_WORKERS: '1',
    },
  })
  const stop = () => endProcess(child)
  try {
    const state = await eventually(`the relay is not ready (${logFile})`, 30, async () => {
      if (child.exitCode !== null) return 'ended'
      const response = await fetch(`http://127.0.0.1:${adminPort}/readyz`, { signal: AbortSignal.timeout(1000) })
      return response.ok ? 'ready' : undefined
    })
    if (state === 'ended') throw new Error(`the relay ended at its start; see ${logFile}`)
    // Work that is done elsewhere would not be counted.
    if (hasChildren(child.pid ?? 0)) throw new Error('the relay runs in more than one process')
    return { url: urlOf(port), pid: child.pid ?? 0, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Where clients send chat completions to. */
export function urlOf(port: number | string): string {
  return `http://127.0.0.1:${port}/v1/chat/completions`
}
