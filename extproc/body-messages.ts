import { FRAME_HEADER } from './grpc-frames.js'
import { afterVarint, bytesTag, contentsEnd, varintTag } from './protobuf.js'

/**
 * The two messages that every piece of a streamed response costs, in the one form that Envoy and Tollgate write them: reading
 * and writing these field by field would be most of what Tollgate itself does for a piece.
 */

const RESPONSE_BODY_FIELD = bytesTag(5) // of ProcessingRequest
const BODY_FIELD = bytesTag(1) // of HttpBody
const END_OF_STREAM_FIELD = varintTag(2) // of HttpBody
const METADATA_FIELD = bytesTag(8) // of ProcessingRequest

/**
 * Reads a `ProcessingRequest` that holds a response body and, as Envoy writes it, an empty `metadata_context`; undefined when
 * it has any other form.
 */
export function readResponseBody(message: Buffer): { body: Buffer; endOfStream: boolean } | undefined {
  if (message[0] !== RESPONSE_BODY_FIELD) return undefined
  const stop = contentsEnd(message, 1, message.length)
  const start = afterVarint(message, 1)
  if (message[start] !== BODY_FIELD || !isLast(message, stop)) return undefined
  const end = contentsEnd(message, start + 1, stop)
  const from = afterVarint(message, start + 1)
  if (end === stop) return { body: message.subarray(from, end), endOfStream: false }
  if (end + 2 !== stop || message[end] !== END_OF_STREAM_FIELD) return undefined
  return { body: message.subarray(from, end), endOfStream: message[end + 1] === 1 }
}

/** Whether nothing follows, or only an empty `metadata_context`. */
function isLast(message: Buffer, at: number): boolean {
  if (at === message.length) return true
  return at + 2 === message.length && message[at] === METADATA_FIELD && message[at + 1] === 0
}

/** Writes a `ProcessingResponse` with a piece of a full-duplex response body as a gRPC frame; each byte is copied once. */
export function writeStreamedBody(pieces: readonly Uint8Array[], endOfStream: boolean): Buffer {
  let body = 0
  for (const piece of pieces) body += piece.length
  const streamed = 1 + sizeOfLength(body) + body + (endOfStream ? 2 : 0)
  const mutation = 1 + sizeOfLength(streamed) + streamed
  const common = 1 + sizeOfLength(mutation) + mutation
  const response = 1 + sizeOfLength(common) + common
  const message = 1 + sizeOfLength(response) + response
  const buffer = Buffer.allocUnsafe(FRAME_HEADER + message)
  buffer[0] = 0 // not compressed
  buffer.writeUInt32BE(message, 1)
  let at = writeHeader(buffer, FRAME_HEADER, 0x22, response) // 4: response_body of ProcessingResponse
  at = writeHeader(buffer, at, 0x0a, common) // 1: response of BodyResponse
  at = writeHeader(buffer, at, 0x1a, mutation) // 3: body_mutation of CommonResponse
  at = writeHeader(buffer, at, 0x1a, streamed) // 3: streamed_response of BodyMutation
  at = writeHeader(buffer, at, 0x0a, body) // 1: body of StreamedBodyResponse
  for (const piece of pieces) {
    buffer.set(piece, at)
    at += piece.length
  }
  if (endOfStream) {
    buffer[at] = 0x10 // 2: end_of_stream of StreamedBodyResponse
    buffer[at + 1] = 1
  }
  return buffer
}

/** How many bytes a length takes. */
function sizeOfLength(length: number): number {
  return length < 128 ? 1 : length < 16_384 ? 2 : length < 2_097_152 ? 3 : length < 268_435_456 ? 4 : 5
}

function writeHeader(buffer: Buffer, from: number, tag: number, length: number): number {
  buffer[from] = tag
  let at = from + 1
  let rest = length
  while (rest >= 0x80) {
    buffer[at++] = (rest % 128) | 0x80
    rest = Math.floor(rest / 128)
  }
  buffer[at++] = rest
  return at
}
