import { join } from 'node:path'
import { readLine } from './chain.js'
import { linesOf } from './lines.js'
import type { Row } from './row.js'
import { type Segment, segmentsIn, sourcesIn } from './segments.js'
import type { RowReader } from './sink.js'

/** Where the row after one of a source begins. */
interface Place {
  readonly segment: number
  readonly offset: number
}

/** Readers go on where they were; so many places are remembered, the ones used last. */
const MOST_PLACES = 256

/**
 * Reads the ledger below this root directory, while it is written. A line that is not finished yet is not there yet. Rows are given as
 * they are: whether somebody has changed them is for `verify` to say.
 */
export function createReader(root: string): RowReader {
  const places = new Map<string, Place>()

  const remember = (source: string, after: number, place: Place) => {
    const key = `${source} ${after}`
    places.delete(key)
    places.set(key, place)
    for (const oldest of places.keys()) {
      if (places.size <= MOST_PLACES) break
      places.delete(oldest)
    }
  }
  const placeOf = (source: string, after: number, segments: readonly Segment[]): Place | undefined => {
    const known = places.get(`${source} ${after}`)
    if (known && segments.some(({ first }) => first === known.segment)) return known
    const holding = segments.findLast(({ first }) => first <= after + 1)
    return holding && { segment: holding.first, offset: 0 }
  }

  return {
    sources: () => sourcesIn(root),
    async read(source, after, limit) {
      const segments = await segmentsIn(join(root, source))
      const [oldest] = segments
      if (!oldest) return []
      const start = placeOf(source, after, segments)
      if (!start) throw missing(source, after + 1, oldest.first)
      const rows: Row[] = []
      for (const { first, path } of segments) {
        if (first < start.segment) continue
        for await (const { text, next } of linesOf(path, first === start.segment ? start.offset : 0)) {
          const read = readLine(text)
          if (read.kind === 'unreadable') throw new Error(`a row of ${path} cannot be read: verify the ledger`)
          const { row } = read
          if (row.seq <= after) continue
          const wanted = (rows.at(-1)?.seq ?? after) + 1
          if (row.seq !== wanted) throw missing(source, wanted, row.seq)
          rows.push(row)
          if (rows.length < limit) continue
          remember(source, row.seq, { segment: first, offset: next })
          return rows
        }
      }
      return rows
    },
  }
}

function missing(source: string, from: number, before: number): Error {
  return new Error(`the rows from ${from} to ${before - 1} of ${source} are missing: verify the ledger`)
}
