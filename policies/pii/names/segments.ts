import { BETWEEN } from './classes.js'
import type { Known } from './features.js'
import { ALL_CAPITALS, GAP, LINE, LONG, SIGN, SMALL, signHash, WORD_TOKEN } from './tokens.js'

const BRACKET = signHash('[')
const UNDERSCORE = signHash('_')

/** The most tokens of a segment. */
export const LONGEST_SEGMENT = 32

/** Whether the token is never part of a name, wherever it stands: what is on its two sides does not depend on each other. */
function isBetween(known: Known, index: number): boolean {
  const { kinds, shapes, masks } = known
  switch (kinds[index]) {
    case LINE:
    case GAP:
    case LONG:
    case SIGN:
      return true
    case WORD_TOKEN:
      return (
        (shapes[index] === SMALL && ((masks[index] ?? 0) & BETWEEN) !== 0) ||
        (shapes[index] === ALL_CAPITALS && isBehindBracket(known, index))
      )
    default:
      return false
  }
}

/** What stands for a value is written so: `[PERSON_...`. */
function isBehindBracket({ glued, hashes }: Known, index: number): boolean {
  return index > 0 && glued[index] === 1 && (hashes[index - 1] === BRACKET || hashes[index - 1] === UNDERSCORE)
}

/**
 * Cuts the tokens into segments, each read by itself, and tells `visit` their first token and the one behind their last. What
 * stands between names ends a segment; from `LONGEST_SEGMENT` tokens on without any, every token is one. So where
 * segments begin depends on no more than so many tokens before.
 */
export function eachSegment(known: Known, visit: (first: number, end: number) => void): void {
  let begun = 0
  for (let at = 0; at <= known.count; at++) {
    const ends = at === known.count || isBetween(known, at)
    if (!ends && at - begun < LONGEST_SEGMENT) continue
    const whole = Math.min(at, begun + LONGEST_SEGMENT)
    if (ends) {
      if (at > begun && at - begun <= LONGEST_SEGMENT) visit(begun, at)
      begun = at + 1
    } else {
      if (at === whole) visit(begun, at)
      visit(at, at + 1)
    }
  }
}
