/**
 * What became of a stretch of a stream, in order and without gaps; `length` counts units of what went in. Nothing follows
 * `blocked`.
 */
export type Piece =
  | { readonly kind: 'same'; readonly length: number }
  | { readonly kind: 'changed'; readonly length: number; readonly text: string }
  | { readonly kind: 'blocked' }

/** What has been decided of a text: a number of units that stay as they are, or what became of each stretch. */
export type Decided = number | readonly Piece[]

/** A text, or the arguments of a call, on its way to the client. */
export interface Lane {
  /** Takes more; returns what has been decided, which may be less or more than that. */
  push(text: string): Decided
  /** Decides the rest. Nothing is pushed after it. */
  end(): readonly Piece[]
}

/** The same as pieces. */
export function piecesOf(decided: Decided): readonly Piece[] {
  if (typeof decided !== 'number') return decided
  return decided === 0 ? [] : [{ kind: 'same', length: decided }]
}

/** Adds an unchanged stretch, as part of the one before where that is unchanged too. */
export function addSame(pieces: Piece[], length: number): void {
  if (length === 0) return
  const last = pieces.at(-1)
  if (last?.kind === 'same') pieces[pieces.length - 1] = { kind: 'same', length: last.length + length }
  else pieces.push({ kind: 'same', length })
}
