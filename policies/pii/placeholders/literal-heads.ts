import type { Steps } from '../../../core/turns.js'
import { CLASSES, WORD } from '../detect/scan/characters.js'
import type { Stretch } from './literals.js'

/** How the values of a set begin, as far as a text can tell quickly whether one of them may stand in it. */
export interface LiteralHeads {
  /** Whether one of the values may begin in the stretch, and notes which. */
  meet(stretch: Stretch): Steps<boolean>
  /** Whether a value may have been met. */
  met(value: string): boolean
}

/** More is not looked at of a value. */
const LONGEST_HEAD = 12

const VALUES_AT_ONCE = 1024
const UNITS_AT_ONCE = 4096
/** Units of text that cost one. */
const SPEED = 8

/** `values` are not empty. */
export function* literalHeads(values: readonly string[]): Steps<LiteralHeads> {
  let head = LONGEST_HEAD
  for (const { length } of values) if (length < head) head = length
  let size = 16
  while (size < values.length * 4) size *= 2
  const mask = size - 1
  /** Hashes in an open-addressing table, 0 where there is none. */
  const hashes = new Int32Array(size)
  const seen = new Uint8Array(size)

  const slotOf = (hash: number): number => {
    let slot = (hash ^ (hash >>> 15)) & mask
    while (hashes[slot] !== 0 && hashes[slot] !== hash) slot = (slot + 1) & mask
    return slot
  }

  /** By the first two units of a value (see `pairOf`). Most places of a text are told by it. */
  const pairs = new Uint8Array(PAIRS)

  for (const [index, value] of values.entries()) {
    if (index % VALUES_AT_ONCE === 0) yield VALUES_AT_ONCE
    pairs[pairOf(value.charCodeAt(0), head < 2 ? 0 : value.charCodeAt(1))] = 1
    const hash = hashOf(value, 0, head)
    hashes[slotOf(hash)] = hash
  }

  const meetWithin = (text: string, from: number, to: number): boolean => {
    let isMet = false
    let unit = text.charCodeAt(from)
    for (let at = from; at < to; at++) {
      const next = text.charCodeAt(at + 1)
      const pair = pairOf(unit, head < 2 ? 0 : next)
      unit = next
      // No value begins within a word.
      if (pairs[pair] === 0 || (isWordAt(text, at) && isWordAt(text, at - 1))) continue
      const slot = slotOf(hashOf(text, at, head))
      if (hashes[slot] === 0) continue
      isMet = true
      seen[slot] = 1
    }
    return isMet
  }

  return {
    *meet({ text, start, end }) {
      let isMet = false
      const last = end - head + 1
      for (let from = start; from < last; from += UNITS_AT_ONCE) {
        const to = Math.min(last, from + UNITS_AT_ONCE)
        yield 1 + (to - from) / SPEED
        if (meetWithin(text, from, to)) isMet = true
      }
      return isMet
    },
    met: (value) => seen[slotOf(hashOf(value, 0, head))] === 1,
  }
}

const PAIRS = 4096

function pairOf(first: number, second: number): number {
  return ((first << 5) ^ second) & (PAIRS - 1)
}

function isWordAt(text: string, at: number): boolean {
  return ((CLASSES[text.charCodeAt(at)] ?? 0) & WORD) !== 0
}

/** Never 0. */
function hashOf(text: string, at: number, length: number): number {
  let hash = 0x811c9dc5
  for (let index = at; index < at + length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash | 1
}
