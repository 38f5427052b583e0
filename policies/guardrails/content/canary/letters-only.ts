import type { Steps } from '../../../../core/turns.js'
import { astralLetter, GAP, LETTERS, NOTHING } from '../read/letters.js'

/** Only the letters and digits of a text, as they are compared: spaces, signs, accents and capitals make no difference. */
export interface LettersOnly {
  readonly codes: Uint16Array
  /** UTF-16 offset in the original of each. */
  readonly starts: Int32Array
  /** Indexes of those that begin a word, and the number of letters behind the last. */
  readonly words: Int32Array
}

const UNITS_AT_ONCE = 8192
/** Letters that are turned around at the cost of one unit. */
const FAST = 4

export function* lettersOnly(text: string): Steps<LettersOnly> {
  const codes = new Uint16Array(text.length)
  const starts = new Int32Array(text.length)
  const words = new Int32Array((text.length >> 1) + 2)
  let length = 0
  let count = 0
  let inWord = false
  for (let from = 0; from < text.length; from += UNITS_AT_ONCE) {
    const to = Math.min(text.length, from + UNITS_AT_ONCE)
    yield to - from
    for (let at = from; at < to; at++) {
      const letter = letterAt(text, at)
      if (letter === NOTHING) continue
      if (letter === GAP) {
        inWord = false
        continue
      }
      if (!inWord) words[count++] = length
      inWord = true
      codes[length] = letter
      starts[length++] = at
    }
  }
  words[count++] = length
  return { codes: codes.subarray(0, length), starts: starts.subarray(0, length), words: words.subarray(0, count) }
}

/** What begins at `at`; nothing for the second half of a pair. */
function letterAt(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  if ((unit & 0xfc00) === 0xd800) return astralLetter(text.codePointAt(at) ?? 0)
  const isSecondHalf = (unit & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800
  return isSecondHalf ? NOTHING : (LETTERS[unit] ?? GAP)
}

/** Each letter of the Latin alphabet replaced by the one 13 places on. */
export function* rotated({ codes, starts, words }: LettersOnly): Steps<LettersOnly> {
  const turned = new Uint16Array(codes.length)
  for (let from = 0; from < codes.length; from += UNITS_AT_ONCE) {
    const to = Math.min(codes.length, from + UNITS_AT_ONCE)
    yield (to - from) / FAST
    for (let at = from; at < to; at++) {
      const code = codes[at] ?? 0
      turned[at] = code >= 97 && code <= 122 ? ((code - 97 + 13) % 26) + 97 : code
    }
  }
  return { codes: turned, starts, words }
}

/** From back to front. Words begin where they ended. */
export function* reversed({ codes, starts, words }: LettersOnly): Steps<LettersOnly> {
  yield codes.length / (4 * FAST)
  const back = { codes: codes.slice().reverse(), starts: starts.slice().reverse(), words: words.slice().reverse() }
  yield words.length / FAST
  for (let index = 0; index < words.length; index++) back.words[index] = codes.length - (back.words[index] ?? 0)
  return back
}
