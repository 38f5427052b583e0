import { connect, createServer, type Server, type Socket } from 'node:net'

/** A TCP link to a server of this machine, with faults. */
export interface FaultyLink {
  readonly port: number
  /**
   * `sound` passes everything on. `down` ends connections at once. `silent` takes what is sent and passes nothing on. `deaf` passes
   * on what is sent, and ends the connection in place of the first byte of an answer.
   */
  set(state: 'sound' | 'down' | 'silent' | 'deaf'): void
  /** Ends all connections of now. */
  cut(): void
  close(): Promise<void>
}

/** Opens a link to a port. */
export async function openFaultyLink(target: number): Promise<FaultyLink> {
  let state: Parameters<FaultyLink['set']>[0] = 'sound'
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    if (state === 'down') {
      client.destroy()
      return
    }
    const upstream = connect(target, '127.0.0.1')
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    client.on('data', (bytes) => {
      if (state !== 'silent') upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (state === 'deaf') end()
      else client.write(bytes)
    })
  })
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: await listening(server),
    set(to) {
      state = to
      if (to === 'down') cut()
    },
    cut,
    async close() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') return reject(new Error('no port'))
      resolve(address.port)
    })
  })
}
