import type { Socket } from 'node:net'

/** The connections that one worker was given, as its primary counts them. */
export interface GivenConnections {
  /** Those that it has, and those on their way to it. */
  count(): number
  /** Resolves once the worker has it: it is then the worker's alone. `lost`: it never got it. */
  give(connection: Socket): Promise<'taken' | 'lost'>
  /** It has said so. */
  taken(id: number): void
  /** The connection has ended. */
  ended(id: number): void
  /** The worker has ended. */
  lost(): void
}

/** `send` brings an open connection to the worker, which answers with the same `id`. */
export function givenConnections(send: (id: number, connection: Socket) => void): GivenConnections {
  const onTheWay = new Map<number, (result: 'taken' | 'lost') => void>()
  const held = new Set<number>()
  let last = 0
  let state: 'there' | 'gone' = 'there'
  return {
    count: () => held.size,
    give(connection) {
      if (state === 'gone' || connection.destroyed) return Promise.resolve('lost')
      last += 1
      const id = last
      held.add(id)
      return new Promise((resolve) => {
        onTheWay.set(id, resolve)
        send(id, connection)
      })
    },
    taken(id) {
      onTheWay.get(id)?.('taken')
      onTheWay.delete(id)
    },
    ended: (id) => void held.delete(id),
    lost() {
      state = 'gone'
      for (const tell of onTheWay.values()) tell('lost')
      onTheWay.clear()
      held.clear()
    },
  }
}
