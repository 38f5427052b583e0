/** What a token may be: nothing, or the first or a later one of a name. A kind's first label is odd, the next one its later tokens'. */
export const KINDS = ['person', 'location', 'organization', 'postal_address'] as const
export type NameKind = (typeof KINDS)[number]

export const OUTSIDE = 0
export const LABELS = 1 + 2 * KINDS.length

export function firstOf(kind: number): number {
  return 1 + 2 * kind
}

export function laterOf(kind: number): number {
  return 2 + 2 * kind
}

/** The kind that a label other than `OUTSIDE` belongs to, as an index of `KINDS`. */
export function kindOf(label: number): number {
  return (label - 1) >> 1
}

export function isFirst(label: number): boolean {
  return (label & 1) === 1
}

/** Whether `next` may stand behind `label`: a name goes on only from itself. */
export function mayFollow(label: number, next: number): boolean {
  if (next === OUTSIDE || isFirst(next)) return true
  return label !== OUTSIDE && kindOf(label) === kindOf(next)
}
