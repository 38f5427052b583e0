import { isList, isObject, type JsonObject, type JsonValue } from './json.js'
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  isSpace,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  stringEnd,
} from './json-bytes.js'
import type { Edit, Span } from './members.js'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * What must change in the JSON text at `span` so that it says `after`, where it says `before`; only values that differ are written
 * anew, and everything else keeps its spelling (numbers beyond 2^53, escapes, spaces). Parts of both that are the same object are
 * not looked into. The text is valid JSON.
 */
export function editsWithin(
  bytes: Uint8Array,
  span: Span,
  before: JsonValue | undefined,
  after: JsonValue,
): readonly Edit[] {
  let at = span.start

  const skipSpace = () => {
    while (isSpace(bytes[at])) at++
  }
  const past = (sign: number): boolean => {
    skipSpace()
    if (bytes[at] !== sign) return false
    at++
    return true
  }
  const skipString = () => {
    at = stringEnd(bytes, at)
  }
  const skipValue = () => {
    skipSpace()
    let depth = 0
    do {
      const byte = bytes[at]
      if (byte === QUOTE) {
        skipString()
        continue
      }
      if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth--
      at++
    } while (at < span.end && (depth > 0 || !endsValue(bytes[at])))
  }
  const name = (): string => {
    skipSpace()
    const start = at
    skipString()
    return JSON.parse(decoder.decode(bytes.subarray(start, at))) as string
  }

  const replaced = (to: JsonValue): readonly Edit[] => {
    skipSpace()
    const start = at
    skipValue()
    return [{ at: { start, end: at }, text: encoder.encode(JSON.stringify(to)) }]
  }
  const inList = (was: readonly JsonValue[], is: readonly JsonValue[]): readonly Edit[] => {
    const edits: Edit[] = []
    past(OPEN_LIST)
    for (const [index, value] of was.entries()) {
      edits.push(...within(value, is[index] ?? null))
      past(COMMA)
    }
    past(CLOSE_LIST)
    return edits
  }
  /** Undefined where the text has a name twice, so that nobody can tell which value stands where. */
  const inObject = (was: JsonObject, is: JsonObject): readonly Edit[] | undefined => {
    const edits: Edit[] = []
    let seen = 0
    past(OPEN_OBJECT)
    skipSpace()
    for (let more = bytes[at] === QUOTE; more; more = past(COMMA)) {
      const member = name()
      past(COLON)
      seen++
      edits.push(...within(was[member], is[member] ?? null))
    }
    past(CLOSE_OBJECT)
    return seen === Object.keys(was).length ? edits : undefined
  }
  const within = (was: JsonValue | undefined, is: JsonValue): readonly Edit[] => {
    if (was === is) {
      skipValue()
      return []
    }
    if (isList(was) && isList(is) && was.length === is.length) return inList(was, is)
    if (isObject(was) && isObject(is) && sameNames(was, is)) {
      const start = at
      const edits = inObject(was, is)
      if (edits) return edits
      at = start
    }
    return replaced(is)
  }
  return within(before, after)
}

function sameNames(some: JsonObject, others: JsonObject): boolean {
  const names = Object.keys(some)
  return names.length === Object.keys(others).length && names.every((name) => Object.hasOwn(others, name))
}

function endsValue(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || byte === COLON || isSpace(byte)
}
