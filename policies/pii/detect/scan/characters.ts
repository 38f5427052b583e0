/** What a character is to the scanner; one table lookup per character. */
export const DIGIT = 1
export const LETTER = 2
/** A letter beyond ASCII of a script with spaces between its words. */
export const OTHER_LETTER = 4
/** Han, kana, Hangul: no spaces, every two of them may be a word. */
export const IDEOGRAPH = 8
export const WORD = DIGIT | LETTER | OTHER_LETTER
/** Besides `LETTER`: an ASCII capital. */
export const CAPITAL = 16

function classOf(code: number): number {
  if (code < 128) return asciiClass(code)
  if (code >= 0xd800 && code <= 0xf8ff) return 0
  if ((code >= 0x3040 && code <= 0x9fff) || (code >= 0xac00 && code <= 0xd7af) || code >= 0xf900) return IDEOGRAPH
  if (code >= 0x2000 && code <= 0x303f) return code === 0x212a || code === 0x212b ? OTHER_LETTER : 0
  if (code < 0xc0) return code === 0xaa || code === 0xb5 || code === 0xba ? OTHER_LETTER : 0
  return code === 0xd7 || code === 0xf7 ? 0 : OTHER_LETTER
}

function asciiClass(code: number): number {
  if (code >= 48 && code <= 57) return DIGIT
  if (code >= 65 && code <= 90) return LETTER | CAPITAL
  return code >= 97 && code <= 122 ? LETTER : 0
}

/** The class of every UTF-16 unit. */
export const CLASSES = Uint8Array.from({ length: 0x10000 }, (_, code) => classOf(code))

/** The class of a UTF-16 unit. */
export function characterClass(code: number): number {
  return CLASSES[code] ?? 0
}

/** Units of a text with `PADDING` zeroes behind it, so that looking a little ahead never leaves the array. */
export type Codes = Uint16Array

/** As far as anything looks ahead without having looked at what is between. */
export const PADDING = 32

/** The class of the unit at `index`, which is not beyond the padding; 0 before the text and in the padding. */
export function classAt(codes: Codes, index: number): number {
  return index < 0 ? 0 : (CLASSES[codes[index] ?? 0] ?? 0)
}

/** The unit at `index`; 0 before the text and in the padding. */
export function codeAt(codes: Codes, index: number): number {
  return index < 0 ? 0 : (codes[index] ?? 0)
}

export function isDigitAt(codes: Codes, index: number): boolean {
  const code = codes[index] ?? 0
  return code >= 48 && code <= 57
}
