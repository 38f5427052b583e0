import { isList, isObject, type JsonObject, type JsonValue } from './json.js'
import { CLOSE_LIST, CLOSE_OBJECT, COLON, COMMA, isSpace, OPEN_LIST, OPEN_OBJECT, QUOTE } from './json-bytes.js'
import { pieceEnd, TOGETHER } from './json-reader.js'
import { writeJson } from './json-writer.js'
import type { Edit, Span } from './members.js'
import type { Steps } from './turns.js'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Bytes to a unit of work. */
const PER_UNIT = 16

/**
 * What must change in the JSON text at `span` so that it says `after`, where it says `before`; only values that differ are written
 * anew, and everything else keeps its spelling (numbers beyond 2^53, escapes, spaces). Parts of both that are the same object are
 * not looked into. The text is valid JSON.
 */
export function* editsWithin(
  bytes: Uint8Array,
  span: Span,
  before: JsonValue | undefined,
  after: JsonValue,
): Steps<readonly Edit[]> {
  const edits: Edit[] = []
  let at = span.start
  /** As far as work has been announced. */
  let announced = at

  const isFar = () => at - announced >= TOGETHER
  const passed = (): number => {
    const units = 1 + (at - announced) / PER_UNIT
    announced = at
    return units
  }
  const skipSpace = () => {
    while (isSpace(bytes[at])) at++
  }
  const past = (sign: number): boolean => {
    skipSpace()
    if (bytes[at] !== sign) return false
    at++
    return true
  }
  function* skipString(): Steps<void> {
    for (at = pieceEnd(bytes, at + 1); bytes[at] !== QUOTE && at < span.end; at = pieceEnd(bytes, at)) {
      if (isFar()) yield passed()
    }
    at++
  }
  function* skipValue(): Steps<void> {
    skipSpace()
    let depth = 0
    do {
      if (isFar()) yield passed()
      const byte = bytes[at]
      if (byte === QUOTE) {
        yield* skipString()
        continue
      }
      if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth--
      at++
    } while (at < span.end && (depth > 0 || !endsValue(bytes[at])))
  }
  function* name(): Steps<string> {
    skipSpace()
    const start = at
    yield* skipString()
    return JSON.parse(decoder.decode(bytes.subarray(start, at))) as string
  }

  function* replaced(to: JsonValue): Steps<void> {
    skipSpace()
    const start = at
    yield* skipValue()
    const isWord = typeof to !== 'object' && String(to).length < TOGETHER
    const text = isWord ? encoder.encode(JSON.stringify(to)) : yield* writeJson(to)
    edits.push({ at: { start, end: at }, text })
  }
  function* inList(was: readonly JsonValue[], is: readonly JsonValue[]): Steps<void> {
    past(OPEN_LIST)
    for (const [index, value] of was.entries()) {
      yield* within(value, is[index] ?? null)
      past(COMMA)
    }
    past(CLOSE_LIST)
  }
  /** Whether that could be done: where the text has a name twice nobody can tell which value stands where. */
  function* inObject(was: JsonObject, is: JsonObject): Steps<boolean> {
    let seen = 0
    past(OPEN_OBJECT)
    skipSpace()
    for (let more = bytes[at] === QUOTE; more; more = past(COMMA)) {
      const member = yield* name()
      past(COLON)
      seen++
      yield* within(was[member], is[member] ?? null)
    }
    past(CLOSE_OBJECT)
    return seen === Object.keys(was).length
  }
  function* within(was: JsonValue | undefined, is: JsonValue): Steps<void> {
    if (was === is) yield* skipValue()
    else if (isList(was) && isList(is) && was.length === is.length) yield* inList(was, is)
    else if (isObject(was) && isObject(is) && sameNames(was, is)) {
      const start = at
      const made = edits.length
      if (yield* inObject(was, is)) return
      at = start
      announced = at
      edits.length = made
      yield* replaced(is)
    } else yield* replaced(is)
  }
  yield* within(before, after)
  return edits
}

function sameNames(some: JsonObject, others: JsonObject): boolean {
  const names = Object.keys(some)
  return names.length === Object.keys(others).length && names.every((name) => Object.hasOwn(others, name))
}

function endsValue(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || byte === COLON || isSpace(byte)
}
