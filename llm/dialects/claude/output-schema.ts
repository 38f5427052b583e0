import { isList, isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { jsonText } from '../../../core/json-writer.js'
import { ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
import { setAsData } from '../shared/set-as-data.js'

/**
 * Keywords that Anthropic's structured outputs refuse with 400 (numeric, string and array bounds, and more), and string
 * formats that they take. https://platform.claude.com/docs/en/build-with-claude/structured-outputs
 */
const REFUSED = new Set([
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength'],
  ...['maxItems', 'uniqueItems', 'contains', 'minContains', 'maxContains', 'prefixItems', 'minProperties'],
  ...['maxProperties', 'patternProperties', 'propertyNames', 'dependentRequired', 'if', 'then', 'else', 'not'],
])
const FORMATS = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'])
/** Schemas nested deeper than this are left as they are; the API refuses them anyway. */
const MAX_DEPTH = 100
const SCHEMA_LISTS = new Set(['anyOf', 'oneOf', 'allOf'])
const SCHEMA_MAPS = new Set(['properties', '$defs', 'definitions'])

/** Units that one schema takes besides those in it. */
const SCHEMA = 8

interface OutputSchema {
  readonly schema: JsonObject
  /** Whether anything is not enforced any more. */
  readonly changed: boolean
}

/** What is known so far, and the units of work since it last gave way. */
interface Progress {
  changed: boolean
  worked: number
}

/**
 * A JSON schema as structured outputs take it, in steps. Bounds that they refuse move to the description, where the model still
 * reads them; objects are closed.
 */
export function* outputSchema(schema: JsonObject): Steps<OutputSchema> {
  const progress: Progress = { changed: false, worked: 0 }
  const converted = yield* convert(schema, 0, progress)
  return { schema: converted, changed: progress.changed }
}

function* convert(schema: JsonObject, depth: number, progress: Progress): Steps<JsonObject> {
  if (depth > MAX_DEPTH) return schema
  progress.worked += SCHEMA
  if (progress.worked >= ITEMS_TOGETHER) {
    yield progress.worked
    progress.worked = 0
  }
  const members = yield* ownMembers(schema, progress)
  for (const name of Object.keys(schema)) {
    const member = schema[name]
    if (isList(member)) {
      if (SCHEMA_LISTS.has(name)) members.set(nameOf(name), yield* convertList(member, depth + 1, progress))
    } else if (isObject(member)) {
      if (name === 'items') members.set(name, yield* convert(member, depth + 1, progress))
      else if (SCHEMA_MAPS.has(name)) members.set(name, yield* convertMap(member, depth + 1, progress))
    }
  }
  return Object.fromEntries(members)
}

function* convertList(list: readonly JsonValue[], depth: number, progress: Progress): Steps<JsonValue> {
  const converted: JsonValue[] = []
  for (const each of list) converted.push(isObject(each) ? yield* convert(each, depth, progress) : each)
  return converted
}

function* convertMap(map: JsonObject, depth: number, progress: Progress): Steps<JsonValue> {
  const converted: Record<string, JsonValue> = {}
  for (const name of Object.keys(map)) {
    const each = map[name] ?? null
    setAsData(converted, name, isObject(each) ? yield* convert(each, depth, progress) : each)
  }
  return converted
}

/** The members as they are taken, schemas within as they were. */
function* ownMembers(schema: JsonObject, progress: Progress): Steps<Map<string, JsonValue>> {
  const loose: string[] = []
  const members = new Map<string, JsonValue>()
  for (const [name, member] of Object.entries(schema)) {
    if (member === undefined || name === '$schema') continue
    if (isRefused(name, member)) loose.push(`${name}: ${yield* jsonText(member)}`)
    else members.set(nameOf(name), member)
  }
  if (schema['type'] === 'object' || isObject(schema['properties'])) {
    if (schema['additionalProperties'] !== undefined && schema['additionalProperties'] !== false)
      progress.changed = true
    members.set('additionalProperties', false)
  }
  if (loose.length === 0) return members
  progress.changed = true
  const said = typeof schema['description'] === 'string' ? `${schema['description']}\n` : ''
  return members.set('description', `${said}(${loose.join(', ')})`)
}

// `oneOf` is not taken; alternatives that exclude each other mean the same as `anyOf`.
const nameOf = (name: string) => (name === 'oneOf' ? 'anyOf' : name)

function isRefused(name: string, member: JsonValue): boolean {
  if (name === 'minItems') return member !== 0 && member !== 1
  if (name === 'format') return typeof member !== 'string' || !FORMATS.has(member)
  return REFUSED.has(name)
}
