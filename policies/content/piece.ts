/**
 * What became of a stretch of a stream, in order and without gaps; `length` counts units of what went in. Nothing follows
 * `blocked`.
 */
export type Piece =
  | { readonly kind: 'same'; readonly length: number }
  | { readonly kind: 'changed'; readonly length: number; readonly text: string }
  | { readonly kind: 'blocked' }

/** A text, or the arguments of a call, on its way to the client. */
export interface Lane {
  /** Takes more; returns what has been decided, which may be less or more than that. */
  push(text: string): readonly Piece[]
  /** Decides the rest. Nothing is pushed after it. */
  end(): readonly Piece[]
}

/** Adds an unchanged stretch, as part of the one before where that is unchanged too. */
export function addSame(pieces: Piece[], length: number): void {
  if (length === 0) return
  const last = pieces.at(-1)
  if (last?.kind === 'same') pieces[pieces.length - 1] = { kind: 'same', length: last.length + length }
  else pieces.push({ kind: 'same', length })
}
