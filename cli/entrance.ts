import { once } from 'node:events'
import { createServer, type ListenOptions, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { removeDeadSocket } from '../relay/dead-socket.js'
import { Failure, reasonOf } from './failure.js'
import type { WorkerProcess } from './worker-process.js'

/** Where Envoy connects when workers serve it. */
export interface Entrance {
  /** As Envoy's configuration names it. */
  readonly address: string
  /** To be called when a worker begins to serve: connections may be waiting for one. */
  opened(): void
  close(): Promise<void>
}

type Candidate = Pick<WorkerProcess, 'connections' | 'askReadiness' | 'give'>

/**
 * Listens for Envoy at `host:port` or `unix:/path`, and gives each connection to the worker that has the fewest. Envoy keeps one
 * connection for each of its threads, too few for chance to spread them evenly. Nothing is read here: a connection whose worker dies
 * before it has taken it goes to another one, and those that come while nobody serves wait. Throws `Failure` when it cannot listen.
 */
export async function startEntrance(address: string, serving: () => readonly Candidate[]): Promise<Entrance> {
  const waiting = new Set<Socket>()
  let placing: Promise<void> = Promise.resolve()
  let state: 'open' | 'closed' = 'open'

  const place = async (connection: Socket): Promise<void> => {
    const byLoad = [...serving()].sort((one, other) => one.connections - other.connections)
    for (const worker of byLoad) {
      // What is given to one that hangs is as good as lost, and one that has been told to leave tells nobody else so.
      if ((await worker.askReadiness()) === undefined || !serving().includes(worker)) continue
      if ((await worker.give(connection)) === 'lost') continue
      connection.destroy()
      return
    }
    if (state === 'closed') connection.destroy()
    else waiting.add(connection)
  }
  // One at a time: how many a worker has is known only once it has them. One that hangs in between holds up no other.
  const enqueue = (connection: Socket) => {
    placing = placing.then(() => {
      const placed = place(connection).catch(() => void connection.destroy())
      return Promise.race([placed, delay(PATIENCE_MS, undefined, { ref: false })])
    })
  }
  const opened = () => {
    const before = [...waiting]
    waiting.clear()
    for (const connection of before) enqueue(connection)
  }
  // Those that hang now may go on later.
  const again = setInterval(opened, RETRY_MS)
  again.unref()

  await removeDeadSocket(address)
  const server = createServer({ pauseOnConnect: true }, (connection) => {
    // A client that is gone shows that to the worker.
    connection.on('error', () => {})
    enqueue(connection)
  })
  try {
    server.listen(listenOptions(address))
    await once(server, 'listening')
  } catch (error) {
    clearInterval(again)
    throw new Failure(`cannot listen on ${address} (${reasonOf(error)}): set TOLLGATE_EXTPROC_ADDRESS to another`)
  }
  const bound = server.address()
  return {
    address: bound === null || typeof bound === 'string' ? address : `${hostOf(address)}:${bound.port}`,
    opened,
    async close() {
      state = 'closed'
      clearInterval(again)
      // Node tells its end only once it has asked all workers that were given a connection, which may be gone.
      server.close()
      await placing
      for (const connection of waiting) connection.destroy()
    },
  }
}

const RETRY_MS = 1_000
const PATIENCE_MS = 3_000

function listenOptions(address: string): ListenOptions {
  if (address.startsWith('unix:')) return { path: address.slice('unix:'.length) }
  const port = Number(address.slice(address.lastIndexOf(':') + 1))
  return { host: hostOf(address).replace(/^\[(.*)\]$/, '$1'), port }
}

const hostOf = (address: string) => address.slice(0, address.lastIndexOf(':'))
