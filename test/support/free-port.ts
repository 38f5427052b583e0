import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * A TCP port on loopback that nobody listens on right now. It is none of those that systems give to outgoing connections (Linux has them from
 * 32,768 on): one of these could have taken it by the time that somebody listens.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
