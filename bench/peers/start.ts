import { spawn } from 'node:child_process'
import { openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Hop } from '../kong-systems.js'
import { endProcess } from '../process-end.js'
import { eventually, freePorts } from '../workspace.js'
import { findLitellm, findPortkey } from './install.js'

/** A peer that runs, and what clients have to say to it. */
export interface Peer extends Hop {
  readonly headers: Readonly<Record<string, string>>
}

const KEY = 'bench-key'

/** Portkey's gateway as npm has it, in one process; it is told the provider with every request. */
export async function startPortkey(directory: string, providerPort: number): Promise<Peer> {
  const script = await findPortkey()
  const [port = 0] = await freePorts(1)
  const headers = {
    authorization: `Bearer ${KEY}`,
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `http://127.0.0.1:${providerPort}/v1`,
  }
  const command = {
    file: process.execPath,
    args: [script, `--port=${port}`, '--headless'],
    env: { NODE_ENV: 'production' },
  }
  return start({ name: 'portkey', directory, port, headers, command })
}

/** LiteLLM's proxy with one worker, without a database and without a log of requests. */
export async function startLitellm(directory: string, providerPort: number): Promise<Peer> {
  const packages = await findLitellm()
  const [port = 0] = await freePorts(1)
  const configFile = join(directory, 'litellm.yaml')
  const parameters = { model: 'openai/gpt-4o', api_base: `http://127.0.0.1:${providerPort}/v1`, api_key: KEY }
  const settings = { telemetry: false, set_verbose: false, num_retries: 0 }
  const models = [{ model_name: 'gpt-4o', litellm_params: parameters }]
  writeFileSync(configFile, stringify({ model_list: models, litellm_settings: settings }))
  const args = [join(packages, 'bin', 'litellm'), '--config', configFile, '--host', '127.0.0.1', '--port', `${port}`]
  const env = { PYTHONPATH: packages, LITELLM_LOG: 'ERROR', LITELLM_LOCAL_MODEL_COST_MAP: 'True' }
  const command = { file: 'python3', args: [...args, '--num_workers', '1'], env }
  return start({ name: 'litellm', directory, port, headers: { authorization: `Bearer ${KEY}` }, command })
}

interface Launch {
  readonly name: string
  readonly directory: string
  readonly port: number
  readonly headers: Readonly<Record<string, string>>
  readonly command: {
    readonly file: string
    readonly args: readonly string[]
    readonly env: Readonly<Record<string, string>>
  }
}

async function start({ name, directory, port, headers, command }: Launch): Promise<Peer> {
  const logFile = join(directory, `${name}.log`)
  const log = openSync(logFile, 'a')
  const child = spawn(command.file, command.args, {
    cwd: directory,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...command.env },
  })
  const url = `http://127.0.0.1:${port}/v1/chat/completions`
  const stop = () => endProcess(child)
  try {
    const state = await eventually(`${name} is not ready (${logFile})`, 120, async () => {
      if (child.exitCode !== null) return 'ended'
      const body = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }] })
      const all = { 'content-type': 'application/json', ...headers }
      const response = await fetch(url, { method: 'POST', headers: all, body, signal: AbortSignal.timeout(5000) })
      await response.text()
      return response.ok ? 'ready' : undefined
    })
    if (state === 'ended') throw new Error(`${name} ended at its start; see ${logFile}`)
    return { url, pid: child.pid ?? 0, headers, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
