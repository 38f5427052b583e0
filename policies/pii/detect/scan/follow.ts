import { type Codes, classAt, LETTER, PADDING } from './characters.js'
import { CONTEXT_REACH } from './context.js'
import { FOLDED } from './fold-table.js'
import { passPlain } from './plain-word.js'
import type { Rules } from './rules.js'
import { newScan, type Scan } from './state.js'
import { hearBefore, isTail } from './token.js'

/**
 * Reads along a text that comes in small pieces, as far as its words are plain: without going back over what is before each of them. Plain
 * words are most of what models write.
 */
export interface Follower {
  /** Begins behind what a scan has read: `decided` is its `openFrom`. False where the text cannot be followed from there. */
  begin(text: string, decided: number): boolean
  /**
   * Takes the next piece. How much of everything since `begin`'s `decided` has nothing in it, whatever comes later; -1 where a scan must look
   * at what is behind the last answer: nothing is pushed until `begin` then.
   */
  push(piece: string): number
}

/** Units that are followed before it begins anew, and of them those before its beginning. */
const ROOM = 1024
const BEFORE = CONTEXT_REACH * 2 + 64
/** A longer word is left to the scan. */
const LONGEST_WORD = 48

const SPACE = 32
const SMALL_A = 97

/** What may stand behind the last word while it is open. */
const BEHIND = new Set(Array.from(' -./:()+,', (sign) => sign.charCodeAt(0)))

export function createFollower(rules: Rules): Follower {
  const codes: Codes = new Uint16Array(ROOM + PADDING)
  let length = 0
  let start = 0
  let scan: Scan | undefined

  /** Adds the units of a text; false where they do not fit, or are read as others. */
  const add = (text: string, from: number): boolean => {
    if (length + text.length - from > ROOM) return false
    for (let index = from; index < text.length; index++) {
      const code = text.charCodeAt(index)
      if (code > 126 && (FOLDED[code] !== code || isHalf(code))) return false
      codes[length++] = code
    }
    // A few are cleared faster here than by a call of `fill`.
    for (let index = length; index < length + PADDING; index++) codes[index] = 0
    return true
  }

  return {
    begin(text, decided) {
      const first = Math.max(0, decided - BEFORE)
      length = 0
      scan = undefined
      if (!add(text, first)) return false
      start = decided - first
      if (isTail(codes, start)) return false
      scan = newScan({ text: '', codes }, rules, start)
      if (start > 0) hearBefore(scan, CONTEXT_REACH * 2)
      return true
    },
    push(piece) {
      if (scan === undefined || !add(piece, 0)) return -1
      passPlain(scan, Number.POSITIVE_INFINITY, length)
      return isOpenWord(codes, scan.at, length) ? scan.at - start : -1
    },
  }
}

/** Whether nothing stands there but a word, or one with a sign or the first letter of "at" behind it: any scan would wait for what follows. */
function isOpenWord(codes: Codes, from: number, end: number): boolean {
  if (end - from > LONGEST_WORD) return false
  let at = from
  while (at < end && classAt(codes, at) & LETTER) at++
  if (at === end) return true
  if (at === from || !BEHIND.has(codes[at] ?? 0)) return false
  return at === end - 1 || (at === end - 2 && codes[at] === SPACE && ((codes[at + 1] ?? 0) | 32) === SMALL_A)
}

function isHalf(code: number): boolean {
  return (code & 0xf800) === 0xd800
}
