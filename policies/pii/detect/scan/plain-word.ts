import { mayBeginSecret } from '../../secrets/read/plain.js'
import { CLASSES, LETTER } from './characters.js'
import { isPhraseNear } from './labelled.js'
import { settle } from './offer.js'
import type { Scan } from './state.js'
import { isTail } from './token.js'
import { SHORTEST_WALLET } from './wallet.js'
import { EMPTY_HASH, HASH_FACTOR } from './word-hash.js'
import { hearWord } from './words.js'

/** Behind a word of letters: nothing goes on that could begin with the word. */
const ENDS = 1
/** The same where the next unit has `AFTER_GAP`: a written "at" or digits might follow. */
const GAP = 2
/** The same where the next unit has `AFTER_STOP`: a domain, a path or digits might follow. */
const STOP = 3
const KIND = 3
const AFTER_GAP = 4
const AFTER_STOP = 8

const ENDING = '"`\\\t\r\n;]}&'
const GAPS = ' [({<'
const STOPS = ',.:/)'

function sideOf(code: number): number {
  const character = String.fromCharCode(code)
  const ends = ENDING.includes(character)
  const kind = ends ? ENDS : GAPS.includes(character) ? GAP : STOPS.includes(character) ? STOP : 0
  const begins = kind === GAP || '@aA0123456789'.includes(character)
  return kind | (begins ? 0 : AFTER_GAP) | (ends || character === ' ' ? AFTER_STOP : 0)
}

/** What a unit says of the word that it stands behind. */
const SIDES = Uint8Array.from({ length: 0x10000 }, (_, code) => sideOf(code))

/** A plus or a bracket: a phone number may begin with it. */
export function isSign(code: number): boolean {
  return code === 43 || code === 40
}

const LOWER_T = 116

/**
 * Whether nothing goes on at `end` that could begin with the word before; looks at three units, or at two in a text that ends behind them,
 * at `last`: a space and what begins no digits and no written "at" are enough.
 */
function endsPlain(scan: Scan, end: number, last: number): boolean {
  const { codes } = scan
  const kind = (SIDES[codes[end] ?? 0] ?? 0) & KIND
  const isMore = end + 2 < last
  if (kind === ENDS) return isMore
  if (kind === 0) return false
  const next = codes[end + 1] ?? 0
  const side = SIDES[next] ?? 0
  if (kind === STOP) return isMore && (side & AFTER_STOP) !== 0
  if ((side & AFTER_GAP) !== 0) return true
  return isMore && (next | 32) === 97 && ((codes[end + 2] ?? 0) | 32) !== LOWER_T
}

/** Where no term is looked for. */
const NO_TERM = new Uint8Array(0x10000)

/** Whether nothing begins with the word [start, end), ASCII capitals and then small letters. */
function isPlain(scan: Scan, start: number, end: number, last: number): boolean {
  if (end - start >= SHORTEST_WALLET || !endsPlain(scan, end, last)) return false
  const { secrets, shortestWord } = scan.rules
  if (end - start >= shortestWord && isPhraseNear(scan, start)) return false
  return secrets === undefined || !mayBeginSecret(scan, secrets, start, end)
}

/**
 * Passes what nothing begins with, for about as many steps as are left to `stop`: signs, and words that are only heard. What it
 * passes is never open, because it leaves the last word of the text, which goes up to `end`. Most of a text goes through this loop, so that it is in one piece.
 */
export function passPlain(scan: Scan, stop: number, end = scan.text.length): void {
  const { codes } = scan
  const begins = scan.rules.terms?.starts ?? NO_TERM
  const { filter } = scan.rules.lexicon
  const classes = CLASSES
  const limit = Math.min(end, scan.at + stop - scan.steps)
  let at = scan.at
  if (isTail(codes, at)) return
  while (at < limit) {
    let code = codes[at] ?? 0
    if (begins[code]) break
    const kind = classes[code] ?? 0
    if ((kind & LETTER) === 0) {
      if (kind !== 0 || isSign(code)) break
      at++
      continue
    }
    let hash = EMPTY_HASH
    let last = at
    while (code >= 65 && code <= 90) {
      hash = Math.imul(hash ^ (code | 32), HASH_FACTOR)
      code = codes[++last] ?? 0
    }
    while (code >= 97 && code <= 122) {
      hash = Math.imul(hash ^ code, HASH_FACTOR)
      code = codes[++last] ?? 0
    }
    if (last + 1 >= end || !isPlain(scan, at, last, end)) break
    if (scan.places) settle(scan, at)
    if (((filter[hash & 0xffff] ?? 0) | scan.lastWord | scan.lastTwo) !== 0) hearWord(scan, hash, at, last)
    at = last
  }
  scan.steps += at - scan.at
  scan.at = at
}
