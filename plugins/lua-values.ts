import { isObject } from '../core/json.js'

/**
 * A table with named members, or undefined for nil. An empty table arrives as an array. Throws on anything else, so that who
 * cannot be read is never taken for nobody.
 */
export function table(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (value === undefined || value === null) return undefined
  if (isObject(value)) return value
  if (Array.isArray(value)) return {}
  throw new TypeError(`a table was expected, not a ${typeof value}`)
}

/** A member that is text; numbers become text, anything else is not there. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The texts of a list. A table with other members besides arrives as a map whose numbered members are the list. */
export function texts(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object') throw new TypeError(`a list was expected, not a ${typeof value}`)
  const list = Array.isArray(value)
    ? value
    : Object.entries(value).flatMap(([key, item]) => (/^\d+$/.test(key) ? [item] : []))
  return list.filter((item) => typeof item === 'string')
}
