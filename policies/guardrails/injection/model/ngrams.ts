import type { Token } from '../read/tokens.js'
import { EMPTY_HASH, extended, hashOf, hashPair, mixed } from './hash.js'
import { GROUPS } from './layout.js'

const { word, pair, piece } = GROUPS
const SHORTEST = 3
const LONGEST = 5
const LONGEST_WORD = 24
const UNDERSCORE = 95

/** Hands over the weights that a token counts for: its word, its word with the one before, the pieces of its word. */
export function eachNgram(token: Token, before: Token | undefined, visit: (index: number) => void): void {
  if (isRepeated(token, before)) return
  eachWhole(token, before, visit)
  if (hasPieces(token)) eachPiece(token.text, visit)
}

/** What is said again and again says no more for it. */
export function isRepeated(token: Token, before: Token | undefined): boolean {
  return token.text === before?.text
}

/** The weights of the word, and of it with the one before. */
export function eachWhole(token: Token, before: Token | undefined, visit: (index: number) => void): void {
  const own = hashOf(token.text)
  if (token.kind === 'word' || token.kind === 'dense') visit(word.from + (own & (word.size - 1)))
  visit(pair.from + (hashPair(before === undefined ? 1 : hashOf(before.text), own) & (pair.size - 1)))
}

export function hasPieces({ kind, text }: Token): boolean {
  return kind === 'word' && text.length <= LONGEST_WORD
}

/** The weights of three to five letters in a row, an underscore standing before and behind the word. */
export function eachPiece(text: string, visit: (index: number) => void): void {
  const end = text.length + 2
  for (let start = 0; start + SHORTEST <= end; start++) {
    const stop = Math.min(end, start + LONGEST)
    let hash = EMPTY_HASH
    for (let at = start; at < stop; at++) {
      hash = extended(hash, at === 0 || at === end - 1 ? UNDERSCORE : text.charCodeAt(at - 1))
      if (at - start >= SHORTEST - 1) visit(piece.from + (mixed(hash) & (piece.size - 1)))
    }
  }
}

/** Fewer words count as if they were so many: a single one says little. */
const LEAST_WORDS = 8

/** What each of the tokens counts in a window of so many. */
export function ngramShare(tokens: number): number {
  return 1 / Math.sqrt(Math.max(LEAST_WORDS, tokens))
}
