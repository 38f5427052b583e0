import { subscribe } from 'node:diagnostics_channel'
import { Server as HttpServer, ServerResponse } from 'node:http'
import { Server, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** What one of several processes that listen at the same address does with its connections. */
export interface WorkerConnections {
  /**
   * Lets this process go: nothing new is accepted, and connections are closed by answers that say so, never while a client may be
   * using them. Only those that nobody has used for a while are left to be broken. `settled` resolves when the requests of now
   * are through. Resolves when that has been done, or `signal` aborted.
   */
  leave(settled: () => Promise<void>, signal: AbortSignal): Promise<void>
}

/** How long connections that are kept have to be used once more, and to be told then that they end, in milliseconds. */
const NOTICE = 1_000

/** Whoever gets more of the connections that come at once does not keep them for ever. */
export const REQUESTS_OF_ONE_CONNECTION = 1_000

/** Looks after the connections of all HTTP/1 servers of this process. The channel is how it finds those that others have started. */
export function watchConnections(): WorkerConnections {
  const servers = new Set<Server>()
  const requests = new WeakMap<Socket, number>()
  let state: 'staying' | 'leaving' = 'staying'
  subscribe('http.server.request.start', (message) => {
    const { server, socket, response } = message as { readonly [part: string]: unknown }
    if (!(server instanceof HttpServer && socket instanceof Socket && response instanceof ServerResponse)) return
    servers.add(server)
    const count = (requests.get(socket) ?? 0) + 1
    requests.set(socket, count)
    if (state === 'leaving' || count >= REQUESTS_OF_ONE_CONNECTION) response.shouldKeepAlive = false
  })
  return {
    async leave(settled, signal) {
      state = 'leaving'
      // Not the HTTP server's own, which breaks connections that seem unused.
      for (const server of servers) Server.prototype.close.call(server)
      const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      const gently = async () => {
        await settled()
        await delay(NOTICE, undefined, { signal }).catch(() => {})
        await settled()
      }
      if (!signal.aborted) await Promise.race([gently(), stopped])
    },
  }
}
