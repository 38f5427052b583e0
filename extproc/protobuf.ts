/**
 * The protocol buffers wire format, as much of it as the external processor needs. The writer works from the back to the
 * front: a nested message's length is known when its header is written, so that a body is copied exactly once.
 */

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

const EMPTY = Buffer.alloc(0)

/**
 * Calls `each` for every field of a message: `value` is a varint's, `bytes` the content of any other type. Throws RangeError on
 * bytes that are no message.
 */
export function readFields(message: Buffer, each: (number: number, bytes: Buffer, value: number) => void): void {
  let at = 0
  const varint = (): number => {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = message[at++]
      if (byte === undefined) throw new RangeError('A protobuf varint is cut short.')
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
  }
  while (at < message.length) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    const type = tag & 7
    switch (type) {
      case VARINT:
        each(number, EMPTY, varint())
        break
      case BYTES:
      case FIXED64:
      case FIXED32: {
        const length = type === BYTES ? varint() : type === FIXED64 ? 8 : 4
        if (at + length > message.length) throw new RangeError('A protobuf field is cut short.')
        each(number, message.subarray(at, at + length), 0)
        at += length
        break
      }
      default:
        throw new RangeError(`A protobuf field has the unknown wire type ${type}.`)
    }
  }
}

/** Reads the length of a field's contents; throws RangeError when the bytes end within it. */
export function readLength(bytes: Buffer, at: number): number {
  let value = 0
  let scale = 1
  for (let i = at; ; i++) {
    const byte = bytes[i]
    if (byte === undefined) throw new RangeError('A protobuf length is cut short.')
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return value
    scale *= 128
  }
}

/** How many bytes a length takes. */
export function sizeOfLength(length: number): number {
  return length < 128 ? 1 : length < 16_384 ? 2 : length < 2_097_152 ? 3 : length < 268_435_456 ? 4 : 5
}

/** Writes a message back to front: fields come out in the reverse order of the calls. */
export interface BackwardWriter {
  varint(number: number, value: number): void
  string(number: number, text: string): void
  bytes(number: number, pieces: readonly Uint8Array[]): void
  message(number: number, write: () => void): void
  finish(): Buffer
}

/** `capacity` is a guess of the final size in bytes; the buffer grows when it was too small. */
export function backwardWriter(capacity: number): BackwardWriter {
  let buffer = Buffer.allocUnsafe(capacity)
  let at = capacity

  const room = (bytes: number) => {
    if (bytes <= at) return
    const used = buffer.length - at
    const grown = Buffer.allocUnsafe(Math.max(buffer.length * 2, used + bytes + 256))
    buffer.copy(grown, grown.length - used, at)
    at = grown.length - used
    buffer = grown
  }
  const putVarint = (value: number) => {
    let size = 1
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) size++
    room(size)
    at -= size
    let rest = value
    for (let i = 0; i < size - 1; i++) {
      buffer[at + i] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    buffer[at + size - 1] = rest
  }
  /** Short ASCII, which nearly all headers are, is faster byte by byte than through a call into the runtime. */
  const putAscii = (text: string): boolean => {
    const { length } = text
    if (length > 96) return false
    room(length)
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
    room(size)
    at -= size
    buffer.write(text, at)
    return size
  }
  const putTag = (number: number, type: number) => putVarint(number * 8 + type)

  return {
    varint(number, value) {
      putVarint(value)
      putTag(number, VARINT)
    },
    string(number, text) {
      const size = putAscii(text) ? text.length : putUtf8(text)
      putVarint(size)
      putTag(number, BYTES)
    },
    bytes(number, pieces) {
      let size = 0
      for (const piece of pieces) size += piece.length
      room(size)
      at -= size
      let write = at
      for (const piece of pieces) {
        buffer.set(piece, write)
        write += piece.length
      }
      putVarint(size)
      putTag(number, BYTES)
    },
    message(number, write) {
      const end = buffer.length - at
      write()
      putVarint(buffer.length - at - end)
      putTag(number, BYTES)
    },
    finish: () => buffer.subarray(at),
  }
}
