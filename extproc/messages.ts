import { readAttributes } from './attributes.js'
import { readResponseBody } from './body-messages.js'
import { type Headers, NO_HEADERS, readHeaderMap } from './header-map.js'
import { afterField, afterVarint, bytesTag, varintAt, varintTag } from './protobuf.js'

/**
 * The messages of `envoy.service.ext_proc.v3.ExternalProcessor`, read and written by field number. Only what Tollgate uses
 * is here; unknown fields are skipped, as protocol buffers ask.
 */

/** What Envoy tells the processor. */
export type Incoming =
  | {
      readonly kind: 'request-headers' | 'response-headers'
      readonly headers: Headers
      readonly endOfStream: boolean
      /** The attributes that the filter was configured to send; only text values. */
      readonly attributes: ReadonlyMap<string, string>
      /** An `envoy.config.core.v3.Metadata`, not read yet; absent where Envoy sent none, or an empty one. */
      readonly metadata?: Buffer
      /** The whole body, where a script in Envoy has sent it along; where there is no such script, what a client says that it is. */
      readonly along?: Buffer
    }
  | { readonly kind: 'request-body' | 'response-body'; readonly body: Buffer; readonly endOfStream: boolean }
  | { readonly kind: 'request-trailers' | 'response-trailers' }
  | { readonly kind: 'unknown' }

export type HeaderPairs = readonly (readonly [name: string, value: string])[]

/** Texts of dynamic metadata by their names, and the namespace that they are in. */
export interface Metadata {
  readonly namespace: string
  readonly texts: HeaderPairs
}

/** Headers to overwrite and to take away. */
export interface HeaderChanges {
  readonly set: HeaderPairs
  readonly remove: readonly string[]
}

/** What the processor answers. */
export type Outgoing =
  | {
      /** `held-body`: the response's body, held by Envoy until it was whole, and with it its headers. */
      readonly kind: 'request-headers' | 'request-body' | 'response-headers' | 'held-body'
      readonly headers?: HeaderChanges
      /** Choose the route again, now that the headers have changed. */
      readonly route?: 'again'
      /** Replaces the whole message's body; in answer to headers Envoy does not ask for the body then (CONTINUE_AND_REPLACE). */
      readonly replaceBody?: Uint8Array
      /**
       * Hold the response until its body is whole and ask what becomes of it; or let the request's body pass without asking. Envoy heeds
       * this in answer to headers only.
       */
      readonly body?: 'held' | 'unasked'
      /** Texts for one namespace of the request's dynamic metadata. */
      readonly metadata?: Metadata
    }
  /** A piece of a full-duplex response body. */
  | { readonly kind: 'response-body'; readonly pieces: readonly Uint8Array[]; readonly endOfStream: boolean }
  | { readonly kind: 'request-trailers' | 'response-trailers' }
  /** Another process has written it. */
  | { readonly kind: 'written'; readonly message: Buffer }
  /** Ends the request with a response of our own. */
  | { readonly kind: 'immediate'; readonly status: number; readonly headers: HeaderPairs; readonly body: Uint8Array }

/** By number of field, from 2 on. */
const KINDS: readonly Incoming['kind'][] = [
  'request-headers',
  'response-headers',
  'request-body',
  'response-body',
  'request-trailers',
  'response-trailers',
]
const FIRST_KIND = bytesTag(2)
const LAST_KIND = bytesTag(7)
const METADATA_FIELD = bytesTag(8)
const ATTRIBUTES_FIELD = bytesTag(9)
const HEADERS_FIELD = bytesTag(1) // of HttpHeaders
const HEADERS_END_FIELD = varintTag(3)
const BODY_FIELD = bytesTag(1) // of HttpBody
const BODY_END_FIELD = varintTag(2)

const NONE: ReadonlyMap<string, string> = new Map()

/** Reads a `ProcessingRequest`. */
export function readProcessingRequest(message: Buffer): Incoming {
  const piece = readResponseBody(message)
  if (piece) return { kind: 'response-body', body: piece.body, endOfStream: piece.endOfStream }
  let kind: Incoming['kind'] = 'unknown'
  let from = 0
  let to = 0
  let metadata: Buffer | undefined
  let attributes: Map<string, string> | undefined
  for (let at = 0; at < message.length; ) {
    const tag = varintAt(message, at)
    const stop = afterField(message, at, message.length)
    if (tag >= FIRST_KIND && tag <= LAST_KIND && tag % 8 === FIRST_KIND % 8) {
      kind = KINDS[(tag - FIRST_KIND) / 8] ?? 'unknown'
      from = afterVarint(message, at + 1)
      to = stop
    } else if (tag === METADATA_FIELD) {
      const start = afterVarint(message, at + 1)
      if (stop > start) metadata = Buffer.from(message.subarray(start, stop))
    } else if (tag === ATTRIBUTES_FIELD) {
      attributes ??= new Map()
      readAttributes(message, afterVarint(message, at + 1), stop, attributes)
    }
    at = stop
  }
  switch (kind) {
    case 'request-headers':
    case 'response-headers':
      return readHeaders(kind, message, from, to, attributes ?? NONE, metadata)
    case 'request-body':
    case 'response-body':
      return readBody(kind, message, from, to)
    case 'request-trailers':
    case 'response-trailers':
    case 'unknown':
      return { kind }
  }
}

function readHeaders(
  kind: 'request-headers' | 'response-headers',
  message: Buffer,
  from: number,
  to: number,
  attributes: ReadonlyMap<string, string>,
  metadata: Buffer | undefined,
): Incoming {
  let read = NO_HEADERS
  let endOfStream = false
  for (let at = from; at < to; ) {
    const stop = afterField(message, at, to)
    if (message[at] === HEADERS_FIELD) read = readHeaderMap(message, afterVarint(message, at + 1), stop)
    else if (message[at] === HEADERS_END_FIELD) endOfStream = varintAt(message, at + 1) !== 0
    at = stop
  }
  return { kind, headers: read.headers, endOfStream, attributes, metadata, along: read.along }
}

function readBody(kind: 'request-body' | 'response-body', message: Buffer, from: number, to: number): Incoming {
  let body = message.subarray(0, 0)
  let endOfStream = false
  for (let at = from; at < to; ) {
    const stop = afterField(message, at, to)
    if (message[at] === BODY_FIELD) body = message.subarray(afterVarint(message, at + 1), stop)
    else if (message[at] === BODY_END_FIELD) endOfStream = varintAt(message, at + 1) !== 0
    at = stop
  }
  return { kind, body: kind === 'request-body' ? ownBytes(body) : body, endOfStream }
}

/** A request's body is kept as long as the request; what else came with it must not be. */
function ownBytes(body: Buffer): Buffer {
  return body.buffer.byteLength > 2 * body.length ? Buffer.from(body) : body
}
