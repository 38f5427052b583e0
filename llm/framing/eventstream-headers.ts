/** Bytes of a header's value by its type's number; 6 and 7 say their own length in two bytes. */
const FIXED_SIZES: Readonly<Record<number, number>> = {
  0: 0, // true
  1: 0, // false
  2: 1, // byte
  3: 2, // short
  4: 4, // integer
  5: 8, // long
  8: 8, // timestamp
  9: 16, // UUID
}
const BYTES = 6
const STRING = 7

/**
 * Reads the headers of an AWS event stream message (name length, name, type, value) and keeps the strings: all that the
 * framing needs. Undefined where they are not well-formed.
 */
function stringHeaders(buffer: Buffer): ReadonlyMap<string, string> | undefined {
  const headers = new Map<string, string>()
  let at = 0
  while (at < buffer.length) {
    const nameEnd = at + 1 + (buffer[at] ?? 0)
    const type = buffer[nameEnd]
    if (type === undefined) return undefined
    const sized = type === BYTES || type === STRING
    const start = nameEnd + (sized ? 3 : 1)
    if (start > buffer.length) return undefined
    const size = sized ? buffer.readUInt16BE(nameEnd + 1) : FIXED_SIZES[type]
    if (size === undefined || start + size > buffer.length) return undefined
    if (type === STRING)
      headers.set(buffer.toString('utf8', at + 1, nameEnd), buffer.toString('utf8', start, start + size))
    at = start + size
  }
  return headers
}

/** Reads the string headers between two places of a message; undefined where they are not well-formed. */
export type HeaderReader = (message: Buffer, from: number, to: number) => ReadonlyMap<string, string> | undefined

/** Messages of one stream are mostly of one kind, whose headers are the same byte for byte: these are read once. */
export function headerReader(): HeaderReader {
  let known = Buffer.alloc(0)
  let headers: ReadonlyMap<string, string> | undefined
  return (message, from, to) => {
    if (headers === undefined || message.compare(known, 0, known.length, from, to) !== 0) {
      known = Buffer.from(message.subarray(from, to))
      headers = stringHeaders(known)
    }
    return headers
  }
}

/** Writes string headers. Names are at most 255 bytes, values at most 65,535. */
export function encodeHeaders(headers: readonly (readonly [name: string, value: string])[]): Uint8Array {
  return Buffer.concat(
    headers.flatMap(([name, value]) => {
      const text = Buffer.from(value, 'utf8')
      const head = Buffer.from([0, ...Buffer.from(name, 'utf8'), STRING, text.length >> 8, text.length & 0xff])
      head[0] = head.length - 4
      return [head, text]
    }),
  )
}
