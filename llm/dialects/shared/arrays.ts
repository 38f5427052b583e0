import type { JsonValue } from '../../../core/json.js'

/** Whether a parsed value is an array; unlike `Array.isArray` it keeps the members' type. */
export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}
