import type { Finding } from './finding.js'

/** The findings of both without overlaps: secrets stay, else the surer stays, then the longer, the earlier. In order. */
export function merge(scanned: readonly Finding[], matched: readonly Finding[]): readonly Finding[] {
  if (matched.length === 0) return scanned
  const all = [...scanned, ...matched].sort((left, right) => left.start - right.start || right.end - left.end)
  const kept: Finding[] = []
  for (let first = 0; first < all.length; ) {
    let end = all[first]?.end ?? 0
    let next = first + 1
    for (; next < all.length && (all[next]?.start ?? 0) < end; next++) end = Math.max(end, all[next]?.end ?? 0)
    kept.push(...best(all.slice(first, next)))
    first = next
  }
  return kept
}

function best(cluster: readonly Finding[]): readonly Finding[] {
  if (cluster.length === 1) return cluster
  const kept: Finding[] = []
  const surest = [...cluster].sort(
    (left, right) =>
      Number(right.recognizer === 'secret') - Number(left.recognizer === 'secret') ||
      right.confidence - left.confidence ||
      right.end - right.start - (left.end - left.start) ||
      left.start - right.start,
  )
  for (const finding of surest) {
    if (kept.every((other) => finding.end <= other.start || other.end <= finding.start)) kept.push(finding)
  }
  return kept.sort((left, right) => left.start - right.start)
}

/** The latest of the places (in order) up to `open` that no finding reaches across; 0 where there is none. */
export function lastPlace(open: number, places: readonly number[], findings: readonly Finding[]): number {
  let limit = open
  for (let index = places.length - 1; index >= 0; index--) {
    const place = places[index] ?? 0
    if (place > limit) continue
    const across = findings.find(({ start, end }) => start < place && end > place)
    if (!across) return place
    limit = across.start
  }
  return 0
}
