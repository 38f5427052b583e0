import { isList, isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
import { setAsData } from '../shared/set-as-data.js'
import { inCamelCase } from './wire-fields.js'

/** Schemas nested deeper than this are left as they are; the API refuses them anyway. */
const MAX_DEPTH = 64
/** Bounds that Google's `Schema` writes as strings, being 64-bit integers. */
const INTEGERS = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties'])
/** Members of `Schema` that mean nothing in JSON Schema; `propertyOrdering` is kept, for Google takes it there too. */
const NOT_JSON_SCHEMA = new Set(['nullable', 'example'])

/** Units that one schema takes besides those in it. */
const SCHEMA = 8

/** The units of work since it last gave way. */
interface Progress {
  worked: number
}

/**
 * Reads Google's `Schema`, a subset of OpenAPI 3.0, as JSON Schema, in steps: lower-case types, `nullable` as a type, numbers as
 * numbers.
 */
export const jsonSchemaOf = (schema: JsonObject): Steps<JsonObject> => convert(schema, 0, { worked: 0 })

function* convert(written: JsonObject, depth: number, progress: Progress): Steps<JsonObject> {
  if (depth > MAX_DEPTH) return written
  progress.worked += SCHEMA
  if (progress.worked >= ITEMS_TOGETHER) {
    yield progress.worked
    progress.worked = 0
  }
  const schema = inCamelCase(written)
  const members: [string, JsonValue][] = []
  for (const [name, member] of Object.entries(schema)) {
    if (member === undefined || member === null || NOT_JSON_SCHEMA.has(name)) continue
    const read = holdsSchemas(name, member)
      ? yield* convertWithin(name, member, depth + 1, progress)
      : convertMember(name, member)
    if (read !== undefined) members.push([name, read])
  }
  const read = Object.fromEntries(members)
  return schema['nullable'] === true ? nullable(read) : read
}

/** Whether a member is a schema, or holds some. */
function holdsSchemas(name: string, member: JsonValue): member is JsonObject | readonly JsonValue[] {
  return name === 'anyOf' ? isList(member) : (name === 'items' || name === 'properties') && isObject(member)
}

function* convertWithin(
  name: string,
  member: JsonObject | readonly JsonValue[],
  depth: number,
  progress: Progress,
): Steps<JsonValue> {
  if (isList(member)) {
    const list: JsonValue[] = []
    for (const each of member) list.push(isObject(each) ? yield* convert(each, depth, progress) : each)
    return list
  }
  if (name === 'items') return yield* convert(member, depth, progress)
  const properties: Record<string, JsonValue> = {}
  for (const key of Object.keys(member)) {
    const inner = member[key] ?? null
    setAsData(properties, key, isObject(inner) ? yield* convert(inner, depth, progress) : inner)
  }
  return properties
}

function convertMember(name: string, member: JsonValue): JsonValue | undefined {
  switch (name) {
    case 'type':
      return typeof member === 'string' ? typeOf(member) : member
    case 'format':
      // Only says that there is an `enum`.
      return member === 'enum' ? undefined : member
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
