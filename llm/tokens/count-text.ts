import { type Encoding, LONGEST_SLICE } from './encoding.js'
import { sliceEnd } from './slice.js'

/**
 * How many UTF-16 units are counted before other work gets a turn: half a millisecond of prose, a few milliseconds of the worst
 * text known. Shorter texts are counted at once.
 */
export const TURN = LONGEST_SLICE

/**
 * Tokens of `texts` in `encoding`, each counted on its own. At once where they are short; else a promise, and `pause` is
 * awaited between slices so that other work gets its turn. Exact, but for texts with stretches of over 4,096 UTF-16 units
 * without a blank (see `sliceEnd`) or 7,560 bytes without a piece's end: there a cut may add a token or two.
 */
export function countTexts(
  texts: readonly string[],
  encoding: Encoding,
  pause: () => Promise<unknown>,
): number | Promise<number> {
  const length = texts.reduce((sum, text) => sum + text.length, 0)
  if (length > TURN) return countInTurns(texts, encoding, pause)
  let tokens = 0
  for (const text of texts) {
    for (let from = 0; from < text.length; ) {
      const end = sliceEnd(text, from)
      tokens += encoding.count(from === 0 && end === text.length ? text : text.slice(from, end))
      from = end
    }
  }
  return tokens
}

async function countInTurns(
  texts: readonly string[],
  encoding: Encoding,
  pause: () => Promise<unknown>,
): Promise<number> {
  let tokens = 0
  let done = 0
  for (const text of texts) {
    for (let from = 0; from < text.length; ) {
      const end = sliceEnd(text, from)
      if (done > 0 && done + end - from > TURN) {
        await pause()
        done = 0
      }
      tokens += encoding.count(text.slice(from, end))
      done += end - from
      from = end
    }
  }
  return tokens
}
