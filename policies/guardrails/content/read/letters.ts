import { DELETED, FOLDED, foldAstral } from '../../../pii/detect/scan/fold-table.js'

/** In `LETTERS`: a character that shows nothing, or belongs to the one before it. */
export const NOTHING = 0
/** In `LETTERS`: a character that parts words. */
export const GAP = 32

/** What is written with two letters where it has to be. */
const SPELT_OUT: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ĳ: 'ij',
  ﬀ: 'ff',
  ﬁ: 'fi',
  ﬂ: 'fl',
  ﬆ: 'st',
}

/** Letters with a stroke through them, which no normalisation takes off. */
const PLAIN: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ħ: 'h', ŧ: 't', ƶ: 'z', ɨ: 'i', ð: 'd' }

/** Accents and vowel points that are written or left out at will. */
const MARKS: readonly (readonly [number, number])[] = [
  [0x0300, 0x036f],
  [0x0591, 0x05bd],
  [0x064b, 0x065f],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x20d0, 0x20ff],
  [0xfe20, 0xfe2f],
]

/**
 * Thai, Lao, Myanmar and Khmer do not part words. Their letters are read as private ones, which belong to no word, so that a term is
 * found wherever it stands.
 */
const UNPARTED: readonly (readonly [first: number, last: number, to: number])[] = [
  [0x0e00, 0x0eff, 0xe000],
  [0x1000, 0x109f, 0xe100],
  [0x1780, 0x17ff, 0xe200],
]

const LATIN_OR_GREEK = /^[\p{Script=Latin}\p{Script=Greek}]$/u
const LETTER_OR_DIGIT = /^[\p{L}\p{M}\p{N}]$/u

function table(): Uint16Array {
  const letters = Uint16Array.from({ length: 0x10000 }, (_, code) => letterOf(code))
  for (const [first, last] of MARKS) letters.fill(NOTHING, first, last + 1)
  for (const [first, last, to] of UNPARTED) {
    for (let code = first; code <= last; code++) if (letters[code] !== GAP) letters[code] = to + code - first
  }
  return letters
}

function letterOf(code: number): number {
  if (code >= 0xd800 && code <= 0xf8ff) return GAP
  const folded = FOLDED[code] ?? code
  // An apostrophe is left out as often as not.
  if (folded === DELETED || folded === 0x27) return NOTHING
  const lower = String.fromCharCode(folded).toLowerCase()
  const plain = PLAIN[lower] ?? bare(lower.charAt(0))
  return LETTER_OR_DIGIT.test(plain) ? plain.charCodeAt(0) : GAP
}

/** Without its accents. */
function bare(letter: string): string {
  if (letter < '\u00c0' || (letter > '\u1fff' && letter < '\uff00')) return letter
  const base = letter.normalize('NFD').charAt(0)
  if (base === letter || !LATIN_OR_GREEK.test(base)) return letter
  return String.fromCharCode(FOLDED[base.charCodeAt(0)] ?? base.charCodeAt(0))
}

/** What each UTF-16 unit is read as: a small letter without accents, a digit, `GAP` or `NOTHING`. */
export const LETTERS = table()

/** The two letters that a unit is spelt out as. */
export const PAIRS: ReadonlyMap<number, readonly [number, number]> = new Map(
  Object.entries(SPELT_OUT).map(([letter, pair]) => [letter.charCodeAt(0), [pair.charCodeAt(0), pair.charCodeAt(1)]]),
)

/** What a character beyond the basic plane is read as: mathematical letters and digits as plain ones. */
export function astralLetter(code: number): number {
  const folded = foldAstral(code)
  if (folded === undefined) return GAP
  return folded < 0 ? NOTHING : (LETTERS[folded] ?? GAP)
}
