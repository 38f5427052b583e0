import type { Segment } from './guard.js'

/** Gives the texts once and keeps them no longer, for a request half beside which the answer half may live for minutes. */
export function handedOver(segments: readonly Segment[]): () => readonly Segment[] {
  let left = segments
  return () => {
    const given = left
    left = []
    return given
  }
}
