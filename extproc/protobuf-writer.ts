import { bytesTag, varintTag } from './protobuf.js'

/**
 * Writes protocol buffers messages back to front: fields come out in the reverse order of the calls, and a message that has been
 * written has its length known when its header is. One writer writes one message after the other.
 */
export interface BackwardWriter {
  /** How much has been written: where a message ends whose fields come now. */
  mark(): number
  varint(field: number, value: number): void
  string(field: number, text: string): void
  bytes(field: number, pieces: readonly Uint8Array[]): void
  /** Fields that have been written already. */
  written(fields: Uint8Array): void
  /** Makes a message of what has been written since `mark`. */
  message(field: number, mark: number): void
  /** Makes a gRPC frame of what has been written since `mark`. */
  frame(mark: number): void
  /** Returns what has been written, in pieces that follow each other, and begins anew. Long values are in it as they were given, uncopied. */
  finish(): readonly Buffer[]
  /** Forgets what has been written. */
  clear(): void
}

/** Buffers up to this size are written into again and again; a message that needs a larger one keeps it. */
const REUSED = 64 * 1024

/** Bytes from this size on are not copied. */
const BY_REFERENCE = 64 * 1024

/** Strings up to this length are faster written byte by byte than through a call into the runtime, if they are ASCII. */
const SHORT = 64

/** See `BackwardWriter`. */
export function backwardWriter(): BackwardWriter {
  let reused = Buffer.allocUnsafeSlow(4096)
  let buffer = reused
  let at = buffer.length
  /** What stands behind the buffer's contents, and how long that is. */
  let behind: Buffer[] = []
  let behindLength = 0

  const mark = () => behindLength + buffer.length - at
  const putBehind = (pieces: readonly Uint8Array[], size: number) => {
    const suffix = Buffer.from(buffer.subarray(at))
    behind = [...pieces.map(asBuffer), suffix, ...behind]
    behindLength += suffix.length + size
    at = buffer.length
  }
  const grow = (bytes: number) => {
    const used = buffer.length - at
    const grown = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, used + bytes + 1024))
    buffer.copy(grown, grown.length - used, at)
    at = grown.length - used
    buffer = grown
  }
  const putVarint = (value: number) => {
    if (at < 10) grow(10)
    if (value < 0x80) {
      buffer[--at] = value
      return
    }
    let size = 1
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) size++
    at -= size
    let rest = value
    for (let i = 0; i < size - 1; i++) {
      buffer[at + i] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    buffer[at + size - 1] = rest
  }
  const putHeader = (field: number, length: number) => {
    putVarint(length)
    putVarint(bytesTag(field))
  }
  const putShortAscii = (text: string): boolean => {
    const { length } = text
    if (length > at) grow(length)
    const start = at - length
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i)
      if (code >= 0x80) return false
      buffer[start + i] = code
    }
    at = start
    return true
  }
  const putUtf8 = (text: string): number => {
    const size = Buffer.byteLength(text)
    if (size > at) grow(size)
    at -= size
    buffer.write(text, at)
    return size
  }
  const clear = () => {
    if (buffer.length <= REUSED) reused = buffer
    else buffer = reused
    at = buffer.length
    behind = []
    behindLength = 0
  }

  return {
    mark,
    varint(field, value) {
      putVarint(value)
      putVarint(varintTag(field))
    },
    string(field, text) {
      putHeader(field, text.length <= SHORT && putShortAscii(text) ? text.length : putUtf8(text))
    },
    bytes(field, pieces) {
      let size = 0
      for (const piece of pieces) size += piece.length
      if (size >= BY_REFERENCE) {
        putBehind(pieces, size)
        putHeader(field, size)
        return
      }
      if (size > at) grow(size)
      at -= size
      let write = at
      for (const piece of pieces) {
        buffer.set(piece, write)
        write += piece.length
      }
      putHeader(field, size)
    },
    written(fields) {
      if (fields.length > at) grow(fields.length)
      at -= fields.length
      buffer.set(fields, at)
    },
    message(field, from) {
      putHeader(field, mark() - from)
    },
    frame(from) {
      const length = mark() - from
      if (at < 5) grow(5)
      at -= 5
      buffer[at] = 0
      buffer.writeUInt32BE(length, at + 1)
    },
    finish() {
      const written = buffer.subarray(at)
      const result = [buffer.length <= REUSED ? Buffer.from(written) : written, ...behind]
      clear()
      return result
    },
    clear,
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
