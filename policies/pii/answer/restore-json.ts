import type { JsonObject, JsonValue } from '../../../core/json.js'
import type { Placeholders } from '../placeholders/placeholders.js'
import { restoreText } from './restorer.js'

/** The object with the placeholders in all its strings restored, names of members included. */
export function restoreJson(placeholders: Placeholders, value: JsonObject): JsonObject {
  const restored = (text: string): string => restoreText(placeholders, text)
  const walk = (inner: JsonValue): JsonValue => {
    if (typeof inner === 'string') return restored(inner)
    if (typeof inner !== 'object' || inner === null) return inner
    return isList(inner) ? inner.map(walk) : members(inner)
  }
  const members = (object: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(object).map(([name, inner]) => [restored(name), inner === undefined ? inner : walk(inner)]),
    )
  return members(value)
}

function isList(value: JsonObject | readonly JsonValue[]): value is readonly JsonValue[] {
  return Array.isArray(value)
}
