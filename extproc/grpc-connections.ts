import type { Server as NetServer, Socket } from 'node:net'
import type { Server } from '@grpc/grpc-js'
import { serveConnection } from './grpc-connection.js'
import type { Accept } from './stream.js'
import { frameWriter } from './write-messages.js'

/** What of grpc-js's server is not public: where it sets up an HTTP/2 server that it has made. */
interface Internals {
  _setupHandlers?: (http2Server: NetServer, ...more: readonly unknown[]) => void
}

/**
 * Takes connections from grpc-js's server, which keeps its ports, and serves Envoy's method on them; where this server is not made as expected, it
 * keeps them too. To be called before ports are bound; the result ends the connections that are open.
 */
export function takeConnections(server: Server, accept: Accept, broken: (error: Error) => void): () => void {
  const internals = server as unknown as Internals
  const setUp = internals._setupHandlers
  const write = frameWriter()
  const open = new Set<Socket>()
  if (typeof setUp === 'function') {
    internals._setupHandlers = (http2Server, ...more) => {
      setUp.call(server, http2Server, ...more)
      if (http2Server.listenerCount('connection') !== 1) return
      http2Server.removeAllListeners('connection')
      http2Server.on('connection', (socket: Socket) => {
        open.add(socket)
        socket.on('close', () => open.delete(socket))
        serveConnection(socket, { accept, write, broken })
      })
    }
  }
  return () => {
    for (const socket of open) socket.destroy()
  }
}
