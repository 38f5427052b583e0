import { GatewayError } from '../../core/errors.js'
import { isObject, type JsonObject, type JsonValue } from '../../core/json.js'
import type { Work } from './answer/stages.js'
import { textLane } from './answer/text-lane.js'

/** The document with every text in it treated as an answer's; the same object where nothing changes. Throws `guardrail_blocked`. */
export function treatDocument(work: Work, guard: string, value: JsonValue): JsonValue {
  const walk = (inner: JsonValue): JsonValue => {
    if (typeof inner === 'string') return isBytes(inner) ? inner : treated(work, guard, inner)
    if (isList(inner)) return shared(inner, inner.map(walk))
    return isObject(inner) ? members(inner) : inner
  }
  const members = (object: JsonObject): JsonObject => {
    const names = Object.keys(object)
    const made = names.map((name) => {
      const member = object[name]
      return member === undefined ? member : walk(member)
    })
    return made.every((member, index) => member === object[names[index] ?? ''])
      ? object
      : Object.fromEntries(names.map((name, index) => [name, made[index]]))
  }
  return walk(value)
}

function treated(work: Work, guard: string, text: string): string {
  const lane = textLane(work)
  const made: string[] = []
  let at = 0
  for (const piece of [...lane.push(text), ...lane.end()]) {
    if (piece.kind === 'blocked') {
      throw new GatewayError('guardrail_blocked', `The guardrail '${guard}' blocks what the provider has answered.`)
    }
    made.push(piece.kind === 'same' ? text.slice(at, at + piece.length) : piece.text)
    at += piece.length
  }
  return made.join('')
}

function shared(before: readonly JsonValue[], after: readonly JsonValue[]): readonly JsonValue[] {
  return after.every((value, index) => value === before[index]) ? before : after
}

const LONG = 4096

/** A picture or sound as base64: no text. */
const isBytes = (text: string) => text.length > LONG && /^[A-Za-z0-9+/=_-]+$/.test(text.slice(0, LONG))

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
