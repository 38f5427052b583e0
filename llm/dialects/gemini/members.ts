import type { JsonObject, JsonValue } from '../../../core/json.js'
import { isArray } from '../shared/arrays.js'

/** A repeated member: Google reads a lone value as a list of one, and an absent one as none. */
export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return []
  return isArray(value) ? value : [value]
}

/** The member under its camelCase name or its snake_case one; Google's JSON has both. Null reads as absent. */
export function member(value: JsonObject, name: string): JsonValue | undefined {
  const own = Object.hasOwn(value, name) ? value[name] : undefined
  if (own !== undefined && own !== null) return own
  const snake = snakeCase(name)
  if (snake === name) return undefined
  const other = Object.hasOwn(value, snake) ? value[snake] : undefined
  return other === null ? undefined : other
}

/** Of the names in this dialect's code; they are few, and asked for in every chunk. */
const snakeNames = new Map<string, string>()

function snakeCase(name: string): string {
  const known = snakeNames.get(name)
  if (known !== undefined) return known
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  snakeNames.set(name, snake)
  return snake
}

/** The member if it is a non-empty string. */
export function textAt(value: JsonObject, name: string): string | undefined {
  const text = member(value, name)
  return typeof text === 'string' && text !== '' ? text : undefined
}

/** The member if it is a count. */
export function countAt(value: JsonObject, name: string): number | undefined {
  const count = member(value, name)
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined
}
