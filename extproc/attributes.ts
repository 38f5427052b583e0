import { afterField, afterVarint, bytesTag, contentsEnd } from './protobuf.js'

/**
 * Reads an entry of the `attributes` of a `ProcessingRequest`, a filter's name with a `google.protobuf.Struct`, into `attributes`:
 * those of its values that are text.
 */
export function readAttributes(message: Buffer, from: number, to: number, attributes: Map<string, string>): void {
  const struct = fieldIn(message, from, to, VALUE)
  if (struct < 0) return
  const end = contentsEnd(message, struct, to)
  for (let at = afterVarint(message, struct); at < end; ) {
    const stop = afterField(message, at, end)
    if (message[at] === FIELDS) readMember(message, afterVarint(message, at + 1), stop, attributes)
    at = stop
  }
}

function readMember(message: Buffer, from: number, to: number, attributes: Map<string, string>): void {
  const value = fieldIn(message, from, to, VALUE)
  if (value < 0) return
  const end = contentsEnd(message, value, to)
  const text = fieldIn(message, afterVarint(message, value), end, STRING_VALUE)
  if (text < 0) return
  const name = fieldIn(message, from, to, KEY)
  attributes.set(name < 0 ? '' : textAt(message, name, to), textAt(message, text, end))
}

const FIELDS = bytesTag(1) // of a Struct
const KEY = bytesTag(1) // of an entry of a map
const VALUE = bytesTag(2) // of an entry of a map
const STRING_VALUE = bytesTag(3) // of a Value

/** Where the length of the last field with a tag is, or -1. */
function fieldIn(message: Buffer, from: number, to: number, tag: number): number {
  let found = -1
  for (let at = from; at < to; at = afterField(message, at, to)) if (message[at] === tag) found = at + 1
  return found
}

function textAt(message: Buffer, at: number, end: number): string {
  return message.toString('utf8', afterVarint(message, at), contentsEnd(message, at, end))
}
