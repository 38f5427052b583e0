import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { TLSSocket } from 'node:tls'
import { selfSigned } from './self-signed.js'

/** A request as a fake sees it. */
export interface Seen {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text as it is, anything else as JSON. */
  readonly body: unknown
}

/** Answers a request; what it throws is the answer 400, and stands in `objections`. */
export type Answer = (request: Seen) => Reply | Promise<Reply>

export interface FakeCloud {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly requests: readonly Seen[]
  /** What was wrong with requests, and which hosts were asked for that nobody plays. */
  readonly objections: readonly string[]
}

/** A server on loopback over plain http; it closes with the test. */
export async function fakeServer(t: TestContext, answer: Answer): Promise<FakeCloud> {
  const requests: Seen[] = []
  const objections: string[] = []
  const server = createServer(listener(requests, objections, () => answer))
  return { url: await listen(t, server), requests, objections }
}

/**
 * Plays https hosts: `HTTPS_PROXY` leads to it, and tunnels end in its own TLS, so that a library's own addresses are called and
 * nothing leaves the machine.
 */
export async function fakeInternet(t: TestContext, hosts: Readonly<Record<string, Answer>>): Promise<FakeCloud> {
  const requests: Seen[] = []
  const objections: string[] = []
  const inner = createServer(listener(requests, objections, (host) => hosts[host]))
  const proxy = createServer((_, response) => response.writeHead(405).end())
  const { key, cert } = selfSigned()
  const open = new Set<Socket>()
  proxy.on('connect', ({ url = '' }: IncomingMessage, socket: Socket) => {
    open.add(socket)
    socket.on('error', () => {})
    if (!Object.hasOwn(hosts, url.replace(/:443$/, ''))) {
      objections.push(`nobody plays ${url}`)
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
      return
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    const secured = new TLSSocket(socket, { isServer: true, key, cert })
    secured.on('error', () => {})
    inner.emit('connection', secured)
  })
  const url = await listen(t, proxy)
  t.after(() => {
    inner.closeAllConnections()
    for (const socket of open) socket.destroy()
  })
  setEnv(t, { HTTPS_PROXY: url, NODE_TLS_REJECT_UNAUTHORIZED: '0' })
  return { url, requests, objections }
}

/** Sets variables of the environment until the test ends; undefined takes one away. */
export function setEnv(t: TestContext, changes: Readonly<Record<string, string | undefined>>): void {
  const put = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  for (const [name, value] of Object.entries(changes)) {
    const before = process.env[name]
    t.after(() => put(name, before))
    put(name, value)
  }
}

function listener(requests: Seen[], objections: string[], answerOf: (host: string) => Answer | undefined) {
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method = '', url: path = '', headers } = request
    const host = (headers.host ?? '').replace(/:443$/, '')
    const seen = { method, host, path, headers, body: Buffer.concat(chunks).toString() }
    requests.push(seen)
    const reply = await answered(seen, answerOf(host), objections)
    const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers }).end(text)
  }
  const listen: RequestListener = (request, response) => void handle(request, response)
  return listen
}

async function answered(seen: Seen, answer: Answer | undefined, objections: string[]): Promise<Reply> {
  try {
    if (!answer) throw new Error(`nobody plays ${seen.host}`)
    return await answer(seen)
  } catch (error) {
    objections.push(`${seen.method} ${seen.path}: ${error instanceof Error ? error.message : String(error)}`)
    return { status: 400, body: { error: 'invalid_request' } }
  }
}

async function listen(t: TestContext, server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
