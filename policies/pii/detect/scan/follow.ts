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
const ROOM = 512
const BEFORE = CONTEXT_REACH * 2 + 64
/** A longer word is left to the scan. */
const LONGEST_WORD = 48

const SPACE = 32
const SMALL_A = 97

/** What may stand behind the last word while it is open. */
const BEHIND = new Set(Array.from(' -./:()+,', (sign) => sign.charCodeAt(0)))

export function createFollower(rules: Rules): Follower {
  return new WordFollower(rules)
}

class WordFollower implements Follower {
  private readonly rules: Rules
  private readonly codes: Codes = new Uint16Array(ROOM + PADDING)
  private length = 0
  private start = 0
  private scan: Scan | undefined = undefined

  constructor(rules: Rules) {
    this.rules = rules
  }

  begin(text: string, decided: number): boolean {
    const first = Math.max(0, decided - BEFORE)
    this.length = 0
    this.scan = undefined
    if (!this.add(text, first)) return false
    this.start = decided - first
    if (isTail(this.codes, this.start)) return false
    this.scan = newScan({ text: '', codes: this.codes }, this.rules, this.start)
    if (this.start > 0) hearBefore(this.scan, CONTEXT_REACH * 2)
    return true
  }

  push(piece: string): number {
    const { scan } = this
    if (scan === undefined || !this.add(piece, 0)) return -1
    passPlain(scan, Number.POSITIVE_INFINITY, this.length)
    return isOpenWord(this.codes, scan.at, this.length) ? scan.at - this.start : -1
  }

  /** Adds the units of a text; false where they do not fit, or are read as others. */
  private add(text: string, from: number): boolean {
    const { codes } = this
    let { length } = this
    if (length + text.length - from > ROOM) return false
    for (let index = from; index < text.length; index++) {
      const code = text.charCodeAt(index)
      if (code > 126 && (FOLDED[code] !== code || isHalf(code))) return false
      codes[length++] = code
    }
    this.length = length
    // A few are cleared faster here than by a call of `fill`.
    for (let index = length; index < length + PADDING; index++) codes[index] = 0
    return true
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
