import type { Server } from 'node:http'
import { answerParent } from './child.js'

/** Makes this process a child that tells its parent the loopback port on which `server` listens. */
export function answerWithPort(server: Server): void {
  server.keepAliveTimeout = 600_000
  const listening = new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  answerParent(() => listening)
}
