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
function hits(gold: readonly Span[], found: readonly Span[], least = OVERLAP): number {
  const pairs = gold.flatMap((left, row) =>
    found.flatMap((right, column) => {
      const share = left.type === right.type ? overlap(left, right) : 0
      return share >= least ? [{ share, row, column }] : []
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

/** The harmonic mean in which recall counts twice as much. */
export function f2({ hits: right, wrong, missed }: Counts): number {
  return (5 * right) / (5 * right + wrong + 4 * missed)
}

/** As much as a stretch must share where types do not matter. */
const BINARY_OVERLAP = 0.9

/**
 * Counts stretches of anything personal, whatever its type: letters and digits only, neighbours with none between them joined, nine
 * tenths shared.
 */
export function countStretches(
  rows: readonly { readonly text: string; readonly gold: readonly Span[]; readonly found: readonly Span[] }[],
): Counts {
  const total = { hits: 0, wrong: 0, missed: 0 }
  for (const { text, gold, found } of rows) {
    const left = stretches(text, gold)
    const right = stretches(text, found)
    const matched = hits(left, right, BINARY_OVERLAP)
    total.hits += matched
    total.wrong += right.length - matched
    total.missed += left.length - matched
  }
  return total
}

function stretches(text: string, spans: readonly Span[]): readonly Span[] {
  const places = new Int32Array(text.length + 1)
  for (let at = 0, count = 0; at < text.length; at++) {
    if (/[\p{L}\p{N}]/u.test(text[at] ?? '')) count++
    places[at + 1] = count
  }
  const moved = spans
    .map(({ start, end }) => ({ start: places[start] ?? 0, end: places[end] ?? 0, type: '' }))
    .sort((one, other) => one.start - other.start || one.end - other.end)
  const joined: { start: number; end: number; type: string }[] = []
  for (const span of moved) {
    const last = joined.at(-1)
    if (span.start === span.end) continue
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end)
    else joined.push({ ...span })
  }
  return joined
}

/** The share of what is outside all marked places that was found nevertheless. */
export function overMasked(
  rows: readonly { readonly text: string; readonly gold: readonly Span[]; readonly found: readonly Span[] }[],
): number {
  let outside = 0
  let masked = 0
  for (const { text, gold, found } of rows) {
    const marks = new Uint8Array(text.length)
    for (const { start, end } of found) marks.fill(1, start, end)
    for (const { start, end } of gold) marks.fill(2, start, end)
    for (const mark of marks) {
      if (mark !== 2) outside++
      if (mark === 1) masked++
    }
  }
  return masked / outside
}
