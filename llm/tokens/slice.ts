import { LONGEST_SLICE } from './encoding.js'

/** How far back from the limit a good place to cut is looked for, in UTF-16 units. */
const LOOK_BACK = 4_096

/**
 * The end of the slice of `text` that starts at `from`: at most `LONGEST_SLICE` UTF-16 units on, where both encodings
 * always start a new piece (after a word before a blank, or after a line end before a word). Where the last 4,096 units
 * have no such place it cuts between any two characters, which adds at most a few tokens per slice.
 */
export function sliceEnd(text: string, from: number): number {
  const limit = from + LONGEST_SLICE
  if (limit >= text.length) return text.length
  for (let at = limit; at > limit - LOOK_BACK; at--) {
    if (startsPiece(text.charCodeAt(at - 1), text.charCodeAt(at))) return at
  }
  return isLowSurrogate(text.charCodeAt(limit)) ? limit - 1 : limit
}

function startsPiece(before: number, after: number): boolean {
  if (before === 0x0a) return isAsciiLetter(after)
  if (isAsciiLetter(before)) return after === 0x20 || after === 0x0a
  return isEastAsianLetter(before) && (after === 0x3001 || after === 0x3002 || after === 0xff0c || after === 0x0a)
}

function isAsciiLetter(unit: number): boolean {
  const lower = unit | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

/** Hiragana, katakana, unified ideographs, hangul syllables. */
function isEastAsianLetter(unit: number): boolean {
  return (
    (unit >= 0x3041 && unit <= 0x3096) ||
    (unit >= 0x30a1 && unit <= 0x30fa) ||
    (unit >= 0x4e00 && unit <= 0x9fff) ||
    (unit >= 0xac00 && unit <= 0xd7a3)
  )
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
