import { type Codes, PADDING } from './characters.js'
import { DELETED, FOLDED, foldAstral } from './fold-table.js'

/** A text as the scanner reads it, and the way back. */
export interface Folded {
  readonly text: string
  readonly codes: Codes
  /** Offset in the original of the unit at `index`; the original's length for what is behind the end. */
  originalStart(index: number): number
  /** Offset behind the original of the unit before `index`: what was deleted after it is not part of it. */
  originalEnd(index: number): number
  /** The first index whose original begins at or after `offset`. */
  indexOf(offset: number): number
}

/**
 * Undoes what hides characters from a scanner and not from a reader: fullwidth and mathematical forms, look-alike letters,
 * other scripts' digits, invisible characters. Each code point becomes one unit, nothing, or stays, whatever is around it. `scratch`
 * is written over where it is large enough; the result is then good until the next time.
 */
export function fold(text: string, scratch?: Codes): Folded {
  const codes = bufferFor(text.length, scratch)
  let all = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    codes[index] = code
    all |= code
  }
  return all < 0x80 ? unchanged(text, codes) : foldUnits(text, codes)
}

function bufferFor(length: number, scratch: Codes | undefined): Codes {
  if (scratch === undefined || scratch.length < length + PADDING) return new Uint16Array(length + PADDING)
  scratch.fill(0, length, length + PADDING)
  return scratch
}

/** Folds `codes` in place. */
function foldUnits(text: string, codes: Codes): Folded {
  const starts = new Int32Array(text.length + 1)
  const end = text.length + PADDING
  let length = 0
  let changed = false
  for (let index = 0; index < text.length; index++) {
    const code = codes[index] ?? 0
    starts[length] = index
    if ((code & 0xfc00) === 0xd800 && ((codes[index + 1] ?? 0) & 0xfc00) === 0xdc00) {
      const folded = foldAstral(((code - 0xd800) << 10) + (codes[index + 1] ?? 0) - 0xdc00 + 0x10000)
      if (folded === undefined) {
        codes[length++] = code
        continue
      }
      index++
      changed = true
      if (folded >= 0) codes[length++] = folded
    } else {
      const folded = FOLDED[code] ?? code
      changed ||= folded !== code
      if (folded !== DELETED) codes[length++] = folded
    }
  }
  if (!changed) return unchanged(text, codes)
  starts[length] = text.length
  codes.fill(0, length, end)
  return mapped(text, codes, starts, length)
}

function unchanged(text: string, codes: Codes): Folded {
  const same = (index: number): number => index
  return { text, codes, originalStart: same, originalEnd: same, indexOf: same }
}

function isHigh(code: number): boolean {
  return (code & 0xfc00) === 0xd800
}

function mapped(original: string, codes: Codes, starts: Int32Array, length: number): Folded {
  return {
    text: decode(codes.subarray(0, length)),
    codes,
    originalStart: (index) => starts[index] ?? original.length,
    originalEnd(index) {
      const start = starts[index - 1] ?? 0
      const paired = isHigh(original.charCodeAt(start)) && !isHigh(codes[index - 1] ?? 0)
      return start + (paired ? 2 : 1)
    },
    indexOf(offset) {
      let low = 0
      let high = length
      while (low < high) {
        const middle = (low + high) >> 1
        if ((starts[middle] ?? 0) < offset) low = middle + 1
        else high = middle
      }
      return low
    },
  }
}

/** As many units as one call may safely take for arguments. */
const CHUNK = 4096

function decode(codes: Codes): string {
  let text = ''
  for (let offset = 0; offset < codes.length; offset += CHUNK) {
    text += Reflect.apply(String.fromCharCode, undefined, codes.subarray(offset, offset + CHUNK))
  }
  return text
}
