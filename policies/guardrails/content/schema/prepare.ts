import { isObject, type JsonObject, type JsonValue } from '../../../../core/json.js'
import { KEYWORDS, UNSUPPORTED } from './keywords.js'

/** Why a schema cannot be used; the message quotes nothing of it. */
export class SchemaFault extends Error {
  override readonly name = 'SchemaFault'
}

/** A schema that is safe to compile: everything that it refers to is within it. */
export interface PreparedSchema {
  readonly schema: JsonObject
  readonly draft: '7' | '2020-12'
}

/** Stands in every schema within, so that its use can be counted. */
export const STEP = 'tollgateStep'

/** Size in UTF-16 units of JSON; nesting; schemas within; UTF-16 units of one pattern. */
const LONGEST = 65_536
const DEEPEST = 48
const MOST_SCHEMAS = 200
const LONGEST_PATTERN = 512

interface Walk {
  schemas: number
  draft: PreparedSchema['draft'] | undefined
  hasTuple: boolean
  /** Where schemas stand, as the names from the root down, and the anchors. */
  readonly places: Set<string>
  readonly references: string[]
}

/**
 * Takes a schema that anybody may have written down to the keywords that are checked. Throws `SchemaFault` for one that is too large
 * or too deep, that refers to others, or is of a draft that is neither 7 nor 2020-12.
 */
export function prepareSchema(written: JsonObject, length = JSON.stringify(written).length): PreparedSchema {
  if (length > LONGEST) throw new SchemaFault(`is longer than ${LONGEST} characters`)
  const walk: Walk = {
    schemas: 0,
    draft: draftOf(written['$schema']),
    hasTuple: false,
    places: new Set(),
    references: [],
  }
  const schema = schemaAt(written, [], walk)
  for (const reference of walk.references) {
    if (!walk.places.has(placeOf(reference))) throw new SchemaFault('has a $ref to what is no schema within it')
  }
  if (!isObject(schema)) throw new SchemaFault('is no object')
  return { schema, draft: walk.draft ?? (walk.hasTuple ? '7' : '2020-12') }
}

function draftOf(name: JsonValue | undefined): PreparedSchema['draft'] | undefined {
  if (typeof name !== 'string') return undefined
  if (name.includes('draft-07') || name.includes('draft-06')) return '7'
  if (name.includes('2020-12')) return '2020-12'
  throw new SchemaFault('is of a draft that is neither draft-07 nor 2020-12')
}

type Path = readonly string[]

function schemaAt(written: JsonValue | undefined, path: Path, walk: Walk): JsonValue {
  if (typeof written === 'boolean') return written
  if (!isObject(written))
    throw new SchemaFault('has something that is neither an object nor true or false in the place of a schema')
  if (path.length > DEEPEST) throw new SchemaFault(`is nested deeper than ${DEEPEST}`)
  if (++walk.schemas > MOST_SCHEMAS) throw new SchemaFault(`has more than ${MOST_SCHEMAS} schemas within`)
  if (UNSUPPORTED.some((name) => written[name] !== undefined)) throw new SchemaFault('uses dynamic references')
  if (path.length > 0 && written['$id'] !== undefined) throw new SchemaFault('has an $id within')
  walk.places.add(path.join('\0'))
  note(written, walk)
  const members = Object.entries(written).flatMap(([name, value]) => {
    const made = value === undefined ? undefined : checkedValue(name, value, path, walk)
    return made === undefined ? [] : [[name, made] as const]
  })
  return Object.fromEntries([...members, [STEP, true]])
}

function note(written: JsonObject, walk: Walk): void {
  const { $ref, $anchor, pattern } = written
  if (typeof $ref === 'string') walk.references.push($ref)
  if (typeof $anchor === 'string') walk.places.add(`#${$anchor}`)
  if (typeof pattern === 'string') checkPattern(pattern)
  if (isObject(written['patternProperties'])) Object.keys(written['patternProperties']).forEach(checkPattern)
}

function checkPattern({ length }: string): void {
  if (length > LONGEST_PATTERN) throw new SchemaFault(`has a pattern of more than ${LONGEST_PATTERN} characters`)
}

/** Undefined for what is not checked. */
function checkedValue(name: string, value: JsonValue, path: Path, walk: Walk): JsonValue | undefined {
  const at = [...path, name]
  switch (KEYWORDS.get(name)) {
    case undefined:
      return undefined
    case 'plain':
      return value
    case 'schema':
      return schemaAt(value, at, walk)
    case 'schemas':
      return schemasAt(value, at, walk)
    case 'named':
      return namedAt(value, at, walk)
    case 'schema or list':
      if (!Array.isArray(value)) return schemaAt(value, at, walk)
      walk.hasTuple = true
      return schemasAt(value, at, walk)
  }
}

function schemasAt(value: JsonValue, path: Path, walk: Walk): JsonValue {
  if (!Array.isArray(value)) throw new SchemaFault('has something that is no list in the place of a list of schemas')
  return value.map((schema: JsonValue, index) => schemaAt(schema, [...path, String(index)], walk))
}

function namedAt(value: JsonValue, path: Path, walk: Walk): JsonValue {
  if (!isObject(value)) throw new SchemaFault('has something that is no object in the place of named schemas')
  return Object.fromEntries(
    Object.entries(value).map(([name, schema]) => {
      return [name, Array.isArray(schema) ? schema : schemaAt(schema, [...path, name], walk)]
    }),
  )
}

/** Where a reference points, as in `places` (RFC 6901 in a fragment); what is no place where it points outside. */
function placeOf(reference: string): string {
  if (!reference.startsWith('#')) return OUTSIDE
  const fragment = decoded(reference.slice(1))
  if (fragment === '') return ''
  if (!fragment.startsWith('/')) return `#${fragment}`
  const names = fragment.slice(1).split('/')
  return names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~')).join('\0')
}

const OUTSIDE = '\0outside'

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return OUTSIDE
  }
}
