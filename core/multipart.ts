import { GatewayError } from './errors.js'
import type { JsonObject, JsonValue } from './json.js'
import { type Changes, type Edit, edited, type Span } from './members.js'
import { boundaryOf, readPartHeaders } from './multipart-headers.js'
import type { Steps } from './turns.js'

/** A form (`multipart/form-data`, RFC 7578) together with the bytes it was read from. */
export interface MultipartBody {
  readonly form: 'multipart'
  readonly bytes: Uint8Array
  /** As the client wrote it, boundary included. */
  readonly contentType: string
  /** The text fields; those whose name ends in `[]` are lists. Files are left out. */
  readonly value: JsonObject
  /** The names of the files. */
  readonly files: readonly string[]
  /** Where the values of text fields stand, in their order; one for each that is no list. */
  readonly members: ReadonlyMap<string, readonly Span[]>
}

const MOST_PARTS = 1000
/** Headers of one part, in bytes. */
const MOST_HEADERS = 8 * 1024

const CR = 0x0d
const LF = 0x0a
const DASH = 0x2d

const encoder = new TextEncoder()
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads a form. Refuses with `malformed_request` everything that another parser may read in another way, so that policies and
 * the provider see the same request: a boundary that also stands where no part begins, a text field that is there twice or is
 * a file as well, names with escapes, encoded fields, text before the first part or after the last one.
 */
export function readMultipart(bytes: Uint8Array, contentType: string): MultipartBody {
  const parts = partsOf(bytes, boundaryOf(contentType))
  const members = new Map<string, Span[]>()
  const lists = new Map<string, JsonValue[]>()
  const files = new Set<string>()
  const texts = new Map<string, JsonValue>()
  for (const part of parts) {
    const { name, kind, content } = readPart(bytes, part)
    if (kind === 'file') {
      files.add(name)
      continue
    }
    const text = textIn(bytes.subarray(content.start, content.end), name)
    if (name.endsWith('[]')) {
      lists.set(name, [...(lists.get(name) ?? []), text])
      members.set(name, [...(members.get(name) ?? []), content])
      continue
    }
    if (members.has(name)) throw malformed(`The form has '${name}' more than once.`, name)
    members.set(name, [content])
    texts.set(name, text)
  }
  for (const name of ['model', ...members.keys()]) {
    if (files.has(name)) throw malformed(`The form's '${name}' must be text, not a file.`, name)
  }
  const value = Object.fromEntries([...texts, ...lists])
  return { form: 'multipart', bytes, contentType, value, files: [...files], members }
}

/** The form with the values of these text fields replaced; every other byte stays. */
export function spliceFields({ bytes, members }: MultipartBody, changes: Changes): Steps<Uint8Array> {
  const edits = Object.entries(changes).flatMap(([name, value]): readonly Edit[] => {
    const spans = members.get(name) ?? []
    const values = Array.isArray(value) ? value : [value]
    if (spans.length !== values.length || !values.every((one) => typeof one === 'string')) {
      throw new GatewayError('internal_error', `The form's field '${name}' cannot be changed.`)
    }
    return spans.map((at, index) => ({ at, text: encoder.encode(values[index]) }))
  })
  return edited(bytes, edits)
}

interface Part {
  readonly name: string
  readonly kind: 'text' | 'file'
  readonly content: Span
}

function readPart(bytes: Uint8Array, { start, end }: Span): Part {
  const limit = Math.min(end, start + MOST_HEADERS)
  const headersEnd = blankLine(bytes, start, limit)
  if (headersEnd === -1) {
    throw malformed(`A part of the form has no headers, or more than ${MOST_HEADERS} bytes of them.`)
  }
  const { name, kind } = readPartHeaders(textIn(bytes.subarray(start, headersEnd), 'headers'))
  return { name, kind, content: { start: headersEnd + 4, end } }
}

/** Where the line break before the next blank line begins; -1 where there is none before `limit`. */
function blankLine(bytes: Uint8Array, from: number, limit: number): number {
  for (let at = bytes.indexOf(CR, from); at !== -1 && at + 4 <= limit; at = bytes.indexOf(CR, at + 1)) {
    if (bytes[at + 1] === LF && bytes[at + 2] === CR && bytes[at + 3] === LF) return at
  }
  return -1
}

/** The parts between the delimiters, headers and content. */
function partsOf(bytes: Uint8Array, boundary: string): readonly Span[] {
  const delimiter = encoder.encode(`--${boundary}`)
  const parts: Span[] = []
  let from: number | undefined
  let closed = false
  for (let at = indexOf(bytes, delimiter, 0); at !== -1; at = indexOf(bytes, delimiter, at + delimiter.length)) {
    if (closed || !(at === 0 || breakAt(bytes, at - 2))) throw ambiguous()
    if (from === undefined) {
      // Some clients begin with a line break; anything else is not for us to skip.
      if (at > 2) throw malformed('The form has text before its first part.')
    } else if (at - 2 < from) throw malformed('A part of the form is empty.')
    else parts.push({ start: from, end: at - 2 })
    const next = at + delimiter.length
    closed = bytes[next] === DASH && bytes[next + 1] === DASH
    if (!closed && !breakAt(bytes, next)) throw ambiguous()
    from = next + 2
    if (parts.length > MOST_PARTS) throw malformed(`The form has more than ${MOST_PARTS} parts.`)
  }
  if (from === undefined) throw malformed('The form does not begin with its boundary.')
  if (!closed) throw malformed('The form ends without its closing boundary.')
  if (bytes.subarray(from).some((byte) => !isBlank(byte))) throw malformed('The form has text after its last part.')
  return parts
}

const breakAt = (bytes: Uint8Array, at: number) => bytes[at] === CR && bytes[at + 1] === LF

const isBlank = (byte: number) => byte === CR || byte === LF || byte === 0x20 || byte === 0x09

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const first = wanted[0] as number
  for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
    let length = 1
    while (length < wanted.length && bytes[at + length] === wanted[length]) length++
    if (length === wanted.length) return at
  }
  return -1
}

function textIn(bytes: Uint8Array, name: string): string {
  try {
    return strictUtf8.decode(bytes)
  } catch (cause) {
    throw new GatewayError('malformed_request', `The form's '${name}' is not valid UTF-8.`, { param: name, cause })
  }
}

function malformed(message: string, param?: string): GatewayError {
  return new GatewayError('malformed_request', message, param === undefined ? {} : { param })
}

const ambiguous = () => malformed('The form has its boundary where no part begins.')
