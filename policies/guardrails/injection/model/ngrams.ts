import type { Token } from '../read/tokens.js'
import { hashOf, hashPair } from './hash.js'
import { GROUPS } from './layout.js'

const { word, pair, piece } = GROUPS
const SHORTEST = 3
const LONGEST = 5
const LONGEST_WORD = 24

/** Hands over the weights that a token counts for: its word, its word with the one before, the pieces of its word. */
export function eachNgram(token: Token, before: Token | undefined, visit: (index: number) => void): void {
  // What is said again and again says no more for it.
  if (token.text === before?.text) return
  const own = hashOf(token.text)
  if (token.kind === 'word' || token.kind === 'dense') visit(word.from + (own & (word.size - 1)))
  visit(pair.from + (hashPair(before === undefined ? 1 : hashOf(before.text), own) & (pair.size - 1)))
  if (token.kind !== 'word' || token.text.length > LONGEST_WORD) return
  const text = `_${token.text}_`
  for (let length = SHORTEST; length <= LONGEST; length++) {
    for (let start = 0; start + length <= text.length; start++) {
      visit(piece.from + (hashOf(text, start, start + length) & (piece.size - 1)))
    }
  }
}

/** Fewer words count as if they were so many: a single one says little. */
const LEAST_WORDS = 8

/** What each of the tokens counts in a window of so many. */
export function ngramShare(tokens: number): number {
  return 1 / Math.sqrt(Math.max(LEAST_WORDS, tokens))
}
