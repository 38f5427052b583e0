import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'

/** The member if it is an object, else an empty one. */
export const objectAt = (object: JsonObject, name: string): JsonObject => {
  const member = object[name]
  return isObject(member) ? member : {}
}

/** The objects in a member that is a list. */
export const listAt = (object: JsonObject, name: string): readonly JsonObject[] => {
  const member = object[name]
  return Array.isArray(member) ? member.filter(isObject) : []
}

export const stringAt = (object: JsonObject, name: string): string | null => {
  const member = object[name]
  return typeof member === 'string' ? member : null
}

export const numberAt = (object: JsonObject, name: string): number | null => {
  const member = object[name]
  return typeof member === 'number' ? member : null
}

/** Adds up what was said; null where nobody said anything. */
export function sumOf(...counts: readonly (number | null)[]): number | null {
  const said = counts.filter((count) => count !== null)
  return said.length === 0 ? null : said.reduce((sum, count) => sum + count, 0)
}

/** Arguments as text, whether they came as text or as a value. */
export function argumentText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}
