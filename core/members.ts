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
}

const MAX_DEPTH = 128
const NOTHING = new Uint8Array(0)

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
const encoder = new TextEncoder()

/**
 * Reads a client's JSON object (RFC 8259). Refuses with `malformed_request`: invalid UTF-8, invalid JSON, anything but an
 * object, nesting deeper than 128, and duplicate top-level names (parsers disagree on which one counts, so a policy and
 * the provider could see different requests).
 */
export function readJsonBody(bytes: Uint8Array): JsonBody {
  const value = parse(bytes)
  if (!isObject(value)) throw new GatewayError('malformed_request', 'The request body must be a JSON object.')
  return { form: 'json', bytes, value, ...scanMembers(bytes) }
}

/**
 * The body with the given top-level members replaced, added in front, or taken away where the change is undefined; every
 * other byte stays.
 */
export function spliceMembers(body: JsonBody, changes: Readonly<Record<string, JsonValue | undefined>>): Uint8Array {
  const edits: Edit[] = []
  const added: string[] = []
  const removed = new Set<string>()
  for (const [name, member] of Object.entries(changes)) {
    const span = body.members.get(name)
    if (member === undefined) {
      if (span) removed.add(name)
    } else if (span) {
      // What the client has written already stays in its own bytes.
      edits.push(...editsWithin(body.bytes, span, body.value[name], member))
    } else added.push(`${JSON.stringify(name)}:${JSON.stringify(member)}`)
  }
  if (added.length > 0) {
    const open = body.bytes.indexOf(OPEN_OBJECT) + 1
    const comma = body.members.size > removed.size ? ',' : ''
    edits.push({ at: { start: open, end: open }, text: encoder.encode(`${added.join(',')}${comma}`) })
  }
  // After what is added: of two edits at one place the one that takes bytes away comes last.
  if (removed.size > 0) for (const at of removals(body, removed)) edits.push({ at, text: NOTHING })
  return edited(body.bytes, edits)
}

/** Whether some object within has a name twice: parsers disagree on which counts, and of this one's only the last is in `value`. */
export function hasDuplicates({ value, written }: JsonBody): boolean {
  return countMembers(value) !== written
}

function countMembers(value: JsonValue | undefined): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (isList(value)) for (const item of value) count += countMembers(item)
  else for (const name of Object.keys(value)) count += 1 + countMembers(value[name])
  return count
}

/** Bytes to put in the place of others. */
export interface Edit {
  readonly at: Span
  readonly text: Uint8Array
}

/** The bytes with these edits made, which do not overlap. */
export function edited(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  if (edits.length === 0) return bytes
  const inOrder = [...edits].sort((a, b) => a.at.start - b.at.start)
  const grown = edits.reduce((sum, { at, text }) => sum + text.length - (at.end - at.start), 0)
  const out = new Uint8Array(bytes.length + grown)
  let read = 0
  let write = 0
  for (const { at, text } of inOrder) {
    out.set(bytes.subarray(read, at.start), write)
    write += at.start - read
    out.set(text, write)
    write += text.length
    read = at.end
  }
  out.set(bytes.subarray(read), write)
  return out
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
    throw new GatewayError('malformed_request', 'The request body is not valid UTF-8.', { cause })
  }
  try {
    return JSON.parse(text)
  } catch {
    // No cause: V8 quotes the text around the fault, which is the client's content.
    throw new GatewayError('malformed_request', 'The request body is not valid JSON.')
  }
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
        if (members.has(name)) {
          throw new GatewayError('malformed_request', `The request body has '${name}' more than once.`, { param: name })
        }
      }
      i = end - 1
    } else if (byte === COLON) {
      written++
      if (depth === 1 && valueStart === -1) valueStart = i + 1
    } else if (byte === COMMA) {
      if (depth === 1) close(i)
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth++
      if (depth > MAX_DEPTH) {
        throw new GatewayError('malformed_request', `The request body is nested deeper than ${MAX_DEPTH} levels.`)
      }
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
