import { GatewayError } from '../core/errors.js'
import type { Headers } from './header-map.js'
import { eachEntry } from './metadata.js'
import { SIGNATURE_HEADER, VERIFIED_TOKENS } from './names.js'
import { readFields } from './protobuf.js'

/**
 * The claims of the tokens that Envoy's `jwt_authn` filter has verified, out of an `envoy.config.core.v3.Metadata` that is read
 * only when a claim is asked for. Below each provider's `payload_in_metadata` the path is looked up; text, numbers, booleans and
 * lists of one of these are values, anything else is no claim. Throws `GatewayError` when two tokens disagree, on an integer
 * that Envoy has rounded, and where Envoy says that it has verified nothing: one subject must never be taken for another.
 */
export function claimsIn(metadata: Buffer, headers: Pick<Headers, 'has'>): (path: string) => string | undefined {
  let payloads: readonly Buffer[] | undefined
  return (path) => {
    if (headers.has(SIGNATURE_HEADER)) throw refusal(path, `is not verified, as ${SIGNATURE_HEADER} says`)
    payloads ??= verifiedPayloads(metadata)
    let found: string | undefined
    for (const payload of payloads) {
      const value = at(payload, path)
      const text = value && textOf(value, path)
      if (text === undefined) continue
      if (found !== undefined && found !== text) throw refusal(path, 'differs between the tokens of this request')
      found = text
    }
    return found
  }
}

/** A `google.protobuf.Value`. */
type Value =
  | { readonly kind: 'string' | 'struct' | 'list'; readonly bytes: Buffer }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'bool'; readonly text: string }

/** The members of the namespace that are objects, each a `google.protobuf.Struct`. */
function verifiedPayloads(metadata: Buffer): readonly Buffer[] {
  const payloads: Buffer[] = []
  eachEntry(metadata, (namespace, struct) => {
    if (namespace !== VERIFIED_TOKENS) return
    eachEntry(struct, (_, bytes) => {
      const value = readValue(bytes)
      if (value?.kind === 'struct') payloads.push(value.bytes)
    })
  })
  return payloads
}

/**
 * The value at a dotted path. Names of claims may hold dots themselves (`https://example.com/team`), so the longest name that
 * is there comes first.
 */
function at(struct: Buffer, path: string): Value | undefined {
  const whole = member(struct, path)
  if (whole) return whole
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const outer = member(struct, path.slice(0, dot))
    const inner = outer?.kind === 'struct' ? at(outer.bytes, path.slice(dot + 1)) : undefined
    if (inner) return inner
  }
  return undefined
}

function member(struct: Buffer, name: string): Value | undefined {
  let value: Value | undefined
  eachEntry(struct, (key, bytes) => {
    if (key === name) value = readValue(bytes)
  })
  return value
}

function textOf(value: Value, path: string): string | undefined {
  switch (value.kind) {
    case 'string':
      return value.bytes.toString()
    case 'bool':
      return value.text
    case 'number':
      if (Number.isInteger(value.number) && !Number.isSafeInteger(value.number)) {
        throw refusal(path, 'is a number too large to be exact; its issuer has to send it as text')
      }
      return String(value.number)
    case 'list': {
      const items: Buffer[] = []
      readFields(value.bytes, (number, bytes) => {
        if (number === 1) items.push(bytes)
      })
      const only = items.length === 1 && items[0] ? readValue(items[0]) : undefined
      return only && only.kind !== 'list' ? textOf(only, path) : undefined
    }
    case 'struct':
      return undefined
  }
}

function readValue(message: Buffer): Value | undefined {
  let value: Value | undefined
  readFields(message, (number, bytes, varint) => {
    switch (number) {
      case 2:
        value = { kind: 'number', number: bytes.readDoubleLE() }
        break
      case 3:
        value = { kind: 'string', bytes }
        break
      case 4:
        value = { kind: 'bool', text: varint === 0 ? 'false' : 'true' }
        break
      case 5:
        value = { kind: 'struct', bytes }
        break
      case 6:
        value = { kind: 'list', bytes }
        break
    }
  })
  return value
}

function refusal(path: string, why: string): GatewayError {
  return new GatewayError('malformed_request', `The claim '${path}' ${why}.`, { param: path })
}
