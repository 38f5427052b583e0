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

/** Readers go on where they were, or a little before; so many places of a source are remembered, the newest. */
const MOST_PLACES = 256

/**
 * Reads the ledger below this root directory, while it is written. A line that is not finished yet is not there yet. Rows are given as
 * they are: whether somebody has changed them is for `verify` to say.
 */
export function createReader(root: string): RowReader {
  /** Where the row after one begins, in the file that has the one; by source and by the number of the one. */
  const offsets = new Map<string, Map<number, number>>()

  const remember = (source: string, after: number, offset: number) => {
    const own = offsets.get(source) ?? new Map<number, number>()
    offsets.set(source, own)
    own.delete(after)
    own.set(after, offset)
    for (const oldest of own.keys()) {
      if (own.size <= MOST_PLACES) break
      own.delete(oldest)
    }
  }
  const placeOf = (source: string, after: number, segments: readonly Segment[]): Place | undefined => {
    const holding = segments.findLast(({ first }) => first <= after + 1)
    if (!holding) return undefined
    // Rows from the segment's first one to `after` are in it.
    let nearest = holding.first - 1
    let offset = 0
    for (const [seq, known] of offsets.get(source) ?? []) {
      if (seq <= nearest || seq > after) continue
      nearest = seq
      offset = known
    }
    return { segment: holding.first, offset }
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
      let end = 0
      for (const { first, path } of segments) {
        if (first < start.segment) continue
        for await (const { text, next } of linesOf(path, first === start.segment ? start.offset : 0)) {
          const row = readRow(text)
          if (!row) throw new Error(`a row of ${path} cannot be read: verify the ledger`)
          if (row.seq <= after) continue
          const wanted = (rows.at(-1)?.seq ?? after) + 1
          if (row.seq !== wanted) throw missing(source, wanted, row.seq)
          rows.push(row)
          end = next
          if (rows.length === limit) break
        }
        if (rows.length === limit) break
      }
      // Also where there were no more: whoever follows the ledger must not read all of it again for every row that comes.
      const last = rows.at(-1)
      if (last) remember(source, last.seq, end)
      return rows
    },
  }
}

function missing(source: string, from: number, before: number): Error {
  return new Error(`the rows from ${from} to ${before - 1} of ${source} are missing: verify the ledger`)
}
