import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { type Fields, fieldsOf, malformed } from '../fields.js'

/**
 * Typed access to one object of Google's JSON, whose members clients write in camelCase or in snake_case. The camelCase
 * name is the one to ask for; errors and `rest` use it too.
 */
export function wireFields(value: JsonValue | undefined, path: string): Fields {
  if (!isObject(value)) return fieldsOf(value, path)
  const members = inCamelCase(value)
  // Parsers disagree on which of two spellings counts, so a policy and the provider could see different requests.
  if (members !== value && Object.keys(members).length < Object.keys(value).length) {
    throw malformed(path === '' ? 'body' : path, 'has a member in both camelCase and snake_case')
  }
  return fieldsOf(members, path)
}

/** The member `name` as such an object, where it is there. */
export function wireFieldsAt(fields: Fields, name: string): Fields | undefined {
  const member = fields.raw(name)
  return member === undefined ? undefined : wireFields(member, fields.at(name))
}

/** The object with the names of its own members in camelCase, itself where they are; what is inside them stays as it is. */
export function inCamelCase(value: JsonObject): JsonObject {
  for (const name of Object.keys(value)) if (name.includes('_')) return renamed(value)
  return value
}

const renamed = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).map(([name, member]) => [camelCase(name), member]))

const camelCase = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
