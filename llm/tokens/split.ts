import {
  classAt,
  LETTER,
  LOWER,
  NEWLINE,
  NUMBER,
  previous,
  runEnd,
  SPACE,
  SYMBOL,
  UPPER,
  widthOf,
} from './character-class.js'

/**
 * Finds the end of the piece that starts at `from` in well-formed UTF-8 that ends at `to`. Pieces are what an encoding
 * cuts text into before it merges bytes; no merge crosses them.
 */
export type Splitter = (bytes: Uint8Array, from: number, to: number) => number

const APOSTROPHE = 0x27
const BLANK = 0x20
const SLASH = 0x2f

/**
 * The pieces of cl100k_base:
 * `'(s|d|m|t|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`.
 */
export function splitCl100k(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from] ?? 0
  // Most pieces are an ASCII word after a blank.
  const word = first === BLANK ? from + 1 : from
  let after = word
  while (after < to && (((bytes[after] ?? 0) | 0x20) - 0x61) >>> 0 < 26) after++
  if (after > word && (after === to || (bytes[after] ?? 0) < 0x80)) return after
  if (first === APOSTROPHE) {
    const end = contractionEnd(bytes, from, to)
    if (end > from) return end
  }
  const kind = classAt(bytes, from)
  if ((kind & LETTER) !== 0) return runEnd(bytes, from, to, LETTER)
  if ((kind & NUMBER) !== 0) return numberEnd(bytes, from, to)
  if ((kind & NEWLINE) === 0) {
    const start = from + widthOf(first)
    const end = runEnd(bytes, start, to, LETTER)
    if (end > start) return end
  }
  const end = symbolsEnd(bytes, from, to)
  return end === from ? spaceEnd(bytes, from, to) : lineEnds(bytes, end, to)
}

/**
 * The pieces of o200k_base. With U = `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`, L = `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`,
 * P = `[^\r\n\p{L}\p{N}]` and C = a contraction such as `'ll`:
 * `P?U*L+C?|P?U+L*C?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`.
 */
export function splitO200k(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from] ?? 0
  // Most pieces are an ASCII word after a blank.
  const word = first === BLANK ? from + 1 : from
  let after = word
  while (after < to && ((bytes[after] ?? 0) - 0x41) >>> 0 < 26) after++
  while (after < to && ((bytes[after] ?? 0) - 0x61) >>> 0 < 26) after++
  if (after > word) {
    if (after === to) return after
    const next = bytes[after] ?? 0
    if (next < 0x80) return next === APOSTROPHE ? contractionEnd(bytes, after, to) : after
  }
  const kind = classAt(bytes, from)
  if ((kind & NUMBER) !== 0) return numberEnd(bytes, from, to)
  if ((kind & LETTER) !== 0) {
    const end = lowerWordEnd(bytes, from, to)
    return contractionEnd(bytes, end > from ? end : runEnd(bytes, from, to, UPPER), to)
  }
  if ((kind & NEWLINE) === 0) {
    const start = from + widthOf(first)
    const prefixed = lowerWordEnd(bytes, start, to)
    if (prefixed > start) return contractionEnd(bytes, prefixed, to)
    // Only a mark can be both a word's prefix and its first letter.
    const bare = (kind & LOWER) !== 0 ? lowerWordEnd(bytes, from, to) : from
    if (bare > from) return contractionEnd(bytes, bare, to)
    const upper = runEnd(bytes, start, to, UPPER)
    if (upper > start) return contractionEnd(bytes, upper, to)
  }
  const end = symbolsEnd(bytes, from, to)
  return end === from ? spaceEnd(bytes, from, to) : lineEndsAndSlashes(bytes, end, to)
}

/** The end of `U*L+`, or `from` where there is none. */
function lowerWordEnd(bytes: Uint8Array, from: number, to: number): number {
  const upper = runEnd(bytes, from, to, UPPER)
  const end = runEnd(bytes, upper, to, LOWER)
  if (end > upper) return end
  // `U*` took everything; it gives back characters until one of them can be the `L+`.
  for (let at = upper; at > from; ) {
    const start = previous(bytes, at)
    if ((classAt(bytes, start) & LOWER) !== 0) return at
    at = start
  }
  return from
}

/** The end of `'s`, `'t`, `'m`, `'d`, `'re`, `'ve` or `'ll` in any case, or `at` where there is none. */
function contractionEnd(bytes: Uint8Array, at: number, to: number): number {
  if (at + 1 >= to || bytes[at] !== APOSTROPHE) return at
  const one = (bytes[at + 1] ?? 0) | 0x20
  if (one === 0x73 || one === 0x74 || one === 0x6d || one === 0x64) return at + 2
  if (at + 2 >= to) return at
  const two = (bytes[at + 2] ?? 0) | 0x20
  if (two === 0x65 && (one === 0x72 || one === 0x76)) return at + 3
  return one === 0x6c && two === 0x6c ? at + 3 : at
}

function numberEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  for (let digits = 0; digits < 3 && at < to && (classAt(bytes, at) & NUMBER) !== 0; digits++) {
    at += widthOf(bytes[at] ?? 0)
  }
  return at
}

/** The end of ` ?[^\s\p{L}\p{N}]+`, or `from` where there is none. */
function symbolsEnd(bytes: Uint8Array, from: number, to: number): number {
  const start = bytes[from] === BLANK ? from + 1 : from
  const end = runEnd(bytes, start, to, SYMBOL)
  return end > start ? end : from
}

function lineEnds(bytes: Uint8Array, from: number, to: number): number {
  return runEnd(bytes, from, to, NEWLINE)
}

function lineEndsAndSlashes(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && (bytes[at] === SLASH || bytes[at] === 0x0a || bytes[at] === 0x0d)) at++
  return at
}

/** The end of `\s*[\r\n]+|\s+(?!\S)|\s+`: the last line end of the run, else all of it but one before a word. */
function spaceEnd(bytes: Uint8Array, from: number, to: number): number {
  const end = runEnd(bytes, from, to, SPACE)
  for (let at = end - 1; at >= from; at--) {
    if (bytes[at] === 0x0a || bytes[at] === 0x0d) return at + 1
  }
  if (end === to) return end
  const last = previous(bytes, end)
  return last > from ? last : end
}
