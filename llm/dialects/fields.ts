import { GatewayError } from '../../core/errors.js'
import { isObject, type JsonObject, type JsonValue } from '../../core/json.js'
import { setAsData } from './shared/set-as-data.js'

/** The 400 for a request field that is not what the API says; `path` is the field as clients write it. */
export function malformed(path: string, expected: string): GatewayError {
  return new GatewayError('malformed_request', `'${path}': ${expected}`, { param: path })
}

/**
 * Typed access to the members of one request object. A member that is absent or null reads as undefined; one of the wrong
 * type throws `malformed_request` with its path. `rest` gives the members that nobody asked for.
 */
export interface Fields {
  readonly path: string
  at(name: string): string
  raw(name: string): JsonValue | undefined
  string(name: string): string | undefined
  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined
  number(name: string, min?: number, max?: number): number | undefined
  integer(name: string, min?: number, max?: number): number | undefined
  boolean(name: string): boolean | undefined
  object(name: string): JsonObject | undefined
  fields(name: string): Fields | undefined
  array(name: string): readonly JsonValue[] | undefined
  /** What a reader returned for `name`, or the 400 saying that it is required. */
  required<T>(name: string, value: T | undefined): T
  /** Members not read so far, null ones included. */
  rest(): JsonObject
}

/** Reads `value` as an object; `path` is '' for the request itself. */
export function fieldsOf(value: JsonValue | undefined, path: string): Fields {
  if (!isObject(value)) throw malformed(path === '' ? 'body' : path, 'must be an object')
  const seen = new Set<string>()
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)

  const read = (name: string): JsonValue | undefined => {
    seen.add(name)
    const member = Object.hasOwn(value, name) ? value[name] : undefined
    return member === null ? undefined : member
  }
  const typed = <T extends JsonValue>(name: string, is: (member: JsonValue) => member is T, expected: string) => {
    const member = read(name)
    if (member === undefined) return undefined
    if (!is(member)) throw malformed(at(name), expected)
    return member
  }
  const number = (name: string, expected: string, min: number, max: number) => {
    const member = typed(name, isNumber, expected)
    if (member === undefined) return undefined
    if (member < min || member > max) throw malformed(at(name), `must be between ${min} and ${max}`)
    return member
  }

  return {
    path,
    at,
    raw: read,
    string: (name) => typed(name, isString, 'must be a string'),
    oneOf: <T extends string>(name: string, allowed: readonly T[]) => {
      const member = read(name)
      if (member === undefined) return undefined
      const found = allowed.find((word) => word === member)
      if (found === undefined) throw malformed(at(name), `must be one of ${allowed.join(', ')}`)
      return found
    },
    number: (name, min = -Number.MAX_VALUE, max = Number.MAX_VALUE) => number(name, 'must be a number', min, max),
    integer: (name, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) => {
      const member = number(name, 'must be an integer', min, max)
      if (member !== undefined && !Number.isInteger(member)) throw malformed(at(name), 'must be an integer')
      return member
    },
    boolean: (name) => typed(name, isBoolean, 'must be true or false'),
    object: (name) => typed(name, isObject, 'must be an object'),
    fields: (name) => {
      const member = read(name)
      return member === undefined ? undefined : fieldsOf(member, at(name))
    },
    array: (name) => typed(name, isArray, 'must be an array'),
    required: (name, member) => {
      if (member === undefined) throw malformed(at(name), 'is required')
      return member
    },
    rest: () => {
      const rest: Record<string, JsonValue | undefined> = {}
      for (const name of Object.keys(value)) if (!seen.has(name)) setAsData(rest, name, value[name])
      return rest
    },
  }
}

const isString = (member: JsonValue): member is string => typeof member === 'string'
const isNumber = (member: JsonValue): member is number => typeof member === 'number'
const isBoolean = (member: JsonValue): member is boolean => typeof member === 'boolean'
const isArray = (member: JsonValue): member is readonly JsonValue[] => Array.isArray(member)
