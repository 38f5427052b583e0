import { addSame, type Piece } from '../../content/piece.js'

/**
 * A stretch that is scanned:
 * - `text`: may be changed.
 * - `fixed`: the structure of JSON; passes as it is.
 * - `number`: of JSON, whole; changed, it becomes a string.
 * - `original`: in the place of `length` units, and nothing to be found.
 */
export type Scanned =
  | { readonly kind: 'text' | 'fixed' | 'number'; readonly text: string }
  | { readonly kind: 'original'; readonly text: string; readonly length: number }

/** What a detector sees in the place of an original: a sign that no value has in it, or goes on behind. */
export const STAND_IN = '\u0000'

/** What a detector sees. A comma of JSON must not be taken for that of a decimal (`[4111111111111111,1]`). */
export function seenOf(stretch: Scanned): string {
  switch (stretch.kind) {
    case 'original':
      return STAND_IN
    case 'fixed':
      return stretch.text.replaceAll(',', '\n')
    case 'text':
    case 'number':
      return stretch.text
  }
}

/** Passes a stretch on as it is. */
export function addUnscanned(pieces: Piece[], stretch: Scanned): void {
  if (stretch.kind === 'original') pieces.push({ kind: 'changed', length: stretch.length, text: stretch.text })
  else addSame(pieces, stretch.text.length)
}
