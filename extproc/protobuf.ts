/**
 * Reading the protocol buffers wire format, as much of it as the external processor needs: functions of a place in the bytes,
 * which is cheaper than views and closures for each field. What is malformed throws RangeError.
 */

/** Types of fields, as the lowest three bits of a tag hold them. */
const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

const EMPTY = Buffer.alloc(0)

/** The tag of a field that holds bytes: text, bytes, or a message. */
export const bytesTag = (field: number) => field * 8 + BYTES
export const varintTag = (field: number) => field * 8 + VARINT

/** The varint at a place; beyond 2^53 it is rounded. */
export function varintAt(bytes: Buffer, at: number): number {
  const first = bytes[at]
  if (first === undefined) throw new RangeError('A protobuf varint is cut short.')
  return first < 0x80 ? first : longVarintAt(bytes, at)
}

function longVarintAt(bytes: Buffer, from: number): number {
  let value = 0
  let scale = 1
  for (let at = from; ; at++) {
    const byte = bytes[at]
    if (byte === undefined) throw new RangeError('A protobuf varint is cut short.')
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return value
    scale *= 128
  }
}

/** Where the varint at a place ends; it may be longer than it must be. */
export function afterVarint(bytes: Buffer, from: number): number {
  let at = from
  while ((bytes[at] ?? 0) >= 0x80) at++
  return at + 1
}

/** Where the contents end whose length is at a place, in a message that ends at `end`; they begin after that varint. */
export function contentsEnd(bytes: Buffer, at: number, end: number): number {
  const first = bytes[at]
  const stop = first !== undefined && first < 0x80 ? at + 1 + first : afterVarint(bytes, at) + longVarintAt(bytes, at)
  if (stop > end) throw new RangeError('A protobuf field is cut short.')
  return stop
}

/** Where the field ends whose tag is at a place. */
export function afterField(bytes: Buffer, at: number, end: number): number {
  const type = varintAt(bytes, at) & 7
  const start = afterVarint(bytes, at)
  if (type === BYTES) return contentsEnd(bytes, start, end)
  const stop = afterFixed(bytes, start, type)
  if (stop > end) throw new RangeError('A protobuf field is cut short.')
  return stop
}

function afterFixed(bytes: Buffer, start: number, type: number): number {
  switch (type) {
    case VARINT:
      return afterVarint(bytes, start)
    case FIXED64:
      return start + 8
    case FIXED32:
      return start + 4
    default:
      throw new RangeError(`A protobuf field has the unknown wire type ${type}.`)
  }
}

/**
 * Calls `each` for every field of a message: `value` is a varint's, `bytes` the content of any other type. For what is rarely
 * read.
 */
export function readFields(message: Buffer, each: (number: number, bytes: Buffer, value: number) => void): void {
  let at = 0
  while (at < message.length) {
    const tag = varintAt(message, at)
    const type = tag & 7
    const number = (tag - type) / 8
    const stop = afterField(message, at, message.length)
    const start = afterVarint(message, at)
    if (type === VARINT) each(number, EMPTY, varintAt(message, start))
    else each(number, message.subarray(type === BYTES ? afterVarint(message, start) : start, stop), 0)
    at = stop
  }
}
