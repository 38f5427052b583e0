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

/** All that there is to judge in the texts; those of nothing but white space are left out. */
export function piecesOf(texts: readonly { readonly text: string }[], limits: PieceLimits): readonly Piece[] {
  return texts.flatMap(({ text }, index) => (isBlank(text) ? [] : cut(text, index, limits)))
}

function cut(text: string, index: number, { most, overlap }: PieceLimits): readonly Piece[] {
  const pieces: Piece[] = []
  for (let start = 0; ; ) {
    const end = whole(text, Math.min(text.length, start + most))
    const content = sendable(text.slice(start, end))
    if (!isBlank(content)) pieces.push({ text: index, start, end, content })
    if (end === text.length) return pieces
    start = whole(text, end - overlap)
  }
}

/** The place, or the one before it where it would cut a character in two. */
function whole(text: string, at: number): number {
  const before = text.charCodeAt(at - 1)
  const after = text.charCodeAt(at)
  const cutsPair = before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000
  return cutsPair ? at - 1 : at
}

function isBlank(text: string): boolean {
  return text.trim() === ''
}

/** Halves of characters are in no UTF-8, and refused by services that check. */
function sendable(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd')
}

/** Neighbours put together, each group of as many as `fits` allows; at least one. */
export function groupsOf<T>(items: readonly T[], fits: (group: readonly T[], next: T) => boolean): readonly T[][] {
  const groups: T[][] = []
  for (const item of items) {
    const last = groups.at(-1)
    if (last && fits(last, item)) last.push(item)
    else groups.push([item])
  }
  return groups
}
