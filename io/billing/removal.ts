import type { Keeping } from './shipper.js'
import type { SegmentInfo } from './sink.js'

/** One source's files, and how far each sink is with them; undefined where it has not said yet. */
export interface Shelf {
  readonly source: string
  readonly segments: readonly SegmentInfo[]
  readonly positions: readonly (number | undefined)[]
}

export interface Removal {
  readonly source: string
  readonly segment: SegmentInfo
}

/**
 * How many bytes of the rows come after `position`, in segments that were closed before a time; of the segment that it is in, its
 * share by number of rows.
 */
export function waitingBytes(segments: readonly SegmentInfo[], position: number, before: number): number {
  return segments.reduce((sum, { first, last, bytes, closedAt = Number.MAX_VALUE }) => {
    const rows = last - first + 1
    const left = Math.min(rows, last - position)
    return left <= 0 || closedAt > before ? sum : sum + Math.ceil((bytes * left) / rows)
  }, 0)
}

/**
 * Which segments are to go, of each source the oldest first: those that all sinks have and that are older than `keep`, and, where more
 * than `disk` bytes wait for a sink and requests are admitted all the same, so many of those older than `keep` that it is less.
 */
export function removable(
  shelves: readonly Shelf[],
  { keep, disk, onFull }: Keeping,
  unshipped: number,
  now: number,
): readonly Removal[] {
  let surplus = onFull === 'admit' ? unshipped - disk : 0
  const old = shelves.flatMap((shelf) => oldOf(shelf, now - keep))
  const stuck = new Set<string>()
  return old
    .sort((a, b) => a.closedAt - b.closedAt)
    .flatMap(({ source, segment, shipped }) => {
      if (stuck.has(source)) return []
      if (shipped) return [{ source, segment }]
      if (surplus > 0) {
        surplus -= segment.bytes
        return [{ source, segment }]
      }
      stuck.add(source)
      return []
    })
}

function oldOf({ source, segments, positions }: Shelf, before: number) {
  const least = Math.min(...positions.map((position = 0) => position), Number.POSITIVE_INFINITY)
  return segments.flatMap((segment) => {
    const { closedAt, last } = segment
    return closedAt !== undefined && closedAt <= before ? [{ source, segment, closedAt, shipped: last <= least }] : []
  })
}
