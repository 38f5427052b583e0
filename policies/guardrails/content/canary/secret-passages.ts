import type { Steps } from '../../../../core/turns.js'
import type { LettersOnly } from './letters-only.js'

/** A run of letters that must not be repeated. */
interface SecretPassage {
  readonly source: LettersOnly
  readonly start: number
  readonly end: number
  readonly reason: string
}

/** Where one stands, by index among the letters of a text. */
export interface Repetition {
  readonly passage: number
  readonly start: number
  readonly end: number
}

export interface SecretPassages {
  /** Adds the passages of a text: [start, end) of its letters each. Those shorter than `least`, or than a seed, are left out. */
  add(
    source: LettersOnly,
    ranges: Iterable<readonly [start: number, end: number]>,
    least: number,
    reason: string,
  ): Steps<void>
  /** Where they stand in a text. */
  find(text: LettersOnly): Steps<readonly Repetition[]>
  /** From now on this one may be repeated. */
  release(passage: number): void
  reasonOf(passage: number): string
  isEmpty(): boolean
}

const LETTERS_AT_ONCE = 4096
const RANGES_AT_ONCE = 256
/** What it costs to keep a passage, besides its hash. */
const RANGE = 8
/** What it costs to look at a letter, and to compare one with a passage. */
const LETTER = 1
const COMPARED = 1 / 16
/** Of passages that begin in the same way so many are compared. */
const MOST_ALIKE = 64

const BASE = 0x01000193

/** Passages are found by the hash of their first `seed` letters, and compared letter by letter. */
export function secretPassages(seed: number): SecretPassages {
  const passages: SecretPassage[] = []
  const byHash = new Map<number, number[]>()
  const released = new Set<number>()
  let oldest = 1
  for (let index = 1; index < seed; index++) oldest = Math.imul(oldest, BASE)

  const hashAt = (codes: Uint16Array, start: number): number => {
    let hash = 0
    for (let index = start; index < start + seed; index++) hash = Math.imul(hash, BASE) + (codes[index] ?? 0)
    return hash | 0
  }
  const isAt = ({ codes }: LettersOnly, at: number, { source, start, end }: SecretPassage): number => {
    if (at + end - start > codes.length) return 0
    let index = start
    while (index < end && source.codes[index] === codes[at + index - start]) index++
    return index - start
  }

  const isOf = (source: LettersOnly, start: number, end: number) => (number: number) => {
    const known = passages[number]
    return known !== undefined && known.end - known.start === end - start && isAt(source, start, known) === end - start
  }

  return {
    *add(source, ranges, least, reason) {
      let count = 0
      for (const [start, end] of ranges) {
        if (count++ % RANGES_AT_ONCE === 0) yield RANGES_AT_ONCE * (seed + RANGE)
        if (end - start < Math.max(least, seed)) continue
        const hash = hashAt(source.codes, start)
        const alike = byHash.get(hash)
        if (alike !== undefined && (alike.length === MOST_ALIKE || alike.some(isOf(source, start, end)))) continue
        if (alike === undefined) byHash.set(hash, [passages.length])
        else alike.push(passages.length)
        passages.push({ source, start, end, reason })
      }
    },
    *find(text) {
      const found: Repetition[] = []
      const { codes } = text
      let hash = hashAt(codes, 0)
      let compared = 0
      for (let at = 0; at + seed <= codes.length; at++) {
        if (at % LETTERS_AT_ONCE === 0) yield LETTER * LETTERS_AT_ONCE
        if (compared > LETTERS_AT_ONCE / COMPARED) {
          yield compared * COMPARED
          compared = 0
        }
        for (const number of byHash.get(hash) ?? NONE) {
          const passage = passages[number]
          if (passage === undefined || released.has(number)) continue
          const same = isAt(text, at, passage)
          compared += same
          if (same === passage.end - passage.start) found.push({ passage: number, start: at, end: at + same })
        }
        hash = (Math.imul(hash - Math.imul(codes[at] ?? 0, oldest), BASE) + (codes[at + seed] ?? 0)) | 0
      }
      return found
    },
    release: (passage) => void released.add(passage),
    reasonOf: (passage) => passages[passage]?.reason ?? '',
    isEmpty: () => passages.length === released.size,
  }
}

const NONE: readonly number[] = []
