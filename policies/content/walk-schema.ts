import { isList, isObject, type JsonValue } from '../../core/json.js'
import type { Steps } from '../../core/turns.js'
import { mapList, mapMembers } from './sharing.js'
import { READ_PER_VALUE, READ_TOGETHER, unitsRead, type Walk } from './walk.js'
import { walkNumber, walkTextInSteps } from './walk-text.js'

/** Keywords whose strings are the schema's own: types, references, and names of properties. */
const WORDS = new Set([
  ...[
    'type',
    'format',
    'required',
    '$schema',
    '$id',
    '$ref',
    '$anchor',
    '$dynamicRef',
    '$dynamicAnchor',
    '$vocabulary',
  ],
  ...['contentEncoding', 'contentMediaType', 'propertyOrdering', 'property_ordering', 'dependentRequired'],
])

/** Keywords whose members are named by the application, each a schema. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])

/** Keywords that hold values, not schemas; `example` is Google's. */
const VALUES = new Set(['const', 'default', 'enum', 'example', 'examples'])

/** Keywords whose numbers say how many, how long, or between what. */
const BOUNDS = new Set([
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength'],
  ...['minItems', 'maxItems', 'minContains', 'maxContains', 'minProperties', 'maxProperties'],
])

/**
 * Walks a JSON Schema (https://json-schema.org/draft/2020-12/json-schema-core), or Google's subset of OpenAPI's: its texts, and the
 * strings and numbers of its values; of a number its property says what it is. Names of properties are left alone, for calls
 * repeat them.
 */
export function* walkSchema(walk: Walk, schema: JsonValue, label?: string): Steps<JsonValue> {
  if (!isObject(schema)) return yield* walkLeaf(walk, schema, label, walkSchema)
  walk.read += READ_PER_VALUE
  if (walk.read > READ_TOGETHER) yield unitsRead(walk)
  return yield* mapMembers(schema, (value, name) => {
    if (WORDS.has(name)) return value
    if (VALUES.has(name)) return walkValue(walk, value, label)
    if (MAPS.has(name) && isObject(value)) {
      return mapMembers(value, (inner, property) => walkSchema(walk, inner, property))
    }
    return typeof value === 'number' && BOUNDS.has(name) ? value : walkSchema(walk, value, label)
  })
}

function* walkValue(walk: Walk, value: JsonValue, label: string | undefined): Steps<JsonValue> {
  if (isObject(value)) return yield* mapMembers(value, (member, name) => walkValue(walk, member, name))
  return yield* walkLeaf(walk, value, label, walkValue)
}

function* walkLeaf(
  walk: Walk,
  value: JsonValue,
  label: string | undefined,
  within: typeof walkValue,
): Steps<JsonValue> {
  if (walk.read > READ_TOGETHER) yield unitsRead(walk)
  if (typeof value === 'string') return yield* walkTextInSteps(walk, value)
  if (typeof value === 'number') return walkNumber(walk, value, label)
  return isList(value) ? yield* mapList(value, (entry) => within(walk, entry, label)) : value
}
