import { eachInSteps, eachStepwise, type Steps } from '../../core/turns.js'

/** A part of one text, no longer than a service takes at once; offsets are UTF-16 units of the text, `end` exclusive. */
export interface Piece {
  /** The index of the text. */
  readonly text: number
  readonly start: number
  readonly end: number
  /** The part as it is sent, of the same length. */
  readonly content: string
}

export interface PieceLimits {
  /** UTF-16 units, and so no fewer code points than a service that counts these allows. */
  readonly most: number
  /** What a piece repeats of the one before, so that nothing shorter hides at its edge. */
  readonly overlap: number
}

/** Units that a text takes besides its pieces, and an item that is put into a group; characters of a piece to one. */
const TEXT = 2
const ITEM = 4
const PER_UNIT = 24

/** All that there is to judge in the texts; pieces of nothing but white space are left out. */
export function* piecesOf(
  texts: readonly { readonly text: string }[],
  { most, overlap }: PieceLimits,
): Steps<readonly Piece[]> {
  const pieces: Piece[] = []
  function* cut({ text }: { readonly text: string }, index: number): Steps<void> {
    for (let start = 0; ; ) {
      const end = whole(text, Math.min(text.length, start + most))
      if (start > 0) yield (end - start) / PER_UNIT
      const content = sendable(text.slice(start, end))
      if (content.trim() !== '') pieces.push({ text: index, start, end, content })
      if (end === text.length) return
      start = whole(text, end - overlap)
    }
  }
  yield* eachStepwise(texts, ({ text }) => TEXT + Math.min(text.length, most) / PER_UNIT, cut)
  return pieces
}

/** The place, or the one before it where it would cut a character in two. */
function whole(text: string, at: number): number {
  const before = text.charCodeAt(at - 1)
  const after = text.charCodeAt(at)
  const cutsPair = before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000
  return cutsPair ? at - 1 : at
}

/** Halves of characters are in no UTF-8, and refused by services that check. */
function sendable(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd')
}

/** Neighbours put together, each group of as many as `fits` allows; at least one. */
export function* groupsOf<T>(
  items: readonly T[],
  fits: (group: readonly T[], next: T) => boolean,
): Steps<readonly T[][]> {
  const groups: T[][] = []
  function put(item: T): void {
    const last = groups.at(-1)
    if (last && fits(last, item)) last.push(item)
    else groups.push([item])
  }
  yield* eachInSteps(items, () => ITEM, put)
  return groups
}
