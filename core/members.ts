import { GatewayError } from './errors.js'
import type { JsonObject, JsonValue } from './json.js'
import { isList, isObject } from './json.js'
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
import { editsWithin } from './json-edits.js'
import { countMembers, NotJson, NotUtf8, type ReadJson, readJson, TOGETHER } from './json-reader.js'
import { joined } from './json-writer.js'
import type { Steps } from './turns.js'

/** Where a top-level member's value stands in the body's bytes: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A JSON object together with the bytes it was read from, so that single members can be replaced in place. */
export interface JsonBody {
  readonly form: 'json'
  readonly bytes: Uint8Array
  readonly value: JsonObject
  readonly members: ReadonlyMap<string, Span>
  /** How many members its objects have as they are written, at every depth. */
  readonly written: number
  /** How many different ones they have, where that has been counted. */
  readonly counted?: number
}

const MAX_DEPTH = 128
/** Members of one object. V8 takes microseconds for each of many, again whenever they are listed, and no API has nearly as many. */
export const MOST_MEMBERS = 5000
const NOTHING = new Uint8Array(0)

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
const encoder = new TextEncoder()

/**
 * Reads a client's JSON object (RFC 8259). Refuses with `malformed_request`: invalid UTF-8, invalid JSON, anything but an
 * object, nesting deeper than 128, an object of more than 5,000 members, and duplicate top-level names (parsers disagree on which
 * one counts, so a policy and the provider could see different requests).
 */
export function readJsonBody(bytes: Uint8Array): JsonBody {
  const value = parse(bytes)
  if (!isObject(value)) throw noObject()
  const scanned = scanMembers(bytes)
  if (scanned.written > MOST_MEMBERS && isWide(value)) throw tooWide()
  return { form: 'json', bytes, value, ...scanned }
}

/** The same for a long body, in steps. What is nested too deep or has too many members is not read to its end, so that nothing else is said of it. */
export function* readLongJsonBody(bytes: Uint8Array): Steps<JsonBody> {
  const members = new Map<string, Span>()
  let twice: GatewayError | undefined
  const { value, ...counts } = yield* refusing(
    readJson(bytes, {
      named(name) {
        if (members.has(name)) twice ??= duplicate(name)
      },
      member: (name, start, end) => members.set(name, { start, end }),
      opened(depth) {
        if (depth > MAX_DEPTH) throw twice ?? tooDeep()
      },
      grown(count) {
        if (count > MOST_MEMBERS) throw twice ?? tooWide()
      },
    }),
  )
  if (!isObject(value)) throw noObject()
  if (twice) throw twice
  return { form: 'json', bytes, value, members, ...counts }
}

function* refusing(reading: Steps<ReadJson>): Steps<ReadJson> {
  try {
    return yield* reading
  } catch (cause) {
    if (cause instanceof NotUtf8) throw notUtf8(cause)
    if (cause instanceof NotJson) throw notJson()
    throw cause
  }
}

/**
 * The body with the given top-level members replaced, added in front, or taken away where the change is undefined; every
 * other byte stays.
 */
export function* spliceMembers(body: JsonBody, changes: Changes): Steps<Uint8Array> {
  const edits: Edit[] = []
  const added: string[] = []
  const removed = new Set<string>()
  for (const [name, member] of Object.entries(changes)) {
    const span = body.members.get(name)
    if (member === undefined) {
      if (span) removed.add(name)
    } else if (span) {
      const before = body.value[name]
      // What the client has written already stays in its own bytes.
      if (before === member) continue
      if (isWord(before) && isWord(member)) edits.push({ at: span, text: encoder.encode(JSON.stringify(member)) })
      else for (const edit of yield* editsWithin(body.bytes, span, before, member)) edits.push(edit)
    } else added.push(`${JSON.stringify(name)}:${JSON.stringify(member)}`)
  }
  if (added.length > 0) {
    const open = body.bytes.indexOf(OPEN_OBJECT) + 1
    const comma = body.members.size > removed.size ? ',' : ''
    edits.push({ at: { start: open, end: open }, text: encoder.encode(`${added.join(',')}${comma}`) })
  }
  // After what is added: of two edits at one place the one that takes bytes away comes last.
  if (removed.size > 0) for (const at of removals(body, removed)) edits.push({ at, text: NOTHING })
  return yield* edited(body.bytes, edits)
}

/** What is short to write, and has nothing in it. */
const isWord = (value: JsonValue | undefined) =>
  typeof value === 'string' ? value.length <= TOGETHER : typeof value !== 'object'

/** Whether some object within has a name twice: parsers disagree on which counts, and of this one's only the last is in `value`. */
export function hasDuplicates({ value, written, counted = countMembers(value) }: JsonBody): boolean {
  return counted !== written
}

/** Other values of top-level members; undefined takes one away. */
export type Changes = Readonly<Record<string, JsonValue | undefined>>

/** Bytes to put in the place of others. */
export interface Edit {
  readonly at: Span
  readonly text: Uint8Array
}

/** The bytes with these edits made, which do not overlap. */
export function edited(bytes: Uint8Array, edits: readonly Edit[]): Steps<Uint8Array> {
  const pieces: Uint8Array[] = []
  let read = 0
  for (const { at, text } of [...edits].sort((a, b) => a.at.start - b.at.start)) {
    pieces.push(bytes.subarray(read, at.start), text)
    read = at.end
  }
  pieces.push(read === 0 ? bytes : bytes.subarray(read))
  return joined(pieces)
}

/** The bytes that go with each of these members: its comma too, the one before it if any member is left there. */
function removals({ bytes, members }: JsonBody, names: ReadonlySet<string>): readonly Span[] {
  const spans: Span[] = []
  let leading = true
  let from = bytes.indexOf(OPEN_OBJECT) + 1
  let left = members.size
  for (const [name, { end }] of members) {
    left--
    let to = end
    // Between the values of members are only spaces and one comma.
    if (leading && left > 0) to = bytes.indexOf(COMMA, end) + 1
    if (names.has(name)) spans.push({ start: from, end: to })
    else {
      leading = false
      to = end
    }
    from = to
  }
  return spans
}

function parse(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = strictUtf8.decode(bytes)
  } catch (cause) {
    throw notUtf8(cause)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw notJson()
  }
}

const noObject = () => new GatewayError('malformed_request', 'The request body must be a JSON object.')

const notUtf8 = (cause: unknown) =>
  new GatewayError('malformed_request', 'The request body is not valid UTF-8.', { cause })

/** No cause: V8 quotes the text around the fault, which is the client's content. */
const notJson = () => new GatewayError('malformed_request', 'The request body is not valid JSON.')

const duplicate = (name: string) =>
  new GatewayError('malformed_request', `The request body has '${name}' more than once.`, { param: name })

const tooDeep = () =>
  new GatewayError('malformed_request', `The request body is nested deeper than ${MAX_DEPTH} levels.`)

const tooWide = () =>
  new GatewayError('malformed_request', `The request body has an object with more than ${MOST_MEMBERS} members.`)

/** Whether some object within has too many members. */
function isWide(value: JsonValue | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (isList(value)) return value.some(isWide)
  const names = Object.keys(value)
  return names.length > MOST_MEMBERS || names.some((name) => isWide(value[name]))
}

/** Walks bytes that are known to be valid JSON; only strings need care, everything else is single-byte punctuation. */
function scanMembers(bytes: Uint8Array): Pick<JsonBody, 'members' | 'written'> {
  const members = new Map<string, Span>()
  let depth = 0
  let name: string | undefined
  let valueStart = -1
  let written = 0
  const close = (end: number) => {
    if (name === undefined) return
    members.set(name, trimmed(bytes, valueStart, end))
    name = undefined
    valueStart = -1
  }
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === QUOTE) {
      const end = stringEnd(bytes, i)
      if (depth === 1 && name === undefined) {
        name = JSON.parse(strictUtf8.decode(bytes.subarray(i, end))) as string
        if (members.has(name)) throw duplicate(name)
      }
      i = end - 1
    } else if (byte === COLON) {
      written++
      if (depth === 1 && valueStart === -1) valueStart = i + 1
    } else if (byte === COMMA) {
      if (depth === 1) close(i)
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth++
      if (depth > MAX_DEPTH) throw tooDeep()
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      if (depth === 1) close(i)
      depth--
    }
  }
  return { members, written }
}

function trimmed(bytes: Uint8Array, from: number, to: number): Span {
  let start = from
  let end = to
  while (isSpace(bytes[start])) start++
  while (end > start && isSpace(bytes[end - 1])) end--
  return { start, end }
}
