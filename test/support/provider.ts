import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { isObject, type JsonObject } from '../../core/json.js'
import { type Reply, replyOn } from './reply.js'

/** One request as the fake provider received it. */
export interface ProviderCall {
  readonly method: string
  /** Path and query as they arrived. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly bodyText: string
  /** The parsed body, or an empty object where it is no JSON object. */
  readonly body: JsonObject
  /** Settles when the other side closed the connection before the answer was finished. */
  readonly aborted: Promise<void>
  isAborted(): boolean
}

/** Decides what the provider answers; an exception or a rejection resets the connection. */
export type Handler = (call: ProviderCall, reply: Reply) => void | Promise<void>

/** A provider on loopback that a test scripts. It checks nothing and forgets nothing. */
export interface FakeProvider {
  /** `http://127.0.0.1:PORT` without a path. */
  readonly url: string
  /** All requests so far, in the order of arrival. */
  readonly calls: readonly ProviderCall[]
  /** The calls whose path begins with `/NAME/`. */
  callsOf(name: string): readonly ProviderCall[]
  /** Scripts the account `NAME`: every request whose path begins with `/NAME/`; the last script given wins. */
  at(name: string, handler: Handler): void
  /** Resolves with the `count`th call from now on at `/NAME/`. */
  nextCall(name: string): Promise<ProviderCall>
  /** Connections open right now. */
  connections(): number
  stop(): Promise<void>
}

/** Starts a provider on a free loopback port. `fallback` answers what no script is given for; by default 500. */
export async function startProvider(fallback: Handler = unscripted): Promise<FakeProvider> {
  const calls: ProviderCall[] = []
  const scripts = new Map<string, Handler>()
  const sockets = new Set<Socket>()
  const waiting: { readonly name: string; readonly resolve: (call: ProviderCall) => void }[] = []

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const call = await receive(request, response)
    calls.push(call)
    const name = accountOf(call.path)
    for (const waiter of waiting.splice(0)) {
      if (waiter.name === name) waiter.resolve(call)
      else waiting.push(waiter)
    }
    const handler = scripts.get(name) ?? fallback
    await handler(call, replyOn(response))
  }

  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    serve(request, response).catch(() => response.socket?.resetAndDestroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  const port = await listen(server)

  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    callsOf: (name) => calls.filter((call) => accountOf(call.path) === name),
    at: (name, handler) => void scripts.set(name, handler),
    nextCall: (name) => new Promise((resolve) => waiting.push({ name, resolve })),
    connections: () => sockets.size,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** A handler's first reply to a request that no test expected. */
const unscripted: Handler = (call, reply) => reply.json(500, { error: { message: `unscripted: ${call.path}` } })

const accountOf = (path: string): string => path.split('/', 2)[1] ?? ''

async function receive(request: IncomingMessage, response: ServerResponse): Promise<ProviderCall> {
  let gone = false
  // `close` on the response, not on the request: it also fires for a client that leaves while we stream to it.
  const aborted = new Promise<void>((resolve) =>
    response.once('close', () => {
      if (response.writableFinished) return
      gone = true
      resolve()
    }),
  )
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  const bodyText = Buffer.concat(pieces).toString('utf8')
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    bodyText,
    body: objectIn(bodyText),
    aborted,
    isAborted: () => gone,
  }
}

function objectIn(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
