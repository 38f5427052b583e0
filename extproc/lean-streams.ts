import type { Http2Server, Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { Server } from '@grpc/grpc-js'
import { leanStream } from './lean-stream.js'
import type { Accept } from './stream.js'
import { frameWriter } from './write-messages.js'

/** What of grpc-js's server is not public: where it listens to the streams of an HTTP/2 server that it has made. */
interface Internals {
  _setupHandlers?: (http2Server: Http2Server, ...more: readonly unknown[]) => void
}

/** What Envoy may send on a connection before it is told that it was read, in bytes. */
const CONNECTION_WINDOW = 64 * 1024 * 1024

type StreamHandler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, ...more: readonly unknown[]) => void

/**
 * Takes a method's streams from grpc-js's server, which keeps everything else, ports, connections and other methods, and serves
 * the method itself where this server is not made as expected. To be called before ports are bound; the result ends
 * the connections that are open.
 */
export function takeStreams(server: Server, path: string, accept: Accept): () => void {
  const internals = server as unknown as Internals
  const setUp = internals._setupHandlers
  const write = frameWriter()
  const sessions = new Set<Http2Session>()
  if (typeof setUp === 'function') {
    internals._setupHandlers = (http2Server, ...more) => {
      setUp.call(server, http2Server, ...more)
      const [theirs, ...others] = http2Server.listeners('stream') as StreamHandler[]
      if (theirs === undefined || others.length > 0) return
      http2Server.removeListener('stream', theirs)
      http2Server.on(
        'stream',
        (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, ...rest: readonly unknown[]) => {
          if (headers[':path'] === path && isPlain(headers)) leanStream(stream, headers, accept, write)
          else theirs(stream, headers, ...rest)
        },
      )
      http2Server.on('session', (session) => {
        sessions.add(session)
        session.setLocalWindowSize(CONNECTION_WINDOW)
        session.on('close', () => sessions.delete(session))
      })
    }
  }
  return () => {
    for (const session of sessions) session.destroy()
  }
}

/** Whether a stream asks for nothing but messages: no deadline, no coding. */
function isPlain(headers: IncomingHttpHeaders): boolean {
  return (
    headers['grpc-timeout'] === undefined &&
    (headers['grpc-encoding'] ?? 'identity') === 'identity' &&
    headers[':method'] === 'POST' &&
    headers['content-type']?.startsWith('application/grpc') === true
  )
}
