import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'

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
const SCHEMA_LISTS = ['anyOf', 'oneOf', 'allOf']
const SCHEMA_MAPS = ['properties', '$defs', 'definitions']

/**
 * A JSON schema as structured outputs take it. Bounds that they refuse move to the description, where the model still
 * reads them; objects are closed. `changed` says whether anything is not enforced any more.
 */
export function outputSchema(schema: JsonObject): { readonly schema: JsonObject; readonly changed: boolean } {
  let changed = false
  const convert = (value: JsonValue, depth: number): JsonValue => {
    if (!isObject(value) || depth > MAX_DEPTH) return value
    const loose: string[] = []
    const members = new Map<string, JsonValue>()
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined || name === '$schema') continue
      if (isRefused(name, member)) loose.push(`${name}: ${JSON.stringify(member)}`)
      else members.set(nameOf(name), convertMember(name, member, depth + 1))
    }
    if (value['type'] === 'object' || isObject(value['properties'])) {
      if (value['additionalProperties'] !== undefined && value['additionalProperties'] !== false) changed = true
      members.set('additionalProperties', false)
    }
    if (loose.length === 0) return Object.fromEntries(members)
    changed = true
    const said = typeof value['description'] === 'string' ? `${value['description']}\n` : ''
    return Object.fromEntries(members.set('description', `${said}(${loose.join(', ')})`))
  }
  const convertMember = (name: string, member: JsonValue, depth: number): JsonValue => {
    if (name === 'items') return convert(member, depth)
    if (SCHEMA_LISTS.includes(name) && Array.isArray(member))
      return member.map((each: JsonValue) => convert(each, depth))
    if (!SCHEMA_MAPS.includes(name) || !isObject(member)) return member
    return Object.fromEntries(Object.entries(member).map(([key, inner]) => [key, convert(inner ?? null, depth)]))
  }
  const converted = convert(schema, 0)
  return { schema: isObject(converted) ? converted : schema, changed }
}

// `oneOf` is not taken; alternatives that exclude each other mean the same as `anyOf`.
const nameOf = (name: string) => (name === 'oneOf' ? 'anyOf' : name)

function isRefused(name: string, member: JsonValue): boolean {
  if (name === 'minItems') return member !== 0 && member !== 1
  if (name === 'format') return typeof member !== 'string' || !FORMATS.has(member)
  return REFUSED.has(name)
}
