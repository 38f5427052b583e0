import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'

/** Reads one output item, piece by piece or whole; what was streamed is not taken again from the whole. */
export interface ItemReader {
  /** An event that belongs to this item; those that it knows nothing about are skipped. */
  read(type: string, event: JsonObject): void
  /** The item as it was when it was done. */
  done(item: JsonObject): void
}

/** What an item has beside what the vocabulary says; nothing when there is nothing. */
export function keptOf(item: JsonObject, told: readonly string[]): JsonObject {
  const rest = Object.entries(item).filter(([name, value]) => value !== null && !told.includes(name))
  return rest.length === 0 ? {} : { item: Object.fromEntries(rest) }
}

/** The text of a delta, or of a part. */
export const textOr = (value: JsonValue | undefined, otherwise: string): string =>
  typeof value === 'string' ? value : otherwise

/** The objects of a list; none when it is no list. */
export function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((member: JsonValue) => isObject(member)) : []
}
