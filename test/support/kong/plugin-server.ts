import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { decode, encode } from '@msgpack/msgpack'
import { projectRoot } from '../../../cli/project-root.js'
import { eventually } from '../eventually.js'

/** A running `kong-js-pluginserver`, started as Kong starts it. */
export interface PluginServer {
  readonly pid: number
  connect(): Promise<PluginConnection>
  kill(signal: NodeJS.Signals): void
  /** Settles when the process has ended, for whatever reason. */
  readonly exited: Promise<unknown>
  /** The last of what it has written to stdout and stderr, which Kong puts into its own log. */
  log(): string
  /** Ends it and removes its socket. */
  stop(): Promise<void>
}

/** One connection of a Kong worker, with one outstanding request at a time. */
export interface PluginConnection {
  /** Rejects with `PluginRpcError` for an error that the server answers, with another error when the connection breaks. */
  call(method: string, arg: unknown): Promise<unknown>
  close(): void
}

/** The server answered a call with an error. */
export class PluginRpcError extends Error {
  override readonly name = 'PluginRpcError'
}

/** Starts the plugin server and waits until it accepts connections. */
export async function startPluginServer(options: {
  readonly pluginsDir: string
  readonly socketPath?: string
  readonly env?: Record<string, string>
}): Promise<PluginServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-kong-'))
  const socketPath = options.socketPath ?? join(folder, 'tollgate.sock')
  const args = ['-p', dirname(socketPath), '--sock-name', basename(socketPath), '-d', options.pluginsDir]
  const child = run(args, folder, options.env)
  const exited = once(child, 'exit')
  let written = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      written = (written + chunk).slice(-LONGEST_LOG)
    })
  }

  await eventually('the plugin server accepts connections', async () => {
    if (child.exitCode !== null) throw new Error(`the plugin server ended with ${child.exitCode}: ${written}`)
    const socket = await opened(socketPath).catch(() => undefined)
    socket?.destroy()
    return socket !== undefined
  })
  return {
    pid: child.pid ?? 0,
    connect: async () => connection(await opened(socketPath)),
    kill: (signal) => void child.kill(signal),
    exited,
    log: () => written,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exited
      await rm(socketPath, { force: true })
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What Kong's query command gives: the parsed stdout of `--dump-all-plugins`. Throws if stdout is not JSON. */
export async function dumpPlugins(pluginsDir: string): Promise<unknown> {
  const child = run(['-d', pluginsDir, '--dump-all-plugins'], tmpdir())
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  try {
    return JSON.parse(out)
  } catch (cause) {
    throw new Error(`stdout is not JSON: ${JSON.stringify(out)}; stderr: ${err}`, { cause })
  }
}

const LONGEST_LOG = 100_000
const fromRoot = createRequire(join(projectRoot(), 'package.json'))
const SERVER = fromRoot.resolve('kong-pdk/bin/kong-js-pluginserver')

function run(args: readonly string[], folder: string, env: Record<string, string> = {}) {
  // It loads ts-node, which would take the project's own TypeScript, where it does not find the API that it needs.
  const compiler = createRequire(SERVER).resolve('typescript')
  // Apart from the project's folder, so that ts-node finds no configuration either.
  return spawn(process.execPath, [SERVER, ...args], {
    cwd: folder,
    env: { ...process.env, TS_NODE_COMPILER: compiler, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function opened(path: string): Promise<Socket> {
  const socket = connect(path)
  await once(socket, 'connect')
  return socket
}

interface Waiting {
  readonly id: number
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

function connection(socket: Socket): PluginConnection {
  let waiting: Waiting | undefined
  let lastId = 0
  let held: readonly Buffer[] = []

  const settle = (act: (call: Waiting) => void) => {
    const call = waiting
    waiting = undefined
    if (call) act(call)
  }
  const broken = (error: Error) => settle(({ reject }) => reject(error))
  socket.on('data', (chunk) => {
    held = [...held, chunk]
    const message = whole(Buffer.concat(held))
    if (message === undefined) return
    held = []
    const [kind, id, error, result] = message
    if (kind !== 1 || id !== waiting?.id) return broken(new Error('the plugin server answered what was not asked'))
    settle(({ resolve, reject }) => {
      if (error === null || error === undefined) resolve(result)
      else reject(new PluginRpcError(String(error)))
    })
  })
  socket.on('error', broken)
  socket.on('close', () => broken(new Error('the plugin server closed the connection')))
  return {
    call(method, arg) {
      if (waiting) return Promise.reject(new Error('a connection has one outstanding request at a time'))
      if (socket.destroyed) return Promise.reject(new Error('the connection is closed'))
      const id = ++lastId
      return new Promise((resolve, reject) => {
        waiting = { id, resolve, reject }
        socket.write(encode([0, id, method, [arg]]))
      })
    },
    close: () => void socket.destroy(),
  }
}

/** The message that the bytes are, or nothing while some are missing: there is no length in front. */
function whole(bytes: Uint8Array): readonly unknown[] | undefined {
  try {
    return decode(bytes) as readonly unknown[]
  } catch (error) {
    if (error instanceof RangeError && error.message === 'Insufficient data') return undefined
    throw error
  }
}
