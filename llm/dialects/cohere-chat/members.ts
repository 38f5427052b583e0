import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { isArray } from '../shared/arrays.js'

/** The member if it is a non-empty string. */
export function textAt(value: JsonObject, name: string): string | undefined {
  const text = value[name]
  return typeof text === 'string' && text !== '' ? text : undefined
}

/** The member if it is a count. Cohere writes counts as floats (`18.0`), which JSON does not tell apart. */
export function countAt(value: JsonObject, name: string): number | undefined {
  const count = value[name]
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined
}

/** The member if it is an object, else an empty one. */
export function objectAt(value: JsonObject, name: string): JsonObject {
  const member = value[name]
  return isObject(member) ? member : {}
}

/** The objects of a list; a lone object counts as a list of one, which is how streams write `tool_calls` and `citations`. */
export function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  if (isObject(value)) return [value]
  return isArray(value) ? value.filter(isObject) : []
}
