import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2'
import { PROCESS_PATH } from '../../extproc/plain-streams.js'
import { encodeRequest } from './schema.js'

/** A gRPC frame around a message. */
export function frameOf(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(5 + message.length)
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, 5)
  return frame
}

/** A piece of a response body, as Envoy sends it. */
export const pieceFrame = (body: Uint8Array) => frameOf(encodeRequest({ responseBody: { body } }))

/** What a client of a gRPC method saw of one stream. */
export interface Seen {
  readonly stream: ClientHttp2Stream
  headers: Record<string, unknown>
  trailers: Record<string, unknown>
  readonly data: Buffer[]
  readonly closed: Promise<void>
}

/** A connection to the server at an address of this machine. */
export function connectTo(address: string): ClientHttp2Session {
  const session = connect(`http://${address}`)
  session.on('error', () => {})
  return session
}

/** Opens a stream, as HTTP/2 and nothing else; `headers` come on top of Envoy's. */
export function openStream(session: ClientHttp2Session, headers: OutgoingHttpHeaders = {}): Seen {
  const stream = session.request({
    ...{ ':method': 'POST', ':path': PROCESS_PATH, 'content-type': 'application/grpc', te: 'trailers' },
    ...headers,
  })
  const closed = new Promise<void>((resolve) => stream.on('close', resolve))
  const seen: Seen = { stream, headers: {}, trailers: {}, data: [], closed }
  stream.on('response', (response) => {
    seen.headers = response
  })
  stream.on('trailers', (trailers) => {
    seen.trailers = trailers
  })
  stream.on('data', (chunk: Buffer) => seen.data.push(chunk))
  // A client has nothing to say to a server that has said everything.
  stream.on('end', () => stream.end())
  stream.on('error', () => {})
  return seen
}
