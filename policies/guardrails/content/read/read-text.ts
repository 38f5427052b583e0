import type { Steps } from '../../../../core/turns.js'
import { firstFrom, textOf } from '../../../pii/detect/scan/units.js'
import { astralLetter, GAP, LETTERS, NOTHING, PAIRS } from './letters.js'
import { symbolOf } from './symbols.js'

/**
 * A text as words are looked for in it: small letters without accents, digits, one space between words, and behind that a line break
 * where a sentence ends or the words stand far apart.
 */
export interface ReadText {
  readonly length: number
  /** What stands from one index up to another. */
  part(from: number, to: number): string
  /** The UTF-16 offset in the original of what stands at `index`; the original's length for what is behind the end. */
  startOf(index: number): number
  /** The offset behind the original of what stands before `index`, with the accents and invisible characters that follow it. */
  endOf(index: number): number
  /** The first index whose original begins at or after `offset`. */
  indexOf(offset: number): number
}

const UNITS_AT_ONCE = 8192
/** Units of text that are only looked at in one step, and how many of them are one of work. */
const LOOKED_AT = 64 * 1024
const PER_UNIT = 64
/** Signs and spaces between two words of one phrase, at most. */
export const WIDEST_GAP = 8

const BREAK = 10
const NO_SYMBOLS: ReadonlySet<number> = new Set()

/** What has been read of a text. */
interface Reading {
  readonly codes: Uint16Array
  readonly starts: Int32Array
  length: number
  /** Units of the gap that the reader is in; 0 within a word. */
  gap: number
  /** What stood before in it. */
  before: number
  broken: boolean
}

/** Reads a text; `symbols` are kept as they are. What is read of a text's beginning does not depend on what follows. */
export function* readText(original: string, symbols = NO_SYMBOLS): Steps<ReadText> {
  // Only letters beyond ASCII are spelt out as two.
  const size = (yield* isAscii(original)) ? original.length : original.length * 2
  const codes = new Uint16Array(size)
  const starts = new Int32Array(size + 1)
  const reading: Reading = { codes, starts, length: 0, gap: 0, before: 0, broken: false }
  for (let at = 0; at < original.length; ) {
    const to = Math.min(original.length, at + UNITS_AT_ONCE)
    yield to - at
    at = readPart(original, at, to, reading, symbols)
  }
  const { length } = reading
  starts[length] = original.length
  return {
    length,
    part: (from, to) => textOf(codes.subarray(from, Math.min(to, length))),
    startOf: (index) => (index < length ? (starts[index] ?? 0) : original.length),
    endOf: (index) => (index === 0 ? 0 : endIn(original, starts[index - 1] ?? 0)),
    indexOf: (offset) => firstFrom(starts, length, offset),
  }
}

/** Reads the units up to `to`, or one more where that is the second half of a pair. */
function readPart(original: string, from: number, to: number, reading: Reading, symbols: ReadonlySet<number>): number {
  let at = from
  while (at < to) {
    const start = at
    const unit = original.charCodeAt(at++)
    let letter = LETTERS[unit] ?? GAP
    if (letter === GAP && symbols.size > 0 && symbols.has(symbolOf(unit))) {
      put(reading, symbolOf(unit), start)
      continue
    }
    if (letter === GAP && isPairAt(original, start)) {
      letter = astralLetter(original.codePointAt(start) ?? 0)
      if (letter !== GAP) at++
    }
    if (letter === NOTHING) continue
    if (letter === GAP) part(reading, unit, start)
    else spell(reading, letter, start)
  }
  return at
}

function spell(reading: Reading, letter: number, start: number): void {
  const pair = letter < 128 ? undefined : PAIRS.get(letter)
  for (const each of pair ?? [letter]) put(reading, each, start)
}

function put(reading: Reading, code: number, start: number): void {
  reading.gap = 0
  add(reading, code, start)
}

/** Takes note of a unit between words. */
function part(reading: Reading, unit: number, start: number): void {
  if (reading.gap++ === 0) {
    add(reading, GAP, start)
    reading.broken = false
  } else if (!reading.broken && (reading.gap > WIDEST_GAP || endsSentence(reading.before, unit))) {
    add(reading, BREAK, start)
    reading.broken = true
  }
  if (reading.gap === 1 || unit !== 13) reading.before = unit
}

function add(reading: Reading, code: number, start: number): void {
  reading.codes[reading.length] = code
  reading.starts[reading.length++] = start
}

/** A stop, question or exclamation mark before a space, or an empty line. */
function endsSentence(before: number, unit: number): boolean {
  const isSpace = unit === 32 || unit === 10 || unit === 9
  return isSpace && (before === 0x2e || before === 0x21 || before === 0x3f || (before === 10 && unit === 10))
}

function endIn(original: string, start: number): number {
  let end = start + (isPairAt(original, start) ? 2 : 1)
  while (LETTERS[original.charCodeAt(end)] === NOTHING) end++
  return end
}

function isPairAt(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00
}

function* isAscii(text: string): Steps<boolean> {
  for (let from = 0; from < text.length; from += LOOKED_AT) {
    if (/[^\p{ASCII}]/u.test(text.slice(from, from + LOOKED_AT))) return false
    yield Math.min(text.length, LOOKED_AT) / PER_UNIT
  }
  return true
}
