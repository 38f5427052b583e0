import { writeStreamedBody } from './body-messages.js'
import type { HeaderChanges, HeaderPairs, Metadata, Outgoing } from './messages.js'
import { type BackwardWriter, backwardWriter } from './protobuf-writer.js'

const RESPONSE_NUMBERS = {
  'request-headers': 1,
  'response-headers': 2,
  'request-body': 3,
  'response-body': 4,
  'held-body': 4,
  'request-trailers': 5,
  'response-trailers': 6,
} as const

const CONTINUE_AND_REPLACE = 1
const BUFFERED = 2
const SEND = 1
const OVERWRITE_IF_EXISTS_OR_ADD = 2

/** gRPC frames of messages that are always the same. */
const written = new WeakMap<Outgoing, readonly Buffer[]>()

/** Makes a message that is sent again and again, and so is written once; it must not be changed. */
export function constant(response: Outgoing): Outgoing {
  written.set(response, frameWriter()([response]))
  return response
}

/**
 * Writes messages (`ProcessingResponse`) as gRPC frames, one after the other, in pieces that follow each other: long bodies are not
 * copied for it. One such function is made for many streams, for it keeps a buffer to write in; what it returns is not written into again.
 */
export function frameWriter(): (messages: readonly Outgoing[]) => readonly Buffer[] {
  const writer = backwardWriter()
  return (messages) => {
    const [only] = messages
    if (messages.length === 1 && only) {
      if (only.kind === 'response-body') return [writeStreamedBody(only.pieces, only.endOfStream)]
      const before = written.get(only)
      if (before) return before
    }
    writer.clear()
    for (let i = messages.length - 1; i >= 0; i--) {
      const mark = writer.mark()
      write(writer, messages[i] as Outgoing)
      writer.frame(mark)
    }
    return writer.finish()
  }
}

function write(writer: BackwardWriter, response: Outgoing): void {
  const mark = writer.mark()
  switch (response.kind) {
    case 'request-headers':
    case 'request-body':
    case 'response-headers':
    case 'held-body': {
      if (response.body) {
        if (response.body === 'held')
          writer.varint(4, BUFFERED) // response_body_mode of mode_override
        // response_trailer_mode: Envoy closes the stream once it expects nothing more, and its end is what tells when the request is over.
        else writer.varint(6, SEND)
        writer.message(9, mark)
      }
      if (response.metadata) writeMetadata(writer, response.metadata)
      const inner = writer.mark()
      if (response.route === 'again') writer.varint(5, 1)
      const { replaceBody, headers } = response
      if (replaceBody) {
        const body = writer.mark()
        writer.bytes(1, [replaceBody])
        writer.message(3, body)
      }
      if (headers) writeHeaderMutation(writer, headers)
      if (replaceBody && (response.kind === 'request-headers' || response.kind === 'response-headers'))
        writer.varint(1, CONTINUE_AND_REPLACE)
      writer.message(1, inner)
      writer.message(RESPONSE_NUMBERS[response.kind], inner)
      break
    }
    case 'response-body':
      if (response.endOfStream) writer.varint(2, 1)
      writer.bytes(1, response.pieces)
      writer.message(3, mark)
      writer.message(3, mark)
      writer.message(1, mark)
      writer.message(RESPONSE_NUMBERS['response-body'], mark)
      break
    case 'request-trailers':
    case 'response-trailers':
      writer.message(RESPONSE_NUMBERS[response.kind], mark)
      break
    case 'written':
      writer.written(response.message)
      break
    case 'immediate': {
      writer.bytes(3, [response.body])
      const headers = writer.mark()
      setHeaders(writer, response.headers)
      writer.message(2, headers)
      const status = writer.mark()
      writer.varint(1, response.status)
      writer.message(1, status)
      writer.message(7, mark)
      break
    }
  }
}

function writeHeaderMutation(writer: BackwardWriter, changes: HeaderChanges): void {
  const mark = writer.mark()
  for (const name of changes.remove) writer.string(2, name)
  setHeaders(writer, changes.set)
  writer.message(2, mark)
}

function setHeaders(writer: BackwardWriter, pairs: HeaderPairs): void {
  for (const [name, value] of pairs) {
    const option = writer.mark()
    writer.varint(3, OVERWRITE_IF_EXISTS_OR_ADD)
    const header = writer.mark()
    writer.string(3, value)
    writer.string(1, name)
    writer.message(1, header)
    writer.message(1, option)
  }
}

/** A `google.protobuf.Struct` with one member, which is one of texts. */
function writeMetadata(writer: BackwardWriter, { namespace, texts }: Metadata): void {
  const mark = writer.mark()
  for (const [name, value] of texts) {
    const entry = writer.mark()
    writer.string(3, value)
    writer.message(2, entry)
    writer.string(1, name)
    writer.message(1, entry)
  }
  writer.message(5, mark)
  writer.message(2, mark)
  writer.string(1, namespace)
  writer.message(1, mark)
  writer.message(8, mark)
}
