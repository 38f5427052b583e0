import { isList, isObject, type JsonObject, type JsonValue } from './json.js'
import { COPIED_PER_UNIT, TOGETHER } from './json-reader.js'
import { TextPieces } from './text-pieces.js'
import type { Steps } from './turns.js'

/** UTF-16 units to a unit of work. */
const PER_UNIT = 8

/** Bytes that are copied in one step. */
const COPIED = 512 * 1024

/** What a piece costs besides its bytes, and how much is copied of small ones without giving way. */
const PIECE = 2
const SMALL_TOGETHER = 2048

/** What a value costs besides its text. */
const VALUE = 8

const encoder = new TextEncoder()

/** Writes JSON in UTF-8 as `JSON.stringify` writes it, in steps of about `TOGETHER` characters. */
export function* writeJson(value: JsonValue): Steps<Uint8Array> {
  const pieces: Uint8Array[] = []
  yield* written(value, (piece) => pieces.push(encoder.encode(piece)))
  return yield* joined(pieces)
}

/** The text that `JSON.stringify` makes of the value, in steps where it is long. */
export function* jsonText(value: JsonValue): Steps<string> {
  if (!isLongJson(value, TOGETHER)) return JSON.stringify(value)
  const pieces: string[] = []
  yield* written(value, (piece) => pieces.push(piece))
  return pieces.join('')
}

function* written(value: JsonValue, write: (piece: string) => void): Steps<void> {
  const text = new TextPieces(write)
  // What is known not to be short: looking at all names of a large object takes long, and would be done for each that it stands in.
  const long = new Set<JsonValue>()

  function* string(long: string): Steps<void> {
    text.add('"')
    for (let from = 0; from < long.length; ) {
      const to = pieceEnd(long, from)
      yield 1 + (to - from) / PER_UNIT / 4
      text.add(JSON.stringify(long.slice(from, to)).slice(1, -1))
      from = to
    }
    text.add('"')
  }

  function* list(items: readonly JsonValue[]): Steps<void> {
    text.add('[')
    for (let from = 0; from < items.length; ) {
      if (from > 0) text.add(',')
      let left = TOGETHER
      let to = from
      while (to < items.length && left > 0) {
        left = leftAfter(items[to], left, long)
        if (left > 0) to++
      }
      yield 1 + (TOGETHER - Math.max(0, left)) / PER_UNIT
      if (to > from) {
        text.add(JSON.stringify(items.slice(from, to)).slice(1, -1))
        from = to
      } else yield* anything(items[from++] ?? null)
    }
    text.add(']')
  }

  function* object(members: JsonObject): Steps<void> {
    let before = '{'
    let worked = 0
    for (const name of Object.keys(members)) {
      const member = members[name]
      if (member === undefined) continue
      text.add(before)
      before = ','
      yield* anything(name)
      text.add(':')
      const left = leftAfter(member, TOGETHER, long)
      if (left > 0) {
        text.add(JSON.stringify(member))
        worked += VALUE + TOGETHER - left
      } else yield* anything(member)
      if (worked >= TOGETHER) {
        yield worked / PER_UNIT
        worked = 0
      }
    }
    text.add(before === '{' ? '{}' : '}')
  }

  function* anything(one: JsonValue): Steps<void> {
    if (typeof one === 'string' && one.length > TOGETHER) yield* string(one)
    else if (isList(one)) yield* list(one)
    else if (isObject(one)) yield* object(one)
    else text.add(JSON.stringify(one))
  }

  yield* anything(value)
  text.flush()
}

/** A text in UTF-8; half a surrogate pair becomes U+FFFD. */
export function* utf8InSteps(text: string): Steps<Uint8Array> {
  const pieces: Uint8Array[] = []
  for (let from = 0; from < text.length; ) {
    const to = pieceEnd(text, from)
    yield (to - from) / PER_UNIT
    pieces.push(encoder.encode(text.slice(from, to)))
    from = to
  }
  return yield* joined(pieces)
}

/** The bytes in one. */
export function* joined(pieces: readonly Uint8Array[]): Steps<Uint8Array> {
  const [only] = pieces
  if (only && pieces.length === 1) return only
  let length = 0
  for (const piece of pieces) length += piece.length
  const out = new Uint8Array(length)
  let at = 0
  let small = 0
  for (const piece of pieces) {
    if (piece.length > COPIED) yield* copied(piece, out, at)
    else out.set(piece, at)
    at += piece.length
    small += PIECE + piece.length / COPIED_PER_UNIT
    if (small < SMALL_TOGETHER) continue
    yield small
    small = 0
  }
  return out
}

function* copied(bytes: Uint8Array, into: Uint8Array, at: number): Steps<void> {
  for (let from = 0; from < bytes.length; from += COPIED) {
    const piece = bytes.subarray(from, from + COPIED)
    yield 1 + piece.length / COPIED_PER_UNIT
    into.set(piece, at + from)
  }
}

/** Whether a value's JSON has about so many characters, or more; told without looking at all of it. */
export function isLongJson(value: JsonValue, characters: number): boolean {
  return leftAfter(value, characters, new Set()) <= 0
}

/** What is left of so many units after this value; nothing, or less, where it does not fit. Objects that fill most of a step are `long`. */
function leftAfter(value: JsonValue | undefined, units: number, long: Set<JsonValue>): number {
  let left = units - VALUE
  if (typeof value === 'string') return left - value.length
  if (typeof value !== 'object' || value === null) return left
  if (isList(value)) {
    for (let i = 0; i < value.length && left > 0; i++) left = leftAfter(value[i], left, long)
    return left
  }
  if (long.has(value)) return 0
  for (const name in value) {
    if (left <= 0) break
    left = leftAfter(value[name], left - name.length, long)
  }
  if (left <= 0 && units - left > TOGETHER / 2) long.add(value)
  return left
}

/** Where a piece of a long text ends, of some 16,384 characters: never between the two halves of one. */
export function pieceEnd(text: string, from: number): number {
  const to = from + TOGETHER
  if (to >= text.length) return text.length
  const isSplit = (text.charCodeAt(to - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(to) & 0xfc00) === 0xdc00
  return isSplit ? to - 1 : to
}
