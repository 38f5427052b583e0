import { type JsonValue, parseJson } from './json.js'
import { NotJson, type ReadingHooks, readJson, TooDeep, VALUE_ALONE } from './json-reader.js'
import { utf8InSteps } from './json-writer.js'
import { MOST_MEMBERS } from './members.js'
import type { Steps } from './turns.js'

/** UTF-16 units from which on text is read in steps; that much takes some milliseconds at most. */
export const LONG_TEXT = 32 * 1024

export const isLongText = (text: string) => text.length > LONG_TEXT

/** An object has more than `MOST_MEMBERS`. */
class TooWide extends Error {
  override readonly name = 'TooWide'
}

const NARROW: ReadingHooks = {
  ...VALUE_ALONE,
  grown(members) {
    if (members > MOST_MEMBERS) throw new TooWide()
  },
}

/**
 * What a text says in JSON (RFC 8259), at once where it is short and in steps where it is long (see `longJsonIn`); undefined where it is
 * none.
 */
export function* jsonInText(text: string, width?: Width): Steps<JsonValue | undefined> {
  return isLongText(text) ? yield* longJsonIn(text, width) : parseJson(text)
}

/** `narrow`: without objects of more than 5,000 members. */
type Width = 'any' | 'narrow'

/**
 * The same in steps; undefined too where it is nested deeper than 128, or wider than it may be. In its strings half a surrogate pair
 * becomes U+FFFD.
 */
export function* longJsonIn(text: string, width: Width = 'any'): Steps<JsonValue | undefined> {
  const bytes = yield* utf8InSteps(text)
  try {
    return (yield* readJson(bytes, width === 'narrow' ? NARROW : VALUE_ALONE)).value
  } catch (error) {
    if (error instanceof NotJson || error instanceof TooDeep || error instanceof TooWide) return undefined
    throw error
  }
}
