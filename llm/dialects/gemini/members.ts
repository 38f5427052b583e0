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
  const snake = inSnakeCase(name)
  snakeNames.set(name, snake)
  return snake
}

const inSnakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/**
 * The object with every member under its camelCase name, to be read without looking for each name twice: itself as Google
 * sends it. As with `member`, a camelCase name that is not null counts before the other.
 */
export function withCamelNames(value: JsonObject): JsonObject {
  for (const name of Object.keys(value)) if (name.includes('_')) return renamed(value)
  return value
}

function renamed(value: JsonObject): JsonObject {
  const members: Record<string, JsonValue | undefined> = { ...value }
  for (const [name, other] of Object.entries(value)) {
    const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    if (inSnakeCase(camel) === name) members[camel] ??= other
  }
  return members
}

/** The member if it is a non-empty string. */
export function textAt(value: JsonObject, name: string): string | undefined {
  const text = member(value, name)
  return typeof text === 'string' && text !== '' ? text : undefined
}

/** The member if it is a count. */
export function countAt(value: JsonObject, name: string): number | undefined {
  return countOf(member(value, name))
}

/** The value if it is a count. */
export function countOf(count: JsonValue | undefined): number | undefined {
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined
}
