import { isList, type JsonObject, type JsonValue } from './json.js'
import {
  BACKSLASH,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  isSpace,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
} from './json-bytes.js'
import type { Steps } from './turns.js'

/** What is told of a body while it is read. Whatever these throw ends the reading. */
export interface ReadingHooks {
  /** The name of a member of the outermost object, before its value is read. */
  named(name: string): void
  /** That member, and where its value stands. */
  member(name: string, start: number, end: number): void
  /** An object or a list begins within `depth - 1` others. */
  opened(depth: number): void
  /** An object has so many members as far as it has been read; not told of those that are read together with what they are in. */
  grown(members: number): void
}

/** It is nested deeper than 128, which is more than this reader's recursion is for. */
export class TooDeep extends Error {
  override readonly name = 'TooDeep'
}

const MAX_DEPTH = 128

/** For who wants to know nothing but the value, or whether it is one. They throw `TooDeep`. */
export const VALUE_ALONE: ReadingHooks = {
  named: () => {},
  member: () => {},
  opened(depth) {
    if (depth > MAX_DEPTH) throw new TooDeep()
  },
  grown: () => {},
}

/** What was read: the value, how many members its objects have as they are written, and how many different ones. */
export interface ReadJson {
  readonly value: JsonValue
  readonly written: number
  readonly counted: number
}

/** The text is no JSON. What is wrong with it is not said: that would quote it. */
export class NotJson extends Error {
  override readonly name = 'NotJson'
}

/** The bytes are not valid UTF-8. */
export class NotUtf8 extends Error {
  override readonly name = 'NotUtf8'
}

/** Bytes of values that are read together, by the parser of the platform, and of a string that is read in pieces. */
export const TOGETHER = 16 * 1024

/** Bytes to a unit of work, where there is structure and where there is only text. */
const PER_UNIT = 8
const TEXT_PER_UNIT = 64
/** Bytes that are copied for the cost of one unit. */
export const COPIED_PER_UNIT = 256

/** A longer string is put in one piece. */
const TREE = 256 * 1024

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads JSON (RFC 8259) as `JSON.parse` reads the same bytes in UTF-8, in steps of at most `together` bytes. Throws `NotUtf8` where any
 * of it is not, else `NotJson`, and what the hooks throw, as soon as they do.
 */
export function* readJson(bytes: Uint8Array, hooks: ReadingHooks, together = TOGETHER): Steps<ReadJson> {
  try {
    return yield* reading(bytes, hooks, together)
  } catch (error) {
    // Of a text that is neither the bytes are what is wrong.
    if (error instanceof NotJson) yield* checkUtf8(bytes)
    throw error
  }
}

function* reading(bytes: Uint8Array, hooks: ReadingHooks, together: number): Steps<ReadJson> {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  let written = 0
  let counted = 0

  /** Only asked for where there is a space: mostly there is none. */
  function* space(): Steps<void> {
    for (let reach = at + TOGETHER; isSpace(bytes[at]); at++) {
      if (at < reach) continue
      yield TOGETHER / PER_UNIT
      reach = at + TOGETHER
    }
  }
  const text = (start: number, end: number): string => {
    try {
      return utf8.decode(bytes.subarray(start, end))
    } catch {
      throw new NotUtf8()
    }
  }
  const parsed = (json: string): JsonValue => {
    try {
      return JSON.parse(json) as JsonValue
    } catch {
      throw new NotJson()
    }
  }

  /**
   * Where the whole items of a list or an object end that begin here and are within reach: at a comma, or at the end of what they are in;
   * undefined where the first is not within reach. `colons` of theirs were passed.
   */
  const itemsEnd = (depth: number): { readonly end: number; readonly colons: number } | undefined => {
    const limit = Math.min(bytes.length, at + together)
    let end: number | undefined
    let colonsAtEnd = 0
    let colons = 0
    let open = depth
    for (let i = at; i < limit; i++) {
      switch (bytes[i]) {
        case QUOTE:
          for (i++; i < limit && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++
          break
        case COLON:
          colons++
          break
        case OPEN_OBJECT:
        case OPEN_LIST:
          hooks.opened(++open)
          break
        case CLOSE_OBJECT:
        case CLOSE_LIST:
          if (open === depth) return { end: i, colons }
          open--
          break
        case COMMA:
          if (open === depth) {
            end = i
            colonsAtEnd = colons
          }
          break
      }
    }
    return end === undefined ? undefined : { end, colons: colonsAtEnd }
  }

  /** Past the comma before the next item, or past the end: whether there is a next one. */
  function* more(close: number): Steps<boolean> {
    if (isSpace(bytes[at])) yield* space()
    const byte = bytes[at++]
    if (byte === COMMA) return true
    if (byte === close) return false
    throw new NotJson()
  }

  function* isEmpty(close: number): Steps<boolean> {
    if (isSpace(bytes[at])) yield* space()
    if (bytes[at] !== close) return false
    at++
    return true
  }

  function* list(depth: number): Steps<JsonValue> {
    const into: JsonValue[] = []
    hooks.opened(depth)
    at++
    if (yield* isEmpty(CLOSE_LIST)) return into
    do {
      const items = itemsEnd(depth)
      if (items === undefined) {
        into.push(yield* value(depth))
        continue
      }
      yield 1 + (items.end - at) / PER_UNIT
      const some = parsed(`[${text(at, items.end)}]`) as readonly JsonValue[]
      // Nothing between two commas is no item.
      if (some.length === 0) throw new NotJson()
      for (const item of some) into.push(item)
      counted += countMembers(some)
      written += items.colons
      at = items.end
    } while (yield* more(CLOSE_LIST))
    return into
  }

  function* object(depth: number): Steps<JsonValue> {
    const into: Record<string, JsonValue> = {}
    let members = 0
    hooks.opened(depth)
    at++
    if (yield* isEmpty(CLOSE_OBJECT)) return into
    do {
      hooks.grown(members)
      // Each of the body's own members is told of.
      const items = depth === 1 ? undefined : itemsEnd(depth)
      if (items === undefined) {
        if (yield* member(into, depth)) members++
        continue
      }
      yield 1 + (items.end - at) / PER_UNIT
      const some = parsed(`{${text(at, items.end)}}`) as JsonObject
      const names = Object.keys(some)
      if (names.length === 0) throw new NotJson()
      for (const name of names) {
        const item = some[name] as JsonValue
        if (put(into, name, item)) members++
        counted += countMembers(item)
      }
      written += items.colons
      at = items.end
    } while (yield* more(CLOSE_OBJECT))
    hooks.grown(members)
    return into
  }

  /** Whether its name is a new one. */
  function* member(into: Record<string, JsonValue>, depth: number): Steps<boolean> {
    if (isSpace(bytes[at])) yield* space()
    if (bytes[at] !== QUOTE) throw new NotJson()
    const name = yield* string()
    if (isSpace(bytes[at])) yield* space()
    if (bytes[at++] !== COLON) throw new NotJson()
    if (depth === 1) hooks.named(name)
    written++
    if (isSpace(bytes[at])) yield* space()
    const start = at
    const made = yield* value(depth)
    if (depth === 1) hooks.member(name, start, at)
    return put(into, name, made)
  }

  const put = (into: Record<string, JsonValue>, name: string, made: JsonValue): boolean => {
    const isNew = !Object.hasOwn(into, name)
    if (isNew) counted++
    // Plain assignment would make it the object's prototype.
    if (name === '__proto__') {
      Object.defineProperty(into, name, { value: made, enumerable: true, configurable: true, writable: true })
    } else into[name] = made
    return isNew
  }

  function* value(depth: number): Steps<JsonValue> {
    if (isSpace(bytes[at])) yield* space()
    switch (bytes[at]) {
      case OPEN_OBJECT:
        return yield* object(depth + 1)
      case OPEN_LIST:
        return yield* list(depth + 1)
      case QUOTE:
        return yield* string()
    }
    const start = at
    for (let reach = at + TOGETHER; at < bytes.length && !endsWord(bytes[at]); at++) {
      if (at < reach) continue
      yield TOGETHER / PER_UNIT
      reach = at + TOGETHER
    }
    yield 1 + (at - start) / PER_UNIT
    return parsed(text(start, at))
  }

  function* string(): Steps<string> {
    let made = ''
    at++
    for (;;) {
      const end = pieceEnd(bytes, at)
      yield 1 + (end - at) / TEXT_PER_UNIT
      made += parsed(`"${text(at, end)}"`) as string
      at = end
      if (at >= bytes.length) throw new NotJson()
      if (bytes[at] !== QUOTE) continue
      at++
      if (made.length <= TREE) return made
      yield made.length / COPIED_PER_UNIT
      return inOnePiece(made)
    }
  }

  const made = yield* value(0)
  if (isSpace(bytes[at])) yield* space()
  if (at < bytes.length) throw new NotJson()
  return { value: made, written, counted }
}

/** Where a piece of the string that goes on at `from` ends: at its closing quote, else between two characters, none of them an escape's. */
export function pieceEnd(bytes: Uint8Array, from: number): number {
  const limit = Math.min(bytes.length, from + TOGETHER)
  const piece = bytes.subarray(from, limit)
  const quote = piece.indexOf(QUOTE)
  const backslash = piece.indexOf(BACKSLASH)
  if (quote !== -1 && (backslash === -1 || quote < backslash)) return from + quote
  let at = backslash === -1 ? limit : from + backslash
  while (at < limit && bytes[at] !== QUOTE) {
    const next = at + escapeLength(bytes, at)
    if (next > limit && at > from) return at
    at = next
  }
  if (at >= bytes.length) return bytes.length
  // A character has at most three bytes after its first; with more it is none, wherever it is cut.
  for (let back = 0; back < 3 && ((bytes[at] ?? 0) & 0xc0) === 0x80; back++) at--
  return at
}

/** What was put together of pieces is a tree of them until somebody looks into it, and then copied in one go: here, where that has a turn of its own. */
function inOnePiece(text: string): string {
  return text.charCodeAt(text.length - 1) >= 0 ? text : ''
}

const SMALL_U = 0x75

function escapeLength(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== BACKSLASH) return 1
  return bytes[at + 1] === SMALL_U ? 6 : 2
}

function endsWord(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || isSpace(byte)
}

function* checkUtf8(bytes: Uint8Array): Steps<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for (let from = 0; from < bytes.length; from += TOGETHER) {
      yield TOGETHER / TEXT_PER_UNIT
      decoder.decode(bytes.subarray(from, from + TOGETHER), { stream: true })
    }
    decoder.decode()
  } catch {
    throw new NotUtf8()
  }
}

/** How many members the objects within have, at every depth. */
export function countMembers(value: JsonValue | undefined): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (isList(value)) for (const item of value) count += countMembers(item)
  else for (const name of Object.keys(value)) count += 1 + countMembers(value[name])
  return count
}
