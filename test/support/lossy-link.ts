import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, connect as dial, type Socket } from 'node:net'

/** A way to a port of this machine that can lose what is on it. */
export interface LossyLink {
  readonly port: number
  /** From now on nothing gets through on the connections of now, and none of them is closed. New ones are as good as any. */
  lose(): void
  close(): Promise<void>
}

/** Opens a way to `port`. */
export async function openLossyLink(port: number): Promise<LossyLink> {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = dial(port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    lose() {
      for (const socket of sockets) {
        socket.unpipe()
        socket.resume()
      }
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
