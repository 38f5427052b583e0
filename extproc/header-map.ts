import { copied } from '../core/copied.js'
import { headerName } from './header-names.js'
import { BASE64_BODY_HEADER, BODY_HEADER } from './names.js'
import { afterField, afterVarint, bytesTag, contentsEnd } from './protobuf.js'

/** Headers of a request or a response. Names are lower case; the values of a name that is repeated are joined by `, `. */
export interface Headers {
  get(name: string): string | undefined
  has(name: string): boolean
  /** Each name once, in the order of the headers. */
  keys(): Iterable<string>
}

/** What a map of headers holds. */
export interface HeadersRead {
  readonly headers: Headers
  /** The body that a script in Envoy has sent along; where there is no such script, what a client says that it is. It is none of `headers`. */
  readonly along: Buffer | undefined
}

const HEADER_FIELD = bytesTag(1)
const KEY_FIELD = bytesTag(1)
const VALUE_FIELD = bytesTag(2)
const RAW_VALUE_FIELD = bytesTag(3)

/**
 * Reads an `envoy.config.core.v3.HeaderMap`. Of most headers only the name is ever asked for, so values are decoded when they
 * are: all of the map becomes one string of Latin-1, of which they are cut, decoded as UTF-8 where they are not ASCII. A value has memory of its own, so that who keeps one
 * does not keep all of them. Headers may be kept longer than a body need be: where it comes last, as Envoy's script sends it, it is no part of that string.
 */
export function readHeaderMap(message: Buffer, from: number, to: number): HeadersRead {
  const names: string[] = []
  const places: number[] = []
  let repeated = false
  let along: Buffer | undefined
  let textEnd = from

  for (let at = from; at < to; ) {
    if (message[at] !== HEADER_FIELD) {
      at = afterField(message, at, to)
      continue
    }
    const stop = contentsEnd(message, at + 1, to)
    let name = ''
    let start = from
    let end = from
    for (let field = afterVarint(message, at + 1); field < stop; ) {
      const tag = message[field]
      if (tag !== KEY_FIELD && tag !== VALUE_FIELD && tag !== RAW_VALUE_FIELD) {
        field = afterField(message, field, stop)
        continue
      }
      const after = contentsEnd(message, field + 1, stop)
      const first = afterVarint(message, field + 1)
      if (tag === KEY_FIELD) name = headerName(message, first, after) ?? message.toString('latin1', first, after)
      // Envoy fills either value or raw_value, by a runtime flag.
      else if (after > first) {
        start = first
        end = after
      }
      field = after
    }
    at = stop
    if (name === BODY_HEADER) along = Buffer.from(message.subarray(start, end))
    else if (name === BASE64_BODY_HEADER) along = Buffer.from(message.toString('latin1', start, end), 'base64')
    else {
      repeated ||= names.includes(name)
      names.push(name)
      places.push(start - from, end - from)
      textEnd = stop
    }
  }

  return { headers: new LazyHeaders(message.toString('latin1', from, textEnd), names, places, repeated), along }
}

class LazyHeaders implements Headers {
  private readonly text: string
  private readonly names: readonly string[]
  /** Where in the text the value of the same place begins and ends. */
  private readonly places: readonly number[]
  private readonly repeated: boolean

  constructor(text: string, names: readonly string[], places: readonly number[], repeated: boolean) {
    this.text = text
    this.names = names
    this.places = places
    this.repeated = repeated
  }

  get(name: string): string | undefined {
    const { names } = this
    const index = names.indexOf(name)
    if (index < 0) return undefined
    let value = this.valueAt(index)
    if (!this.repeated) return value
    for (let i = index + 1; i < names.length; i++) if (names[i] === name) value += `, ${this.valueAt(i)}`
    return value
  }

  has(name: string): boolean {
    return this.names.includes(name)
  }

  keys(): Iterable<string> {
    return this.repeated ? new Set(this.names) : this.names
  }

  private valueAt(index: number): string {
    return decoded(this.text.slice(this.places[2 * index], this.places[2 * index + 1]))
  }
}

/** No headers. */
export const NO_HEADERS: HeadersRead = { headers: new Map<string, string>(), along: undefined }

/** Text from its bytes as Latin-1. */
function decoded(latin1: string): string {
  for (let i = 0; i < latin1.length; i++) {
    if (latin1.charCodeAt(i) >= 0x80) return Buffer.from(latin1, 'latin1').toString()
  }
  return copied(latin1)
}
