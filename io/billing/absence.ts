import type { GapEntry, Row } from './row.js'

/** A row that stands in a sink for rows which it could not get any more. */
export type Absence = Row & GapEntry & { readonly from: number }

/** Whether a row stands for rows that a sink could not get. */
export function isAbsence(row: Row): row is Absence {
  return row.kind === 'gap' && row.from !== undefined
}

/** Stands for the rows of a source between the one numbered `after` and `first`, which is the oldest there is. */
export function absenceBefore(first: Row, after: number): Absence {
  const seq = first.seq - 1
  const reason = after === 0 ? 'the ledger had no older rows any more' : 'the ledger did not have these rows any more'
  return { kind: 'gap', seq, at: first.at, prev: '', rows: seq - after, reason, from: after + 1, hash: first.prev }
}

/** The `seq` of the row that comes right before this one in a sink that has everything. */
export function seqBefore(row: Row): number {
  return (isAbsence(row) ? row.from : row.seq) - 1
}
