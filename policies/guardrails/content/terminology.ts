import { eachInSteps } from '../../../core/turns.js'
import type { Guard, Place } from '../guard.js'
import { passageGuard } from './passage.js'
import type { TerminologyRule, TerminologySettings } from './settings.js'
import { scanTerms, type TermMatch } from './terms/scan-terms.js'
import { termIndex } from './terms/term-index.js'

/** Units that a match takes. */
const MATCH = 4

/**
 * Finds words that are to be written in another way, or not at all; a rule's own replacement, spelt as it says, is right. The reason
 * is the first rule that is broken in the first text that breaks any.
 */
export function terminologyGuard({ rules }: TerminologySettings): Guard {
  const ruleOf = rules.flatMap(({ terms }, rule) => terms.map(() => rule))
  const index = termIndex(rules.flatMap(({ terms }) => terms))
  return passageGuard(index.window, function* (passage) {
    const places: Omit<Place, 'text'>[] = []
    let first = rules.length
    function add({ term, start, end, fresh }: TermMatch): void {
      if (!fresh) return
      const number = ruleOf[term] ?? rules.length
      const written = passage.text.slice(start, end)
      const replacement = replacementFor(rules[number], written)
      if (replacement === written) return
      first = Math.min(first, number)
      places.push({ start, end, ...(replacement !== undefined && { replacement }) })
    }
    yield* eachInSteps(yield* scanTerms(index, passage), () => MATCH, add)
    const reason = rules[first]?.name
    return reason === undefined ? undefined : { reason, places }
  })
}

/** In capitals, or with a capital at the beginning, as what it replaces; a replacement with capitals of its own stays as it is. */
function replacementFor(rule: TerminologyRule | undefined, written: string): string | undefined {
  const replacement = rule?.replacement
  if (replacement === undefined || replacement !== replacement.toLowerCase()) return replacement
  const isCapital = (text: string) => text !== text.toLowerCase() && text === text.toUpperCase()
  if (!isCapital(written.charAt(0))) return replacement
  const [first = ''] = replacement
  const shouted = isCapital(written) && written.length > 1
  return shouted ? replacement.toUpperCase() : first.toUpperCase() + replacement.slice(first.length)
}
