import { join } from 'node:path'
import { readRow } from './chain.js'
import { linesOf } from './lines.js'
import type { Row } from './row.js'
import { type Segment, segmentsIn, sourcesIn } from './segments.js'
import type { RowReader } from './sink.js'

/** Where the row after one of a source begins. */
interface Place {
  readonly segment: number
  readonly offset: number
}

/** Readers go on where they were, or a little before; so many places of a source are remembered, the ones used last. */
const MOST_PLACES = 32

/**
 * Reads the ledger below this root directory, while it is written. A line that is not finished yet is not there yet. Rows are given as
 * they are: whether somebody has changed them is for `verify` to say.
 */
export function createReader(root: string): RowReader {
  /** By source and by the number of the row before. */
  const places = new Map<string, Map<number, Place>>()

  const remember = (source: string, after: number, place: Place) => {
    const own = places.get(source) ?? new Map<number, Place>()
    places.set(source, own)
    own.delete(after)
    own.set(after, place)
    for (const oldest of own.keys()) {
      if (own.size <= MOST_PLACES) break
      own.delete(oldest)
    }
  }
  const placeOf = (source: string, after: number, segments: readonly Segment[]): Place | undefined => {
    const holding = segments.findLast(({ first }) => first <= after + 1)
    if (!holding) return undefined
    let nearest = holding.first - 1
    let place: Place = { segment: holding.first, offset: 0 }
    for (const [seq, known] of places.get(source) ?? []) {
      if (seq < nearest || seq > after || known.segment > holding.first) continue
      if (!segments.some(({ first }) => first === known.segment)) continue
      nearest = seq
      place = known
    }
    return place
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
      let last: Place | undefined
      for (const { first, path } of segments) {
        if (first < start.segment) continue
        for await (const { text, next } of linesOf(path, first === start.segment ? start.offset : 0)) {
          const row = readRow(text)
          if (!row) throw new Error(`a row of ${path} cannot be read: verify the ledger`)
          if (row.seq <= after) continue
          const wanted = (rows.at(-1)?.seq ?? after) + 1
          if (row.seq !== wanted) throw missing(source, wanted, row.seq)
          rows.push(row)
          last = { segment: first, offset: next }
          if (rows.length === limit) break
        }
        if (rows.length === limit) break
      }
      // Also where there were no more: whoever follows the ledger must not read all of it again for every row that comes.
      if (last) remember(source, rows.at(-1)?.seq ?? after, last)
      return rows
    },
  }
}

function missing(source: string, from: number, before: number): Error {
  return new Error(`the rows from ${from} to ${before - 1} of ${source} are missing: verify the ledger`)
}
