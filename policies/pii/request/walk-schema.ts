import { isObject, type JsonValue } from '../../../core/json.js'
import { isList, mapList, mapMembers } from './sharing.js'
import type { Walk } from './walk.js'
import { walkText } from './walk-text.js'

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

/**
 * Walks a JSON Schema (https://json-schema.org/draft/2020-12/json-schema-core), or Google's subset of OpenAPI's: its texts, and the
 * strings of its values. Names of properties are left alone, for calls repeat them.
 */
export function walkSchema(walk: Walk, schema: JsonValue): JsonValue {
  if (!isObject(schema)) return walkStrings(walk, schema, walkSchema)
  return mapMembers(schema, (value, name) => {
    if (WORDS.has(name)) return value
    if (VALUES.has(name)) return walkValue(walk, value)
    if (MAPS.has(name) && isObject(value)) return mapMembers(value, (inner) => walkSchema(walk, inner))
    return walkSchema(walk, value)
  })
}

function walkValue(walk: Walk, value: JsonValue): JsonValue {
  if (isObject(value)) return mapMembers(value, (member) => walkValue(walk, member))
  return walkStrings(walk, value, walkValue)
}

function walkStrings(walk: Walk, value: JsonValue, within: (walk: Walk, entry: JsonValue) => JsonValue): JsonValue {
  if (typeof value === 'string') return walkText(walk, value)
  return isList(value) ? mapList(value, (entry) => within(walk, entry)) : value
}
