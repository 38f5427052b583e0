/** A marked or predicted place in a text; `type` is what the scores call it. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly type: string
}

/** Right, wrong and missed. */
export interface Counts {
  readonly hits: number
  readonly wrong: number
  readonly missed: number
}

/** As much of two spans as they share must be, of what they cover together. */
const OVERLAP = 0.5

function overlap(left: Span, right: Span): number {
  const shared = Math.min(left.end, right.end) - Math.max(left.start, right.start)
  return shared <= 0 ? 0 : shared / (Math.max(left.end, right.end) - Math.min(left.start, right.start))
}

/** Matches one to one, spans of the same type, best overlap first. */
function hits(gold: readonly Span[], found: readonly Span[]): number {
  const pairs = gold.flatMap((left, row) =>
    found.flatMap((right, column) => {
      const share = left.type === right.type ? overlap(left, right) : 0
      return share >= OVERLAP ? [{ share, row, column }] : []
    }),
  )
  const rows = new Set<number>()
  const columns = new Set<number>()
  for (const { row, column } of pairs.sort((left, right) => right.share - left.share)) {
    if (rows.has(row) || columns.has(column)) continue
    rows.add(row)
    columns.add(column)
  }
  return rows.size
}

/** Counts over texts of the types in `types`. */
export function count(
  rows: readonly { readonly gold: readonly Span[]; readonly found: readonly Span[] }[],
  types: ReadonlySet<string>,
): Counts {
  const total = { hits: 0, wrong: 0, missed: 0 }
  for (const row of rows) {
    const gold = row.gold.filter(({ type }) => types.has(type))
    const found = row.found.filter(({ type }) => types.has(type))
    const matched = hits(gold, found)
    total.hits += matched
    total.wrong += found.length - matched
    total.missed += gold.length - matched
  }
  return total
}

/** The harmonic mean of precision and recall; NaN where there is nothing to find and nothing was found. */
export function f1({ hits: right, wrong, missed }: Counts): number {
  return (2 * right) / (2 * right + wrong + missed)
}

/** The share that was found of what there is. */
export function recall({ hits: right, missed }: Counts): number {
  return right / (right + missed)
}
