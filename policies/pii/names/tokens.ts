import { CLASSES, type Codes, DIGIT, IDEOGRAPH, WORD } from '../detect/scan/characters.js'
import { EMPTY_HASH, HASH_FACTOR, PLAIN } from '../detect/scan/word-hash.js'

/** What a token is. */
export const WORD_TOKEN = 1
export const NUMBER_TOKEN = 2
/** One sign that may stand within a name: `. , ' - & #`. */
export const JOINT = 3
/** Any other sign, and one code point of a script without spaces. */
export const SIGN = 4
export const LINE = 5
/** Wide blanks, at most `LONGEST` of them. */
export const GAP = 6
/** More letters or digits in a row than any name has. */
export const LONG = 7

/** How a word is written. */
export const SMALL = 1
export const CAPITALIZED = 2
export const ALL_CAPITALS = 3
export const ONE_CAPITAL = 4
export const MIXED = 5

/** A token's units, blanks included, are at most so many, except for `LONG`. */
export const LONGEST = 32
/** Fewer blanks than this belong to no token. */
const WIDE = 6

/** The tokens of a stretch of text, in arrays so that none costs an object. */
export interface Tokens {
  count: number
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly kinds: Uint8Array
  /** Of words: how they are written; of numbers: how many digits they have, up to 15. */
  readonly shapes: Uint8Array
  /** Of words without case and accents; of numbers only how long they are. */
  readonly hashes: Int32Array
  /** 1 where nothing stands between this token and the one before. */
  readonly glued: Uint8Array
}

/** Room for the tokens of so many units. */
export function tokensFor(units: number): Tokens {
  return {
    count: 0,
    starts: new Int32Array(units),
    ends: new Int32Array(units),
    kinds: new Uint8Array(units),
    shapes: new Uint8Array(units),
    hashes: new Int32Array(units),
    glued: new Uint8Array(units),
  }
}

const APOSTROPHE = 39
const CURLY = 0x2019
const JOINTS: ReadonlySet<number> = new Set(['.', ',', "'", '’', '-', '&', '#', '·'].map((sign) => sign.charCodeAt(0)))
const NEWLINE = 10
const RETURN = 13

/** Of scripts that have capitals nearly all letters are below. */
const CASED = 0x2000
/** 1 a capital letter, 2 a letter that is none. */
const CASES = Uint8Array.from({ length: CASED }, (_, code) => caseOf(code))

function caseOf(code: number): number {
  if (((CLASSES[code] ?? 0) & WORD) === 0 || (code >= 48 && code <= 57)) return 0
  const letter = String.fromCharCode(code)
  return letter !== letter.toLowerCase() ? 1 : isMark(code) ? 0 : 2
}

/** What a blank within a line is in a folded text. */
function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 11 || code === 12
}

/** Combining marks change a letter's look and nothing else. */
function isMark(code: number): boolean {
  return code >= 0x300 && code <= 0x36f
}

/** Cuts the units [from, to) into tokens. `to` is where the text ends: a token that touches it may go on in a longer text. */
export function tokenize(codes: Codes, from: number, to: number, tokens: Tokens): void {
  tokens.count = 0
  let behind = from
  for (let at = from; at < to; ) {
    const code = codes[at] ?? 0
    const kind = CLASSES[code] ?? 0
    let end = at + 1
    if (isBlank(code)) {
      while (end < to && end - at < LONGEST && isBlank(codes[end] ?? 0)) end++
      if (end - at >= WIDE) {
        add(tokens, GAP, at, end, behind)
        behind = end
      }
      at = end
      continue
    }
    if (kind & DIGIT) end = addNumber(tokens, codes, at, to, behind)
    else if (kind & WORD) end = addWord(tokens, codes, at, to, behind)
    else if (code === NEWLINE || code === RETURN) add(tokens, LINE, at, end, behind)
    else if (JOINTS.has(code)) addSign(tokens, JOINT, code === CURLY ? APOSTROPHE : code, at, end, behind)
    else {
      if ((code & 0xfc00) === 0xd800 && ((codes[end] ?? 0) & 0xfc00) === 0xdc00 && end < to) end++
      addSign(tokens, SIGN, kind & IDEOGRAPH ? IDEOGRAPH : code, at, end, behind)
    }
    behind = end
    at = end
  }
}

function add(tokens: Tokens, kind: number, start: number, end: number, behind: number): void {
  const index = tokens.count++
  tokens.starts[index] = start
  tokens.ends[index] = end
  tokens.kinds[index] = kind
  tokens.shapes[index] = 0
  tokens.hashes[index] = kind
  tokens.glued[index] = start === behind ? 1 : 0
}

function addSign(tokens: Tokens, kind: number, code: number, start: number, end: number, behind: number): void {
  add(tokens, kind, start, end, behind)
  tokens.hashes[tokens.count - 1] = code + SIGNS
}

const SIGNS = 0x100

/** The hash of every ideograph's token. */
export const IDEOGRAPH_TOKEN = IDEOGRAPH + SIGNS

/** The hash of a sign's token. */
export function signHash(sign: string): number {
  return sign.charCodeAt(0) + SIGNS
}

function addNumber(tokens: Tokens, codes: Codes, start: number, to: number, behind: number): number {
  let end = start
  while (end < to && (CLASSES[codes[end] ?? 0] ?? 0) & DIGIT) end++
  const long = end - start > LONGEST
  add(tokens, long ? LONG : NUMBER_TOKEN, start, end, behind)
  tokens.shapes[tokens.count - 1] = Math.min(15, end - start)
  tokens.hashes[tokens.count - 1] = long ? LONG : 0x40000 + Math.min(15, end - start)
  return end
}

function addWord(tokens: Tokens, codes: Codes, start: number, to: number, behind: number): number {
  let end = start
  let hash = EMPTY_HASH
  let capitals = 0
  let inner = 0
  let letters = 0
  for (; end < to; end++) {
    const code = codes[end] ?? 0
    const kind = CLASSES[code] ?? 0
    if ((kind & WORD) === 0 || kind & DIGIT) break
    if (isMark(code)) continue
    hash = Math.imul(hash ^ (PLAIN[code] ?? code), HASH_FACTOR)
    if (CASES[code] === 1) {
      capitals++
      if (letters > 0) inner++
    }
    letters++
  }
  const long = end - start > LONGEST
  add(tokens, long ? LONG : WORD_TOKEN, start, end, behind)
  tokens.shapes[tokens.count - 1] = shapeOf(letters, capitals, inner)
  tokens.hashes[tokens.count - 1] = long ? LONG : hash
  return end
}

function shapeOf(letters: number, capitals: number, inner: number): number {
  if (capitals === 0) return SMALL
  if (capitals === letters) return letters === 1 ? ONE_CAPITAL : ALL_CAPITALS
  return inner === 0 ? CAPITALIZED : MIXED
}

/** The same hash of a whole word, for lists. */
export function hashWord(word: string): number {
  let hash = EMPTY_HASH
  for (let index = 0; index < word.length; index++) {
    const code = word.charCodeAt(index)
    if (!isMark(code)) hash = Math.imul(hash ^ (PLAIN[code] ?? code), HASH_FACTOR)
  }
  return hash
}
