import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'

/** The objects of a list; nothing of anything else. */
export function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}
