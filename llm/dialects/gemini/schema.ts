import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { inCamelCase } from './wire-fields.js'

/** Schemas nested deeper than this are left as they are; the API refuses them anyway. */
const MAX_DEPTH = 64
/** Bounds that Google's `Schema` writes as strings, being 64-bit integers. */
const INTEGERS = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties'])
/** Members of `Schema` that mean nothing in JSON Schema; `propertyOrdering` is kept, for Google takes it there too. */
const NOT_JSON_SCHEMA = new Set(['nullable', 'example'])

/**
 * Reads Google's `Schema`, a subset of OpenAPI 3.0, as JSON Schema: lower-case types, `nullable` as a type, numbers as
 * numbers.
 */
export function jsonSchemaOf(schema: JsonObject): JsonObject {
  return convert(schema, 0)
}

function convert(written: JsonObject, depth: number): JsonObject {
  if (depth > MAX_DEPTH) return written
  const schema = inCamelCase(written)
  const members: [string, JsonValue][] = []
  for (const [name, member] of Object.entries(schema)) {
    if (member === undefined || member === null || NOT_JSON_SCHEMA.has(name)) continue
    const read = convertMember(name, member, depth + 1)
    if (read !== undefined) members.push([name, read])
  }
  const read = Object.fromEntries(members)
  return schema['nullable'] === true ? nullable(read) : read
}

function convertMember(name: string, member: JsonValue, depth: number): JsonValue | undefined {
  switch (name) {
    case 'type':
      return typeof member === 'string' ? typeOf(member) : member
    case 'format':
      // Only says that there is an `enum`.
      return member === 'enum' ? undefined : member
    case 'items':
      return isObject(member) ? convert(member, depth) : member
    case 'anyOf':
      return Array.isArray(member)
        ? member.map((each: JsonValue) => (isObject(each) ? convert(each, depth) : each))
        : member
    case 'properties':
      if (!isObject(member)) return member
      return Object.fromEntries(
        Object.entries(member).map(([key, inner]) => [key, isObject(inner) ? convert(inner, depth) : (inner ?? null)]),
      )
    default:
      return INTEGERS.has(name) && typeof member === 'string' && /^\d{1,15}$/.test(member) ? Number(member) : member
  }
}

const typeOf = (type: string) => (type === 'TYPE_UNSPECIFIED' ? undefined : type.toLowerCase())

function nullable(schema: JsonObject): JsonObject {
  const { type, anyOf, enum: values } = schema
  const withNull = Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {}
  if (typeof type === 'string') return { ...schema, ...withNull, type: [type, 'null'] }
  return Array.isArray(anyOf) ? { ...schema, anyOf: [...anyOf, { type: 'null' }] } : schema
}
