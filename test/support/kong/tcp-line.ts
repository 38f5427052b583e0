import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { freePort } from '../free-port.js'

/** A TCP line to a port on loopback, which can be taken down and put up again. */
export interface TcpLine {
  /** `http://127.0.0.1:PORT`, the end that others connect to. */
  readonly url: string
  /** Ends all connections and refuses others. */
  down(): Promise<void>
  up(): Promise<void>
}

/** Puts up a line. For each connection `listener` makes what hears the bytes that go to the port. */
export async function startLine(to: number, listener: () => (bytes: Buffer) => void = silent): Promise<TcpLine> {
  const port = await freePort()
  const sockets = new Set<Socket>()
  const join = (near: Socket) => {
    const far = connect(to, '127.0.0.1')
    near.on('data', listener())
    near.pipe(far).pipe(near)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.setNoDelay(true)
      one.on('error', () => undefined)
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  }
  const server = createServer(join)
  const up = async () => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await up()
  return {
    url: `http://127.0.0.1:${port}`,
    up,
    down: async () => {
      if (!server.listening) return
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

const silent = () => () => undefined
