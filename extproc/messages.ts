import { readResponseBody, writeStreamedBody } from './body-messages.js'
import { readHeaderMap } from './header-map.js'
import { backwardWriter, readFields } from './protobuf.js'

/**
 * The messages of `envoy.service.ext_proc.v3.ExternalProcessor`, read and written by field number. Only what Tollgate uses
 * is here; unknown fields are skipped, as protocol buffers ask.
 */

/** What Envoy tells the processor. Header names are lower case; repeated headers are joined by `, `. */
export type Incoming =
  | {
      readonly kind: 'request-headers' | 'response-headers'
      readonly headers: ReadonlyMap<string, string>
      readonly endOfStream: boolean
      /** The attributes that the filter was configured to send; only text values. */
      readonly attributes: ReadonlyMap<string, string>
      /** An `envoy.config.core.v3.Metadata`, not read yet; absent where Envoy sent none, or an empty one. */
      readonly metadata?: Buffer
    }
  | { readonly kind: 'request-body' | 'response-body'; readonly body: Buffer; readonly endOfStream: boolean }
  | { readonly kind: 'request-trailers' | 'response-trailers' }
  | { readonly kind: 'unknown' }

export type HeaderPairs = readonly (readonly [name: string, value: string])[]

/** Texts of dynamic metadata by their names, and the namespace that they are in. */
interface Metadata {
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
      /** Hold the response until its body is whole and ask what becomes of it. Envoy heeds this in answer to headers only. */
      readonly body?: 'held'
      /** Texts for one namespace of the request's dynamic metadata. */
      readonly metadata?: Metadata
    }
  /** A piece of a full-duplex response body. */
  | { readonly kind: 'response-body'; readonly pieces: readonly Uint8Array[]; readonly endOfStream: boolean }
  | { readonly kind: 'request-trailers' | 'response-trailers' }
  /** Ends the request with a response of our own. */
  | { readonly kind: 'immediate'; readonly status: number; readonly headers: HeaderPairs; readonly body: Uint8Array }

const KINDS: readonly Incoming['kind'][] = [
  'unknown',
  'unknown',
  'request-headers',
  'response-headers',
  'request-body',
  'response-body',
  'request-trailers',
  'response-trailers',
]

/** Reads a `ProcessingRequest`. */
export function readProcessingRequest(message: Buffer): Incoming {
  const piece = readResponseBody(message)
  if (piece) return { kind: 'response-body', body: piece.body, endOfStream: piece.endOfStream }
  let kind: Incoming['kind'] = 'unknown'
  let payload: Buffer | undefined
  let metadata: Buffer | undefined
  const attributes = new Map<string, string>()
  readFields(message, (number, bytes) => {
    if (number === 9) readAttributes(bytes, attributes)
    else if (number === 8 && bytes.length > 0) metadata = bytes
    else if (number >= 2 && number <= 7) {
      kind = KINDS[number] ?? 'unknown'
      payload = bytes
    }
  })
  return payload === undefined ? { kind: 'unknown' } : readPayload(kind, payload, attributes, metadata)
}

function readPayload(
  kind: Incoming['kind'],
  payload: Buffer,
  attributes: ReadonlyMap<string, string>,
  metadata: Buffer | undefined,
): Incoming {
  switch (kind) {
    case 'request-headers':
    case 'response-headers': {
      const headers = new Map<string, string>()
      let endOfStream = false
      readFields(payload, (number, bytes, value) => {
        if (number === 1) readHeaderMap(bytes, headers)
        else if (number === 3) endOfStream = value !== 0
      })
      return { kind, headers, endOfStream, attributes, metadata }
    }
    case 'request-body':
    case 'response-body': {
      let body = payload.subarray(0, 0)
      let endOfStream = false
      readFields(payload, (number, bytes, value) => {
        if (number === 1) body = bytes
        else if (number === 2) endOfStream = value !== 0
      })
      return { kind, body, endOfStream }
    }
    case 'request-trailers':
    case 'response-trailers':
    case 'unknown':
      return { kind }
  }
}

/** A map entry of filter name to Struct; the text values of all of them, by name. */
function readAttributes(entry: Buffer, attributes: Map<string, string>): void {
  readFields(entry, (number, struct) => {
    if (number !== 2) return
    readFields(struct, (_, field) => {
      let name = ''
      let text: string | undefined
      readFields(field, (part, bytes) => {
        if (part === 1) name = bytes.toString()
        else
          readFields(bytes, (type, value) => {
            if (type === 3) text = value.toString()
          })
      })
      if (text !== undefined) attributes.set(name, text)
    })
  })
}

const RESPONSE_NUMBERS = {
  'request-headers': 1,
  'response-headers': 2,
  'request-body': 3,
  'response-body': 4,
  'held-body': 4,
  'request-trailers': 5,
  'response-trailers': 6,
} as const

const CONTINUE_AND_REPLACE = 1
const BUFFERED = 2
const OVERWRITE_IF_EXISTS_OR_ADD = 2

/** Messages that are always the same are written once. */
const written = new WeakMap<Outgoing, Buffer>()

/** Makes a message that is sent again and again; it must not be changed. */
export function constant(response: Outgoing): Outgoing {
  written.set(response, write(response))
  return response
}

/** Writes a `ProcessingResponse`. */
export function writeProcessingResponse(response: Outgoing): Buffer {
  return written.get(response) ?? write(response)
}

type GeneralOutgoing = Exclude<Outgoing, { kind: 'response-body' }>

function write(response: Outgoing): Buffer {
  if (response.kind === 'response-body') return writeStreamedBody(response.pieces, response.endOfStream)
  const writer = backwardWriter(sizeOf(response))

  const setHeaders = (pairs: HeaderPairs, number: number) => {
    for (const [name, value] of pairs) {
      writer.message(number, () => {
        writer.varint(3, OVERWRITE_IF_EXISTS_OR_ADD)
        writer.message(1, () => {
          writer.string(3, value)
          writer.string(1, name)
        })
      })
    }
  }
  const headerMutation = (number: number, changes: HeaderChanges) =>
    writer.message(number, () => {
      for (const name of changes.remove) writer.string(2, name)
      setHeaders(changes.set, 1)
    })

  /** A `google.protobuf.Struct` with one member, which is one of texts. */
  const dynamicMetadata = ({ namespace, texts }: Metadata) => {
    const member = (name: string, value: () => void) =>
      writer.message(1, () => {
        writer.message(2, value)
        writer.string(1, name)
      })
    writer.message(8, () =>
      member(namespace, () =>
        writer.message(5, () => {
          for (const [name, value] of texts) member(name, () => writer.string(3, value))
        }),
      ),
    )
  }

  switch (response.kind) {
    case 'request-headers':
    case 'request-body':
    case 'response-headers':
    case 'held-body':
      // 9: mode_override, 4: response_body_mode.
      if (response.body === 'held') writer.message(9, () => writer.varint(4, BUFFERED))
      if (response.metadata) dynamicMetadata(response.metadata)
      writer.message(RESPONSE_NUMBERS[response.kind], () =>
        writer.message(1, () => {
          if (response.route === 'again') writer.varint(5, 1)
          const { replaceBody, headers } = response
          if (replaceBody) writer.message(3, () => writer.bytes(1, [replaceBody]))
          if (headers) headerMutation(2, headers)
          if (replaceBody && response.kind === 'request-headers') writer.varint(1, CONTINUE_AND_REPLACE)
        }),
      )
      break
    case 'request-trailers':
    case 'response-trailers':
      writer.message(RESPONSE_NUMBERS[response.kind], () => {})
      break
    case 'immediate':
      writer.message(7, () => {
        writer.bytes(3, [response.body])
        writer.message(2, () => setHeaders(response.headers, 1))
        writer.message(1, () => writer.varint(1, response.status))
      })
      break
  }
  return writer.finish()
}

/** A guess in bytes that is rarely too small. */
function sizeOf(response: GeneralOutgoing): number {
  switch (response.kind) {
    case 'request-headers':
    case 'request-body':
    case 'response-headers':
    case 'held-body': {
      const { headers, replaceBody } = response
      const changes = headers ? 64 * headers.set.length + 24 * headers.remove.length : 0
      return 64 + changes + (replaceBody?.length ?? 0)
    }
    case 'immediate':
      return 128 + 64 * response.headers.length + response.body.length
    case 'request-trailers':
    case 'response-trailers':
      return 16
  }
}
