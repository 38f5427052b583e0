import { isObject, type JsonValue } from '../core/json.js'

const MAX_DEPTH = 8

/**
 * A value that fits a JSON Schema, as far as the schema is plain (types, enum, const, properties, items, anyOf). Strings
 * take a word of the prompt: the last one that begins with a capital, or else the last one.
 */
export function sampleOf(schema: JsonValue | undefined, prompt: string): JsonValue {
  return sample(schema, wordOf(prompt), MAX_DEPTH)
}

function sample(schema: JsonValue | undefined, word: string, depth: number): JsonValue {
  if (!isObject(schema) || depth === 0) return {}
  const { enum: allowed, const: only, anyOf, type } = schema
  if (only !== undefined) return only
  if (Array.isArray(allowed) && allowed[0] !== undefined) return allowed[0]
  if (Array.isArray(anyOf)) return sample(anyOf[0], word, depth - 1)
  switch (Array.isArray(type) ? type[0] : type) {
    case 'string':
      return word
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 1
    case 'boolean':
      return true
    case 'null':
      return null
    case 'array':
      return [sample(schema['items'], word, depth - 1)]
    default:
      return members(schema['properties'], word, depth)
  }
}

function members(properties: JsonValue | undefined, word: string, depth: number): JsonValue {
  if (!isObject(properties)) return {}
  return Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, sample(member, word, depth - 1)]))
}

function wordOf(prompt: string): string {
  const words: readonly string[] = prompt.match(/[\p{L}\p{N}]+/gu) ?? []
  const capitals = words.slice(1).filter((word) => /^\p{Lu}/u.test(word))
  return capitals.at(-1) ?? words.at(-1) ?? 'demo'
}
