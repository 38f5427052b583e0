import { eachInSteps } from '../../../core/turns.js'
import type { Guard } from '../guard.js'
import { passageGuard, type Range } from './passage.js'
import type { WordsSettings } from './settings.js'
import { scanDisguised } from './terms/scan-disguised.js'
import { scanTerms, type TermMatch } from './terms/scan-terms.js'
import { termIndex } from './terms/term-index.js'

/** Units that a match takes. */
const MATCH = 1

/**
 * Finds listed words and phrases, as whole words, however they are spelt. The reason is the first list that has one
 * of those in the first text that has any.
 */
export function wordsGuard({ lists, disguised }: WordsSettings): Guard {
  const listOf = lists.flatMap(({ terms }, list) => terms.map(() => list))
  const index = termIndex(lists.flatMap(({ terms }) => terms))
  const scan = disguised ? scanDisguised : scanTerms
  return passageGuard(index.window, function* (passage) {
    const places: Range[] = []
    let first = lists.length
    function add({ term, start, end, fresh }: TermMatch): void {
      if (!fresh) return
      first = Math.min(first, listOf[term] ?? 0)
      places.push({ start, end })
    }
    yield* eachInSteps(yield* scan(index, passage), () => MATCH, add)
    const reason = lists[first]?.name
    return reason === undefined ? undefined : { reason, places }
  })
}
