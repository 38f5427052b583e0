import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRedis } from '../../cli/setup-redis.js'
import { eventually } from './eventually.js'
import { freePort } from './free-port.js'

/** A real Redis on a port of its own, with its data in a folder that goes with it. */
export interface RedisServer {
  readonly url: string
  readonly port: number
  /** Sends one command on a connection of its own and gives the raw reply. */
  command(...words: readonly string[]): Promise<string>
  /** SIGSTOP: connections stay open and nothing answers, until `resume`. */
  pause(): void
  resume(): void
  /** SIGKILL, no matter what is written. */
  kill(): Promise<void>
  /** Starts it again on the same port and data after `kill`. */
  restart(): Promise<void>
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

export interface RedisServerOptions {
  /** `always` writes every command to disk before it is answered; `none` keeps nothing. */
  readonly appendOnly: 'always' | 'none'
  readonly args?: readonly string[]
  /** Asked of clients, and put into `url`. */
  readonly password?: string
}

/** Starts a Redis server and waits until it answers. */
export async function startRedis({ appendOnly, args = [], password }: RedisServerOptions): Promise<RedisServer> {
  const binary = await findRedis()
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-redis-'))
  const port = await freePort()
  const durable = appendOnly === 'always' ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']
  const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', '--daemonize', 'no']
  const auth = password === undefined ? [] : ['--requirepass', password]

  const command = (...words: readonly string[]) =>
    ask(port, password === undefined ? [words] : [['AUTH', password], words])
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(binary, [...place, ...durable, ...auth, ...args], { stdio: 'ignore' })
    await eventually('Redis answers PING', async () => {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`)
      return (await command('PING').catch(() => '')).includes('PONG')
    })
    return child
  }
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  let child = await start()
  return {
    url: `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`,
    port,
    command,
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    kill,
    async restart() {
      child = await start()
    },
    async stop() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Sends commands and collects what comes until the server closes the connection, which QUIT makes it do. */
function ask(port: number, commands: readonly (readonly string[])[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const encode = (words: readonly string[]) =>
      `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`
    let received = ''
    socket.setEncoding('utf8').setTimeout(5000, () => socket.destroy(new Error('Redis is silent')))
    socket.on('data', (text) => {
      received += text
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(received))
    socket.write([...commands, ['QUIT']].map(encode).join(''))
  })
}
