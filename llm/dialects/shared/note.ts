import type { JsonValue } from '../../../core/json.js'
import type { Fields } from '../fields.js'

/** Called with the path and value of a request member that the vocabulary has no word for. */
export type Note = (path: string, value: JsonValue | undefined) => void

/** Notes every member of `fields` that nobody asked for, under its path. */
export function noteRest(fields: Fields, note: Note): void {
  for (const [name, value] of Object.entries(fields.rest())) note(fields.at(name), value)
}

/** The member when it has a value, so that absent stays absent. */
export function optional<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]: V })
}
