import { type Codes, PADDING } from './characters.js'
import { DELETED, FOLDED, foldAstral } from './fold-table.js'
import { firstFrom, textOf } from './units.js'

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

/** A text being folded, piece by piece. */
interface Folding {
  readonly original: string
  readonly codes: Codes
  /** Units of the original that have been read. */
  at: number
  /** Units that `codes` has of them. */
  length: number
  /** What stands in `codes`, where that is not the original. */
  text: string | undefined
  /** Where each unit of `codes` begins in the original, where that is not at its own place. */
  starts: Int32Array | undefined
}

/** As many units as are folded in one go; some tens of microseconds. */
const PIECE = 0x4000

/**
 * Undoes what hides characters from a scanner and not from a reader: fullwidth and mathematical forms, look-alike letters,
 * other scripts' digits, invisible characters. Each code point becomes one unit, nothing, or stays, whatever is around it. `scratch`
 * is written over where it is large enough; the result is then good until the next time.
 */
export function fold(text: string, scratch?: Codes): Folded {
  const folding = newFolding(text, scratch)
  while (folding.at < text.length) foldPiece(folding)
  return folded(folding)
}

/** The same, with a pause after each piece. */
export function* foldSliced(text: string): Generator<void, Folded> {
  const folding = newFolding(text, undefined)
  while (folding.at < text.length) {
    foldPiece(folding)
    yield
  }
  return folded(folding)
}

function newFolding(original: string, scratch: Codes | undefined): Folding {
  return { original, codes: bufferFor(original.length, scratch), at: 0, length: 0, text: undefined, starts: undefined }
}

function bufferFor(length: number, scratch: Codes | undefined): Codes {
  if (scratch === undefined || scratch.length < length + PADDING) return new Uint16Array(length + PADDING)
  scratch.fill(0, length, length + PADDING)
  return scratch
}

function foldPiece(folding: Folding): void {
  const { original, codes, at } = folding
  const to = Math.min(original.length, at + PIECE)
  if (folding.text === undefined) {
    const same = copyAscii(original, at, to, codes) ? to : copySame(original, at, to, codes)
    folding.at = same
    folding.length = same
    if (same === to) return
    folding.text = original.slice(0, same)
  }
  const { length } = folding
  foldUnits(folding, to)
  folding.text += textOf(codes.subarray(length, folding.length))
}

const ENCODER = new TextEncoder()
const BYTES = new Uint8Array(PIECE)

/** Copies the units from `from` up to `to`; false where one is not ASCII. A loop over the text takes ten times as long. */
function copyAscii(text: string, from: number, to: number, codes: Codes): boolean {
  const { read, written } = ENCODER.encodeInto(to - from === text.length ? text : text.slice(from, to), BYTES)
  if (read !== to - from || written !== read) return false
  codes.set(written === PIECE ? BYTES : BYTES.subarray(0, written), from)
  return true
}

/** Copies the units from `from` up to `to`, or up to the first one that is read as another. */
function copySame(text: string, from: number, to: number, codes: Codes): number {
  const table = FOLDED
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index)
    if (table[code] !== code || (isHigh(code) && astralAt(text, index) !== undefined)) return index
    codes[index] = code
  }
  return to
}

/** What the pair at `index` is read as; undefined where it is itself, or none. */
function astralAt(text: string, index: number): number | undefined {
  const low = text.charCodeAt(index + 1)
  if ((low & 0xfc00) !== 0xdc00) return undefined
  return foldAstral(((text.charCodeAt(index) - 0xd800) << 10) + low - 0xdc00 + 0x10000)
}

/** Folds the units up to `to`, or one more where that is the second half of a pair. */
function foldUnits(folding: Folding, to: number): void {
  const { original, codes } = folding
  const table = FOLDED
  let { at, length, starts } = folding
  for (; at < to; at++) {
    const code = original.charCodeAt(at)
    const astral = isHigh(code) ? astralAt(original, at) : undefined
    const unit = astral ?? table[code] ?? code
    if (starts !== undefined) starts[length] = at
    else if (astral !== undefined || unit === DELETED) starts = ownPlaces(original.length, length)
    if (astral !== undefined) at++
    if (unit >= 0 && unit !== DELETED) codes[length++] = unit
  }
  folding.at = at
  folding.length = length
  folding.starts = starts
}

/** Room for the places of `size` units and the end; the first ones up to `last` are their own. */
function ownPlaces(size: number, last: number): Int32Array {
  const starts = new Int32Array(size + 1)
  for (let index = 0; index <= last; index++) starts[index] = index
  return starts
}

function folded({ original, codes, length, text, starts }: Folding): Folded {
  if (starts === undefined) return unmoved(text ?? original, codes)
  starts[length] = original.length
  codes.fill(0, length, original.length + PADDING)
  return moved(original, text ?? original, codes, starts, length)
}

function unmoved(text: string, codes: Codes): Folded {
  const same = (index: number): number => index
  return { text, codes, originalStart: same, originalEnd: same, indexOf: same }
}

function isHigh(code: number): boolean {
  return (code & 0xfc00) === 0xd800
}

function moved(original: string, text: string, codes: Codes, starts: Int32Array, length: number): Folded {
  return {
    text,
    codes,
    originalStart: (index) => starts[index] ?? original.length,
    originalEnd(index) {
      const start = starts[index - 1] ?? 0
      const paired = isHigh(original.charCodeAt(start)) && !isHigh(codes[index - 1] ?? 0)
      return start + (paired ? 2 : 1)
    },
    indexOf: (offset) => firstFrom(starts, length, offset),
  }
}
