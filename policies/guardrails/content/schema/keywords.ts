/** What the value of a keyword of JSON Schema holds, for those that may be used. Annotations and formats are left out. */
export type KeywordValue = 'plain' | 'schema' | 'schemas' | 'named' | 'schema or list'

const PLAIN = [
  ...['type', 'enum', 'const', 'multipleOf', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum'],
  ...['maxLength', 'minLength', 'pattern', 'maxItems', 'minItems', 'uniqueItems', 'maxContains', 'minContains'],
  ...['maxProperties', 'minProperties', 'required', 'dependentRequired', '$ref', '$anchor'],
]
const SCHEMA = [
  ...['additionalItems', 'contains', 'additionalProperties', 'propertyNames', 'not', 'if', 'then', 'else'],
  ...['unevaluatedItems', 'unevaluatedProperties'],
]
const SCHEMAS = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
/** Of `dependencies` some are lists of names. */
const NAMED = ['$defs', 'definitions', 'properties', 'patternProperties', 'dependentSchemas', 'dependencies']

export const KEYWORDS: ReadonlyMap<string, KeywordValue> = new Map<string, KeywordValue>([
  ...PLAIN.map((name) => [name, 'plain'] as const),
  ...SCHEMA.map((name) => [name, 'schema'] as const),
  ...SCHEMAS.map((name) => [name, 'schemas'] as const),
  ...NAMED.map((name) => [name, 'named'] as const),
  ['items', 'schema or list'],
])

/** What would make a reference point elsewhere than it seems to. */
export const UNSUPPORTED: readonly string[] = [
  ...['$dynamicRef', '$dynamicAnchor', '$recursiveRef', '$recursiveAnchor', '$vocabulary'],
]
