import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { Outlet } from './outlet.js'

/** How an item ended, as clients see it. */
export type ItemStatus = 'completed' | 'incomplete'

/** Writes one block of an answer. */
export interface BlockHandler {
  say(text: string, logprobs: JsonValue | undefined): void
  sign?(signature: string): void
  annotate?(value: JsonObject): void
  end(): void
}

/** Writes one output item. It is done some time after its last block has ended, when its status is known. */
export interface ItemWriter {
  done(status: ItemStatus): JsonObject
}

/** Where an item stands in the answer, and what its provider had beside what the vocabulary says. */
export interface ItemPlace {
  readonly outlet: Outlet
  readonly index: number
  /** Unique in the conversation; made of the answer's id. */
  readonly unique: string
  readonly own: JsonObject
}

/** An id that the provider gave, else one with the API's prefix for items of this kind. */
export function idOf({ own, unique }: ItemPlace, prefix: string): string {
  return typeof own.id === 'string' && own.id !== '' ? own.id : `${prefix}_${unique}`
}

/** Writes an item that a provider of this dialect worked on itself, as it came. */
export function opaqueWriter({ outlet, index }: ItemPlace, value: JsonObject): ItemWriter & BlockHandler {
  outlet.event('response.output_item.added', { output_index: index, item: value })
  return {
    say: () => {},
    end: () => {},
    done() {
      outlet.event('response.output_item.done', { output_index: index, item: value })
      return value
    },
  }
}

/** What was kept of an item for this dialect; undefined for a block that does not begin one of its own. */
export const itemIn = (fields: JsonObject | undefined): JsonObject | undefined =>
  isObject(fields?.item) ? fields.item : undefined
