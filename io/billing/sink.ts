import type { Row } from './row.js'

/** Where the ledger's rows go beside its files. What one source has written comes in its order and without a gap. */
export interface Sink {
  readonly name: string
  /** The `seq` of the last row of a source that it has for sure; 0 for none. Rejects when it cannot say. */
  position(source: string, signal: AbortSignal): Promise<number>
  /**
   * Takes rows, all or nothing. Rows that it has already, which come again when an answer was lost, change nothing. Rejects when it
   * has not taken them.
   */
  write(source: string, rows: readonly Row[], signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Reads what the processes of this installation have written. */
export interface RowReader {
  /** The names of all sources, those of processes that are gone too. */
  sources(): Promise<readonly string[]>
  /** The rows of a source after `seq`, in order, at most `limit`; empty when there are none yet. Throws when rows between are missing. */
  read(source: string, after: number, limit: number): Promise<readonly Row[]>
}

/** The ledger's files as what ships them sees them: rows, and the segments that hold them. */
export interface RowFiles extends RowReader {
  /** What is there of a source, oldest first. Rows of neighbours follow each other without a gap. */
  segments(source: string): Promise<readonly SegmentInfo[]>
  /** Removes a closed segment; one that is gone already is no error. A source of which nothing is left is not listed any more. */
  remove(source: string, segment: SegmentInfo): Promise<void>
}

/** One file of a source's rows. */
export interface SegmentInfo {
  /** The `seq` of its first row, and of the last that is in it by now; `first - 1` where none is. */
  readonly first: number
  readonly last: number
  readonly bytes: number
  /** When its last row was written, in milliseconds since the epoch; undefined while rows are still added to it. */
  readonly closedAt: number | undefined
}
