import type { Guard } from '../guard.js'
import { passageGuard } from './passage.js'
import type { WordsSettings } from './settings.js'
import { scanDisguised } from './terms/scan-disguised.js'
import { scanTerms } from './terms/scan-terms.js'
import { termIndex } from './terms/term-index.js'

/**
 * Finds listed words and phrases, as whole words, however they are spelt. The reason is the first list that has one
 * of those in the first text that has any.
 */
export function wordsGuard({ lists, disguised }: WordsSettings): Guard {
  const listOf = lists.flatMap(({ terms }, list) => terms.map(() => list))
  const index = termIndex(lists.flatMap(({ terms }) => terms))
  const scan = disguised ? scanDisguised : scanTerms
  return passageGuard(index.window, function* (passage) {
    const places = (yield* scan(index, passage)).filter(({ fresh }) => fresh)
    const first = places.reduce((least, { term }) => Math.min(least, listOf[term] ?? 0), lists.length)
    const reason = lists[first]?.name
    return reason === undefined ? undefined : { reason, places: places.map(({ start, end }) => ({ start, end })) }
  })
}
