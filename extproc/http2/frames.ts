import { ConnectionError } from './errors.js'

/** Types of frames (RFC 9113, section 6). */
export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  window: 8,
  continuation: 9,
} as const

/** Flags of frames; some have the same bit. */
export const FLAG = { end: 1, ack: 1, endHeaders: 4, padded: 8, priority: 0x20 } as const

export const HEAD = 9

/** What every client may send in a frame, and does unless it is told otherwise; in bytes. */
export const FRAME_SIZE = 16_384

/** What comes on a connection, in order. Bytes are views of what was read. */
export interface FrameListener {
  /** Part of a frame of data, which may be empty; `padding` bytes came with it. `last` is told of the last part of the stream's last frame. */
  data(stream: number, bytes: Buffer, padding: number, place: 'last' | 'not last'): void
  /** Any other frame, whole. */
  frame(type: number, flags: number, stream: number, payload: Buffer): void
}

export interface FrameReader {
  /** Throws `ConnectionError`. */
  push(chunk: Buffer): void
}

/** Cuts bytes into frames: data are passed on as they come. */
export function frameReader(listener: FrameListener): FrameReader {
  return new Frames(listener)
}

class Frames implements FrameReader {
  private readonly listener: FrameListener
  /** The beginning of a frame. */
  private held: Buffer | undefined = undefined
  /** What is still to come of a frame of data. */
  private missing = 0
  private dataStream = 0
  private dataEnds = false

  constructor(listener: FrameListener) {
    this.listener = listener
  }

  push(chunk: Buffer): void {
    const { listener, held } = this
    const bytes = held === undefined ? chunk : Buffer.concat([held, chunk])
    this.held = undefined
    let at = 0
    while (at < bytes.length) {
      if (this.missing > 0) {
        const end = Math.min(at + this.missing, bytes.length)
        this.missing -= end - at
        const place = this.dataEnds && this.missing === 0 ? 'last' : 'not last'
        listener.data(this.dataStream, bytes.subarray(at, end), 0, place)
        at = end
        continue
      }
      if (bytes.length - at < HEAD) break
      const size = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)
      if (size > FRAME_SIZE) throw new ConnectionError('frame size', 'a frame that is too long')
      const type = bytes[at + 3] as number
      const flags = bytes[at + 4] as number
      const stream = bytes.readUInt32BE(at + 5) & 0x7f_ff_ff_ff
      const ends = type === FRAME.data && (flags & FLAG.end) !== 0
      if (type === FRAME.data && (flags & FLAG.padded) === 0 && size > 0) {
        this.missing = size
        this.dataStream = stream
        this.dataEnds = ends
        at += HEAD
        continue
      }
      const end = at + HEAD + size
      if (end > bytes.length) break
      const payload = bytes.subarray(at + HEAD, end)
      at = end
      if (type === FRAME.data) {
        const data = (flags & FLAG.padded) === 0 ? payload : withoutPadding(payload)
        listener.data(stream, data, size - data.length, ends ? 'last' : 'not last')
      } else listener.frame(type, flags, stream, payload)
    }
    if (at < bytes.length) this.held = bytes.subarray(at)
  }
}

/** The contents of a padded frame of data or headers. Throws `ConnectionError`. */
export function withoutPadding(payload: Buffer): Buffer {
  const padding = payload[0]
  if (padding === undefined || padding >= payload.length)
    throw new ConnectionError('protocol', 'padding longer than its frame')
  return payload.subarray(1, payload.length - padding)
}

/** The first bytes of a frame. */
export function putFrameHead(
  into: Buffer,
  at: number,
  size: number,
  type: number,
  flags: number,
  stream: number,
): void {
  into[at] = size >> 16
  into[at + 1] = (size >> 8) & 0xff
  into[at + 2] = size & 0xff
  into[at + 3] = type
  into[at + 4] = flags
  into[at + 5] = stream >>> 24
  into[at + 6] = (stream >> 16) & 0xff
  into[at + 7] = (stream >> 8) & 0xff
  into[at + 8] = stream & 0xff
}
