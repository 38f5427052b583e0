import type { JsonObject, JsonValue } from '../../../core/json.js'
import { isObject } from '../../../core/json.js'
import { malformed } from '../fields.js'
import { isArray } from '../shared/arrays.js'

/** The text of a member that has to be there. */
export function requiredText(body: JsonObject, name: string): string {
  const value = body[name]
  if (value === undefined || value === null) throw malformed(name, 'is required')
  if (typeof value !== 'string') throw malformed(name, 'must be a string')
  return value
}

/** The texts of the members that are there. */
export function texts(body: JsonObject, ...names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const value = body[name]
    if (value === undefined || value === null) return []
    if (typeof value !== 'string') throw malformed(name, 'must be a string')
    return [value]
  })
}

/** Every text anywhere within a value, in its order: of documents and parts it is not known which of their members count. */
export function textsWithin(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  if (isArray(value)) return value.flatMap(textsWithin)
  return isObject(value) ? Object.values(value).flatMap(textsWithin) : []
}

/** A whole number of at least 1, as JSON or as a form writes it. */
export function wholeNumber(body: JsonObject, name: string, most: number): number | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > most) {
    throw malformed(name, `must be a whole number from 1 to ${most}`)
  }
  return number
}

/** A switch, as JSON or as a form writes it. */
export function isOn(body: JsonObject, name: string): boolean {
  const value = body[name]
  if (value === true || value === false) return value
  if (value === undefined || value === null) return false
  if (typeof value === 'string' && /^(true|false|1|0)$/i.test(value)) return /^(true|1)$/i.test(value)
  throw malformed(name, 'must be true or false')
}
