import type { JsonValue } from './json.js'
import { NotJson, type ReadingHooks, readJson, TooDeep, VALUE_ALONE } from './json-reader.js'
import { utf8InSteps } from './json-writer.js'
import { MOST_MEMBERS } from './members.js'
import type { Steps } from './turns.js'

/** UTF-16 units from which on text is read in steps; that much takes some milliseconds at most. */
const LONG = 32 * 1024

export const isLongText = (text: string) => text.length > LONG

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
 * What a text says in JSON (RFC 8259), in steps where it is long; undefined where it is none. A long one is undefined too where it is nested
 * deeper than 128, or `narrow` and has an object of more than 5,000 members.
 */
export function* jsonInText(text: string, width: 'any' | 'narrow' = 'any'): Steps<JsonValue | undefined> {
  if (!isLongText(text)) return parsed(text)
  const bytes = yield* utf8InSteps(text)
  try {
    return (yield* readJson(bytes, width === 'narrow' ? NARROW : VALUE_ALONE)).value
  } catch (error) {
    if (error instanceof NotJson || error instanceof TooDeep || error instanceof TooWide) return undefined
    throw error
  }
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}
