import { CAPITAL, CLASSES, type Codes, classAt, DIGIT, IDEOGRAPH, LETTER, OTHER_LETTER, WORD } from './characters.js'
import { look, type Scan } from './state.js'
import { EMPTY_HASH, HASH_FACTOR, PLAIN } from './word-hash.js'
import { hearIdeograph, hearWord } from './words.js'

const APOSTROPHE = 39
/** Words of a token are heard only so far into it; longer ones are data. */
const HEARD = 64
const TAIL_PIECE = 4096
const ALPHABETIC = LETTER | OTHER_LETTER

/** A letter by itself within a token is no word: what ends in `9vN` speaks of no version. */
function hear(scan: Scan, hash: number, token: number, start: number, end: number): void {
  if (start !== token && end - start === 1) return
  if (start - token < HEARD) hearWord(scan, hash, start, end)
}

/**
 * Reads the letters and digits from `start`, hears the words in them, and tells where they end. `accountNumber` and
 * `account1` have words within, an apostrophe is no end of one. Of what is longer than any value only the beginning is read.
 */
export function readToken(scan: Scan, start: number): number {
  const { codes } = scan
  const stop = start + scan.rules.longestToken
  // Locals, because a module's constants are loaded anew at each turn.
  const classes = CLASSES
  const plain = PLAIN
  let hash = EMPTY_HASH
  let word = start
  let before = 0
  let digits = 0
  let index = start
  for (; index < stop; index++) {
    const code = codes[index] ?? 0
    const kind = classes[code] ?? 0
    if (kind & ALPHABETIC) {
      if (kind & CAPITAL && (before & (LETTER | CAPITAL)) === LETTER) {
        hear(scan, hash, start, word, index)
        hash = EMPTY_HASH
      }
      if (hash === EMPTY_HASH) word = index
      hash = Math.imul(hash ^ (plain[code] ?? 0), HASH_FACTOR)
    } else if (kind & DIGIT) {
      digits++
      if (hash !== EMPTY_HASH) hear(scan, hash, start, word, index)
      hash = EMPTY_HASH
    } else if (code !== APOSTROPHE || hash === EMPTY_HASH || !(classAt(codes, index + 1) & LETTER)) {
      break
    }
    before = kind
  }
  if (hash !== EMPTY_HASH && !(index === stop && isTail(codes, stop))) hear(scan, hash, start, word, index)
  look(scan, codes[index] === APOSTROPHE ? index + 1 : index)
  scan.hasDigit = digits > 0
  scan.steps += index - start
  return index
}

/** Whether letters or digits at `index` go on with those before: the rest of a token too long to be anything. */
export function isTail(codes: Codes, index: number): boolean {
  return (classAt(codes, index - 1) & WORD) !== 0 && (classAt(codes, index) & WORD) !== 0
}

/** Where the rest of such a token ends, or the piece of it that is passed in one step. */
export function passTail(scan: Scan, start: number): number {
  let index = start
  while (index - start < TAIL_PIECE && classAt(scan.codes, index) & WORD) index++
  scan.steps += index - start
  return index
}

/** Hears the words before the scan's beginning again: of at most `reach` characters, whole tokens only. */
export function hearBefore(scan: Scan, reach: number): void {
  const { codes } = scan
  const end = scan.at
  let index = Math.max(0, end - reach)
  while (index < end) {
    if (isTail(codes, index)) {
      index++
      continue
    }
    const kind = classAt(codes, index)
    if (kind & IDEOGRAPH) hearIdeograph(scan, index)
    index = kind & WORD ? readToken(scan, index) : index + 1
  }
}
