import { ConnectionError } from './errors.js'
import { huffmanText } from './huffman.js'

/** A header field; names are in lower case. */
export interface HeaderField {
  readonly name: string
  readonly value: string
}

/** What a field takes in a table besides its text, in bytes (RFC 7541, 4.1). */
const OVERHEAD = 32
/** What the table may take, in bytes; HTTP/2's default, which is never changed here. */
const TABLE_SIZE = 4096
/** What the fields of one request may take together, in bytes. */
export const LIST_SIZE = 64 * 1024

/** Longer texts in code are read anew each time. */
const LONGEST_KEPT = 128

/** RFC 7541, appendix A. */
const STATIC_TABLE: readonly HeaderField[] = `
:authority|:method GET|:method POST|:path /|:path /index.html|:scheme http|:scheme https|:status 200|:status 204|:status 206|:status 304
:status 400|:status 404|:status 500|accept-charset|accept-encoding gzip, deflate|accept-language|accept-ranges|accept
access-control-allow-origin|age|allow|authorization|cache-control|content-disposition|content-encoding|content-language|content-length
content-location|content-range|content-type|cookie|date|etag|expect|expires|from|host|if-match|if-modified-since|if-none-match|if-range
if-unmodified-since|last-modified|link|location|max-forwards|proxy-authenticate|proxy-authorization|range|referer|refresh|retry-after
server|set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via|www-authenticate`
  .trim()
  .split(/[|\n]/)
  .map((field) => {
    const space = field.indexOf(' ')
    return space < 0 ? { name: field, value: '' } : { name: field.slice(0, space), value: field.slice(space + 1) }
  })

/** Reads header blocks of one connection, in the order in which they come, each whole. Throws `ConnectionError`. */
export interface HeaderReader {
  read(block: Buffer): readonly HeaderField[]
}

/** See `HeaderReader`; RFC 7541. */
export function headerReader(): HeaderReader {
  /** The latest one is the last. */
  let table: HeaderField[] = []
  let tableSize = 0
  let tableLimit = TABLE_SIZE
  /** The last text of each length that was coded: clients send some fields in full with every request. */
  const coded = new Map<number, { readonly code: Buffer; readonly text: string }>()
  let bytes: Buffer = Buffer.alloc(0)
  let at = 0

  const integer = (prefix: number): number => {
    const most = 2 ** prefix - 1
    let value = byteAt() & most
    if (value < most) return value
    for (let shift = 0; shift <= 21; shift += 7) {
      const byte = byteAt()
      value += (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw broken('a number that is too large')
  }
  const byteAt = (): number => {
    const byte = bytes[at++]
    if (byte === undefined) throw broken('a header block that ends within a field')
    return byte
  }
  const text = (): string => {
    const isCoded = (bytes[at] as number) >= 0x80
    const length = integer(7)
    const from = at
    at += length
    if (at > bytes.length) throw broken('a header block that ends within a text')
    return isCoded ? codedText(from) : bytes.toString('latin1', from, at)
  }
  const codedText = (from: number): string => {
    const last = coded.get(at - from)
    if (last && bytes.compare(last.code, 0, last.code.length, from, at) === 0) return last.text
    const text = huffmanText(bytes, from, at)
    if (at - from <= LONGEST_KEPT) coded.set(at - from, { code: Buffer.from(bytes.subarray(from, at)), text })
    return text
  }
  const fieldAt = (index: number): HeaderField => {
    const field =
      index <= STATIC_TABLE.length ? STATIC_TABLE[index - 1] : table[table.length - (index - STATIC_TABLE.length)]
    if (field === undefined) throw broken('a field that is in no table')
    return field
  }
  const literal = (index: number): HeaderField => {
    const name = index === 0 ? text() : fieldAt(index).name
    return { name, value: text() }
  }
  const evict = () => {
    let gone = 0
    while (tableSize > tableLimit) tableSize -= sizeOf(table[gone++] as HeaderField)
    if (gone > 0) table = table.slice(gone)
  }

  return {
    read(block) {
      bytes = block
      at = 0
      let size = 0
      const fields: HeaderField[] = []
      while (at < bytes.length) {
        const first = bytes[at] as number
        let field: HeaderField
        if (first >= 0x80) field = fieldAt(integer(7))
        else if (first >= 0x40) {
          field = literal(integer(6))
          table.push(field)
          tableSize += sizeOf(field)
          evict()
        } else if (first >= 0x20) {
          const limit = integer(5)
          if (limit > TABLE_SIZE || fields.length > 0) throw broken('a table of a size that may not be')
          tableLimit = limit
          evict()
          continue
        } else field = literal(integer(4))
        size += sizeOf(field)
        if (size > LIST_SIZE) throw new ConnectionError('too much', 'more header fields than were allowed')
        fields.push(field)
      }
      return fields
    },
  }
}

function sizeOf({ name, value }: HeaderField): number {
  return name.length + value.length + OVERHEAD
}

/**
 * Goes before the first header block that is sent on a connection: its table is given up. A client that has set a smaller one than there is at first
 * takes no block that does not begin with that (RFC 7541, 4.2).
 */
export const NO_TABLE = Buffer.from([0x20])

const broken = (what: string) => new ConnectionError('compression', what)

/**
 * A header block of fields that no table is to hold: one that can be sent at any time, on any connection. Names and values are ASCII, of fewer
 * than 127 characters.
 */
export function headerBlock(fields: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = []
  for (const [name, value] of Object.entries(fields)) {
    const known = STATIC_TABLE.findIndex((field) => field.name === name && field.value === value)
    if (known >= 0) parts.push(Buffer.from([0x80 | (known + 1)]))
    else parts.push(Buffer.from([0, name.length]), Buffer.from(name), Buffer.from([value.length]), Buffer.from(value))
  }
  return Buffer.concat(parts)
}
