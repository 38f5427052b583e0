import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Linux gives those from 32,768 on to outgoing connections. */
const FIRST = 15_000
/** Processes have each their own ports, as far as there are enough: what one has found free another would otherwise take before it is listened on. */
const SHARES = 170
const SHARE = 100

let next = randomInt(SHARE)

/** A TCP port on loopback that nobody listens on right now, and that nobody is likely to by the time that somebody does. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + (process.pid % SHARES) * SHARE + (next++ % SHARE)
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
