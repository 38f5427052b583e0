import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { serveHttp2 } from '../../../extproc/http2/connection.js'
import type { ConnectionError } from '../../../extproc/http2/errors.js'
import type { HeaderField } from '../../../extproc/http2/hpack.js'
import type { Responses, ServerStream } from '../../../extproc/http2/stream.js'
import { PREFACE, strictClient } from './strict-client.js'

/** What a server was told of a stream. */
export interface Told {
  readonly stream: ServerStream
  readonly fields: readonly HeaderField[]
  readonly responses: Responses
  /** What happened besides data. */
  readonly events: string[]
  readonly data: Buffer[]
}

/** What the server does when it is told something. */
export type React = (event: 'headers' | 'data' | 'ended' | 'flush' | 'closed', told: Told) => void

/** The server's half of a connection on `socket`. */
export function serveRaw(socket: Socket, react: React) {
  const streams: Told[] = []
  const errors: ConnectionError[] = []
  serveHttp2(socket, {
    accept(stream, fields, responses) {
      const told: Told = { stream, fields, responses, events: [], data: [] }
      streams.push(told)
      const hear = (event: 'ended' | 'flush' | 'closed') => () => {
        told.events.push(event)
        react(event, told)
      }
      react('headers', told)
      return {
        data(bytes) {
          told.data.push(Buffer.from(bytes))
          react('data', told)
        },
        ended: hear('ended'),
        flush: hear('flush'),
        closed: hear('closed'),
      }
    },
    broken: (error) => errors.push(error),
  })
  return { streams, errors }
}

/**
 * A server's connection whose other end is in the test's hands: what is sent is read at once, and what comes is held against what the client
 * has said. Where the client does not read, nothing is taken of what is written until it is told to.
 */
export function rawClient(react: React = () => {}, reads: 'at once' | 'when told' = 'at once') {
  const client = strictClient()
  const heard: Buffer[] = []
  let writes = 0
  let read: (() => void) | undefined
  let mode = reads
  let ended = 0
  const take = (chunks: readonly Buffer[], done: () => void) => {
    writes++
    read = () => {
      read = undefined
      for (const chunk of chunks) {
        heard.push(Buffer.from(chunk))
        client.hear(chunk)
      }
      done()
    }
    if (mode === 'at once') read()
  }
  const duplex = new Duplex({
    read() {},
    write: (chunk: Buffer, _, done) => take([chunk], done),
    writev: (chunks, done) =>
      take(
        chunks.map(({ chunk }) => chunk),
        done,
      ),
  })
  const socket = Object.assign(duplex, {
    setNoDelay() {},
    destroySoon() {
      ended++
      duplex.end(() => duplex.destroy())
    },
  }) as unknown as Socket
  const server = serveRaw(socket, react)
  return {
    ...client,
    ...server,
    socket,
    /** How often something was written. */
    writes: () => writes,
    /** How often the server has ended the connection. */
    ended: () => ended,
    /** All that came. */
    heard: () => Buffer.concat(heard),
    /** Sends bytes, all of which the server reads together. */
    send(...bytes: readonly Buffer[]) {
      socket.emit('data', Buffer.concat(bytes))
    },
    /** Sends what a connection begins with. */
    greet() {
      socket.emit('data', Buffer.concat([PREFACE, client.settings({})]))
    },
    /** Reads what has been written until now, and all that comes. */
    readOn() {
      mode = 'at once'
      read?.()
    },
    /** Reads one piece of what was written; says whether there was one. */
    readSome() {
      const some = read !== undefined
      read?.()
      return some
    },
  }
}
