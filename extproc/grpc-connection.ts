import type { Socket } from 'node:net'
import { status } from '@grpc/grpc-js'
import { type FrameWriter, grpcStream, type StreamHead } from './grpc-stream.js'
import { serveHttp2 } from './http2/connection.js'
import { type HeaderField, headerBlock } from './http2/hpack.js'
import type { StreamEvents } from './http2/stream.js'
import { LEVEL_METADATA } from './names.js'
import { PROCESS_PATH } from './plain-streams.js'
import type { Accept } from './stream.js'

/** Responses to requests that are not served here, as gRPC's description of its protocol over HTTP/2 has them. */
const NOT_GRPC = headerBlock({ ':status': '415' })
const UNKNOWN_METHOD = refusal({ 'grpc-message': 'unknown method' })
const UNKNOWN_CODING = refusal({ 'grpc-message': 'unknown coding', 'grpc-accept-encoding': 'identity' })

const NOTHING_TO_TELL: StreamEvents = { data() {}, ended() {}, flush() {}, closed() {} }

/** Serves Envoy's one method on a connection. `broken` is told what ended it, if it is not HTTP/2 that came. */
export function serveConnection(
  socket: Socket,
  { accept, write, broken }: { readonly accept: Accept; readonly write: FrameWriter; broken(error: Error): void },
): void {
  serveHttp2(socket, {
    accept(stream, fields, responses) {
      const asked = requestOf(fields)
      if (Buffer.isBuffer(asked)) {
        responses.end(stream, asked)
        return NOTHING_TO_TELL
      }
      return grpcStream(stream, responses, asked, accept, write)
    },
    broken,
  })
}

/** What a request's header fields say, or the response that refuses it. */
function requestOf(fields: readonly HeaderField[]): Buffer | StreamHead {
  let method: string | undefined
  let path: string | undefined
  let type: string | undefined
  let coding = 'identity'
  let level: string | undefined
  let timeout: number | undefined
  for (const { name, value } of fields) {
    if (name === ':method') method = value
    else if (name === ':path') path = value
    else if (name === 'content-type') type = value
    else if (name === 'grpc-encoding') coding = value
    else if (name === 'grpc-timeout') timeout = milliseconds(value)
    else if (name === LEVEL_METADATA) level ??= value
  }
  if (method !== 'POST' || type?.startsWith('application/grpc') !== true) return NOT_GRPC
  if (path !== PROCESS_PATH) return UNKNOWN_METHOD
  if (coding !== 'identity') return UNKNOWN_CODING
  return { level, timeout }
}

const UNITS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 }
/** The longest that a timer of node can be set to. */
const LONGEST = 2 ** 31 - 1

/** A deadline; one that cannot be read, or is weeks away, is none. */
function milliseconds(timeout: string): number | undefined {
  const unit = UNITS[timeout.slice(-1)]
  if (unit === undefined || !/^\d{1,8}.$/.test(timeout)) return undefined
  const length = Math.ceil(Number(timeout.slice(0, -1)) * unit)
  return length > LONGEST ? undefined : length
}

function refusal(fields: Readonly<Record<string, string>>): Buffer {
  const code = String(status.UNIMPLEMENTED)
  return headerBlock({ ':status': '200', 'content-type': 'application/grpc', 'grpc-status': code, ...fields })
}
