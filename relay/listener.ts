import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttp2Server, type Http2Session, type ServerOptions } from 'node:http2'
import { type ListenOptions, Server, type Socket } from 'node:net'
import type { ClientRequest, ClientResponse } from './client.js'
import { type KeptConnections, keptConnections } from './kept-connections.js'

export interface Listener {
  /** The address that it listens on, with the port that was chosen for port 0. */
  readonly address: string
  /**
   * Stops accepting and ends connections, but none that somebody may be about to use: those of HTTP/1 once they have been unused for a
   * second, those of HTTP/2 once they have no streams, after saying so. Resolves when the last one has ended.
   */
  retire(): Promise<void>
  /** Stops accepting, ends connections that are unused or become so, and after `grace` milliseconds all that are left. */
  close(grace: number): Promise<void>
}

const MAX_HEADER_SIZE = 64 * 1024
const HEADERS_TIMEOUT = 10_000

/** For a request to arrive whole, in milliseconds; its answer may take as long as it takes. */
const REQUEST_TIMEOUT = 300_000

/** Longer than Kong keeps an unused connection (60 s), so that none is closed while Kong is about to use it. */
const KEEP_ALIVE_TIMEOUT = 75_000

/** How often connections that have become unused are looked for while they are ended, in milliseconds. */
const IDLE_CHECK = 50

/** How long a connection that is kept has to be used once more, and to be told then that it ends, in milliseconds. */
const NOTICE = 1_000

/** What every HTTP/2 connection begins with (RFC 9113, 3.4). No request of HTTP/1 begins so. */
const PREFACE = Buffer.from('PRI * HTTP/2.0')

/**
 * Node takes many cancelled streams for an attack, but clients of models cancel. The limit can be lifted from Node 22.10 on, by
 * options that older types and versions do not know; before that a thousand at once and 33 a second are allowed.
 */
const HTTP2_OPTIONS: ServerOptions & { readonly streamResetBurst: number; readonly streamResetRate: number } = {
  settings: { maxHeaderListSize: MAX_HEADER_SIZE },
  streamResetBurst: 1_000_000_000,
  streamResetRate: 1_000_000_000,
}

/**
 * Serves HTTP/1.1 and cleartext HTTP/2 with prior knowledge on one `host:port` or `unix:/path`. A connection of HTTP/1 ends with the
 * answer to its last request, where `requestsPerConnection` says how many it may have.
 */
export async function listen(
  address: string,
  serve: (request: ClientRequest, response: ClientResponse) => void,
  requestsPerConnection = Number.POSITIVE_INFINITY,
): Promise<Listener> {
  const sockets = new Set<Socket>()
  const kept: KeptConnections = keptConnections(requestsPerConnection)
  const sessions = new Set<Http2Session>()

  const http2 = createHttp2Server(HTTP2_OPTIONS, serve)
  http2.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
  })
  const http1 = createServer(
    {
      maxHeaderSize: MAX_HEADER_SIZE,
      headersTimeout: HEADERS_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
      joinDuplicateHeaders: true,
      noDelay: true,
    },
    (request: IncomingMessage, response: ServerResponse) => {
      kept.use(request.socket, response)
      serve(request, response)
    },
  )
  // The HTTP/1 server listens, and gets those of its connections that speak it.
  const speakHttp1 = http1.listeners('connection')
  http1.removeAllListeners('connection')
  http1.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    tellProtocol(socket, {
      http1: () => {
        kept.add(socket)
        for (const speak of speakHttp1) speak.call(http1, socket)
      },
      http2: () => {
        socket.allowHalfOpen = false
        http2.emit('connection', socket)
      },
    })
  })

  http1.listen(placeOf(address))
  await once(http1, 'listening')
  const bound = http1.address()
  let stopped: Promise<void> | undefined
  const stopAccepting = () => {
    // Not the HTTP server's own, which breaks connections that seem unused.
    stopped ??= new Promise((resolve) => Server.prototype.close.call(http1, () => resolve()))
    for (const session of sessions) session.close()
    return stopped
  }

  return {
    address: typeof bound === 'object' && bound ? address.replace(/:\d+$/, `:${bound.port}`) : address,
    async retire() {
      const closed = stopAccepting()
      const unused = setInterval(() => kept.endUnused(NOTICE), IDLE_CHECK)
      await closed
      clearInterval(unused)
    },
    async close(grace) {
      const closed = stopAccepting()
      http1.closeIdleConnections()
      const unused = setInterval(() => http1.closeIdleConnections(), IDLE_CHECK)
      const force = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, grace)
      await closed
      clearInterval(unused)
      clearTimeout(force)
    },
  }
}

/** Looks at the first bytes of a connection, and hands it on with these bytes still unread. */
function tellProtocol(socket: Socket, protocols: { http1(): void; http2(): void }): void {
  let seen: Buffer = Buffer.alloc(0)
  const look = () => {
    const more: Buffer | null = socket.read()
    if (more === null) return
    seen = seen.length === 0 ? more : Buffer.concat([seen, more])
    const known = Math.min(seen.length, PREFACE.length)
    const alike = PREFACE.compare(seen, 0, known, 0, known) === 0
    if (alike && known < PREFACE.length) return
    socket.unshift(seen)
    socket.setTimeout(0)
    socket.off('readable', look).off('end', giveUp).off('timeout', giveUp).off('error', ignore)
    if (alike) protocols.http2()
    else protocols.http1()
  }
  const giveUp = () => socket.destroy()
  socket.setTimeout(HEADERS_TIMEOUT)
  socket.on('readable', look).on('end', giveUp).on('timeout', giveUp).on('error', ignore)
}

/** The socket closes itself; whoever was on it has not said anything yet. */
const ignore = () => {}

function placeOf(address: string): ListenOptions {
  if (address.startsWith('unix:')) return { path: address.slice('unix:'.length) }
  const colon = address.lastIndexOf(':')
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) }
}
