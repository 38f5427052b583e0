import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The connections of an HTTP/1 server, and which of them are in use. */
export interface KeptConnections {
  add(socket: Socket): void
  /** A request has come on one of them. Its response is the last one, where the connection has had enough. */
  use(socket: Socket, response: ServerResponse): void
  /** Ends those that are unused, and have been for so many milliseconds since they came to be looked at. */
  endUnused(longerThan: number): void
}

interface Connection {
  requests: number
  running: number
  /** The number of requests when it was last looked at while unused, and when that was, in milliseconds. */
  seen?: { readonly requests: number; readonly at: number }
}

/** `mostRequests`: whoever gets more of the connections that come at once does not keep them for ever. */
export function keptConnections(mostRequests: number): KeptConnections {
  const connections = new Map<Socket, Connection>()
  return {
    add(socket) {
      connections.set(socket, { requests: 0, running: 0 })
      socket.on('close', () => connections.delete(socket))
    },
    use(socket, response) {
      const connection = connections.get(socket)
      if (!connection) return
      connection.requests++
      connection.running++
      if (connection.requests >= mostRequests) response.shouldKeepAlive = false
      response.on('close', () => connection.running--)
    },
    endUnused(longerThan) {
      const now = performance.now()
      for (const [socket, connection] of connections) {
        const { requests, running, seen } = connection
        if (running > 0) connection.seen = undefined
        else if (seen?.requests !== requests) connection.seen = { requests, at: now }
        else if (now - seen.at >= longerThan) socket.destroy()
      }
    },
  }
}
