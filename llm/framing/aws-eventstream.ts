import { GatewayError } from '../../core/errors.js'
import type { Framing } from '../../core/framing.js'
import type { Frame } from '../../core/provider.js'
import type { Transform } from '../../core/transform.js'
import { crc32 } from './crc32.js'
import { encodeHeaders, type HeaderReader, headerReader } from './eventstream-headers.js'

/** The largest message that is read, in bytes; AWS's own limit for a payload. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024

/** What the event of an exception begins with, before the exception's name. */
export const EXCEPTION = 'exception:'

/** Total length, length of the headers, CRC of these two. */
const PRELUDE_BYTES = 12
const CRC_BYTES = 4
/** Where the prelude's own CRC stands. */
const CRC_OF_PRELUDE = 8

/**
 * AWS's binary event stream (https://smithy.io/2.0/aws/amazon-eventstream.html). A message is an event named by its
 * `:event-type`; an exception is one named `exception:NAME`, as is an error that the service has no exception for. Both CRCs
 * are checked: what fails is `upstream_error`, after the frames before it.
 */
export const awsEventStream: Framing = {
  contentType: 'application/vnd.amazon.eventstream',
  decode: decodeMessages,
  encode: (frame) => frame.raw ?? encodeMessage(frame),
}

function decodeMessages(): Transform<Uint8Array, Frame> {
  const headersOf = headerReader()
  let held: Uint8Array[] = []
  let heldBytes = 0
  /** How many bytes there must be before anything can be read. */
  let needed = PRELUDE_BYTES
  let broken: unknown

  const readAll = (frames: Frame[]) => {
    const [only] = held
    let rest = held.length === 1 && only ? asBuffer(only) : Buffer.concat(held)
    try {
      for (;;) {
        needed = rest.length < PRELUDE_BYTES ? PRELUDE_BYTES : lengthOf(rest)
        if (rest.length < needed) break
        frames.push(readMessage(rest.length === needed ? rest : rest.subarray(0, needed), headersOf))
        rest = rest.length === needed ? NOTHING : rest.subarray(needed)
      }
    } catch (cause) {
      broken = cause
    }
    held = rest.length === 0 ? [] : [rest]
    heldBytes = rest.length
  }

  return {
    push(chunk) {
      // Frames that came before the fault, in the same chunk, have gone out by now.
      if (broken !== undefined) throw broken
      if (chunk.length === 0) return []
      held.push(chunk)
      heldBytes += chunk.length
      const frames: Frame[] = []
      if (heldBytes >= needed) readAll(frames)
      if (broken !== undefined && frames.length === 0) throw broken
      return frames
    },
    end() {
      if (broken !== undefined) throw broken
      // A message that is not whole says nothing.
      return []
    },
  }
}

/** The length of the message that begins here, once its prelude is found sound. */
function lengthOf(bytes: Buffer): number {
  const sound = crc32(bytes, 0, 0, CRC_OF_PRELUDE) === bytes.readUInt32BE(CRC_OF_PRELUDE)
  if (!sound) throw corrupt('the prelude of a message')
  const total = bytes.readUInt32BE(0)
  if (total > MAX_MESSAGE_BYTES) {
    throw new GatewayError('upstream_error', `The provider sent a message larger than ${MAX_MESSAGE_BYTES} bytes.`)
  }
  if (total < PRELUDE_BYTES + bytes.readUInt32BE(4) + CRC_BYTES) throw corrupt('the lengths of a message')
  return total
}

/** Reads a whole message whose prelude is sound. */
function readMessage(raw: Buffer, headersOf: HeaderReader): Frame {
  const end = raw.length - CRC_BYTES
  const ofPrelude = raw.readUInt32BE(CRC_OF_PRELUDE)
  if (crc32(raw, ofPrelude, CRC_OF_PRELUDE, end) !== raw.readUInt32BE(end)) throw corrupt('a message')
  const payload = PRELUDE_BYTES + raw.readUInt32BE(4)
  const headers = headersOf(raw, PRELUDE_BYTES, payload)
  if (headers === undefined) throw corrupt('the headers of a message')
  const data = raw.toString('utf8', payload, end)
  const header = (name: string) => headers.get(name) ?? ''
  switch (header(':message-type')) {
    case 'exception':
      return { type: 'event', event: `${EXCEPTION}${header(':exception-type')}`, data: data === '' ? '{}' : data, raw }
    case 'error': {
      const said = data === '' ? JSON.stringify({ message: header(':error-message') }) : data
      return { type: 'event', event: `${EXCEPTION}${header(':error-code')}`, data: said, raw }
    }
    default:
      return { type: 'event', event: header(':event-type'), data, raw }
  }
}

function encodeMessage(frame: Frame): Uint8Array {
  const event = frame.type === 'event' ? frame.event : ''
  const named: readonly (readonly [string, string])[] = event.startsWith(EXCEPTION)
    ? [
        [':message-type', 'exception'],
        [':exception-type', event.slice(EXCEPTION.length)],
      ]
    : [
        [':message-type', 'event'],
        [':event-type', event],
      ]
  const headers = encodeHeaders([...named, [':content-type', 'application/json']])
  const payload = Buffer.from(frame.data, 'utf8')
  const end = PRELUDE_BYTES + headers.length + payload.length
  const message = new Uint8Array(end + CRC_BYTES)
  const view = viewOf(message)
  view.setUint32(0, message.length)
  view.setUint32(4, headers.length)
  view.setUint32(8, crc32(message.subarray(0, 8)))
  message.set(headers, PRELUDE_BYTES)
  message.set(payload, PRELUDE_BYTES + headers.length)
  view.setUint32(end, crc32(message.subarray(0, end)))
  return message
}

const NOTHING = Buffer.alloc(0)

const asBuffer = (bytes: Uint8Array): Buffer =>
  bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

const corrupt = (what: string) => new GatewayError('upstream_error', `The provider's event stream is corrupt: ${what}.`)
