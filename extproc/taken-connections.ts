import type { Socket } from 'node:net'

/** The connections of clients that were accepted by another process. */
export interface TakenConnections {
  /** Serves one; `ended` is called when it has ended. */
  take(connection: Socket, ended: () => void): void
  /**
   * Asks all clients to open another connection for what is new, and goes on to serve what they have sent until then. Resolves once
   * they have left.
   */
  leave(): Promise<void>
  close(): void
}

/** `inject` makes an HTTP/2 connection of it at once. */
export function takenConnections(inject: (connection: Socket) => void): TakenConnections {
  const open = new Set<Socket>()
  let nobodyLeft = () => {}
  return {
    take(connection, ended) {
      open.add(connection)
      connection.once('close', () => {
        open.delete(connection)
        ended()
        if (open.size === 0) nobodyLeft()
      })
      inject(connection)
    },
    leave() {
      if (open.size === 0) return Promise.resolve()
      return new Promise((resolve) => {
        nobodyLeft = resolve
        for (const connection of open) connection.write(SHUTDOWN_NOTICE)
      })
    },
    close() {
      for (const connection of open) connection.destroy()
    },
  }
}

/**
 * GOAWAY with the highest stream id (RFC 9113, 6.8): no stream is refused, and the client begins no more of them once it has read it. It is written
 * here for whoever serves the connection: both our HTTP/2 and Node's write whole frames, so that it comes between two of them, and Node's
 * cannot send one itself, since after its `goaway` it ignores the streams that were on their way, whatever id it has named.
 */
const SHUTDOWN_NOTICE = Buffer.from([0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0])
