import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EnvoyProcess, launchEnvoy, tailOf } from '../../cli/envoy-process.js'
import { findEnvoy } from '../../cli/setup-envoy.js'
import type { JsonObject } from '../../core/json.js'
import { type Answer, httpClient } from '../relay/world.js'
import { freePort } from '../support/free-port.js'
import { untilServing } from '../support/run-stack.js'
import type { LoadClient } from './cluster-world.js'
import { type ServeChild, type ServeChildOptions, startServeChild } from './serve-child.js'

/** `tollgate serve` as a process of its own, behind a real Envoy with a provider. */
export interface EnvoyClusterWorld extends ServeChild {
  /** Where Envoy's files are. */
  readonly envoyDir: string
  /** Starts the Envoy, once Tollgate is ready. */
  startEnvoy(): Promise<void>
  /** Sends a chat request on a connection of its own. */
  chat(body?: JsonObject): Promise<Answer>
  /** A client that keeps its connections. */
  client(): LoadClient
}

export interface EnvoyClusterOptions extends ServeChildOptions {
  /** Envoy's threads. */
  readonly concurrency?: number
  /** In a directory of the test's own. */
  readonly extproc?: 'tcp' | 'unix'
}

/** Starts Tollgate; it may not be ready yet, or have ended. */
export async function startEnvoyCluster(options: EnvoyClusterOptions = {}): Promise<EnvoyClusterWorld> {
  const { concurrency = 2, extproc = 'unix', settings = {}, env = {} } = options
  const directory = await mkdtemp(join(tmpdir(), 'tollgate-envoy-'))
  const port = await freePort()
  const address = extproc === 'unix' ? `unix:${join(directory, 'x.sock')}` : `127.0.0.1:${await freePort()}`
  const ours = { TOLLGATE_PORT: String(port), TOLLGATE_EXTPROC_ADDRESS: address }
  const envoyDir = join(directory, 'envoy')
  const child = await startServeChild({ settings, env: { ...ours, ...env } }, () => ['--envoy-dir', envoyDir])
  const sender = () => {
    const client = httpClient(`127.0.0.1:${port}`)
    return {
      chat: (body: JsonObject = {}) =>
        client.send({
          body: JSON.stringify({ model: 'gpt', messages: [{ role: 'user', content: 'hi' }], ...body }),
          headers: { 'content-type': 'application/json' },
        }),
      close: client.close,
    }
  }
  let envoy: EnvoyProcess | undefined
  return {
    ...child,
    envoyDir,
    async startEnvoy() {
      const logFile = join(directory, 'envoy.log')
      envoy = launchEnvoy({
        envoyPath: await findEnvoy(),
        configFile: join(envoyDir, 'bootstrap.yaml'),
        logFile,
        args: ['--concurrency', String(concurrency)],
      })
      await untilServing(`http://127.0.0.1:${port}`, envoy.exited).catch(async (error: unknown) => {
        throw new Error(`${error}\n${await tailOf(logFile, 20)}`)
      })
    },
    async chat(body) {
      const { chat, close } = sender()
      const answer = await chat(body)
      answer.body.once('close', close)
      return answer
    },
    client: sender,
    async stop() {
      envoy?.kill()
      await envoy?.exited
      await child.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
