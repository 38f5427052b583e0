import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isLocked } from '../ledger/journal-lock.js'
import { readLine } from './chain.js'
import { isEnded } from './head.js'
import { linesOf } from './lines.js'
import type { Row } from './row.js'
import { segmentsIn } from './segments.js'
import { readHead } from './tail.js'
import { readTotals, type Totals } from './totals.js'

/** Something that is not as it was written. Never content of a row. */
export interface Finding {
  readonly source: string
  readonly file: string
  /** From 1; 0 where it is about the file as a whole. */
  readonly line: number
  /** The row that it is about, as far as that is known. */
  readonly seq: number
  readonly what: string
}

/** A source whose rows have been read. */
export interface CheckedSource {
  readonly source: string
  readonly rows: number
  readonly first: number
  readonly last: number
  /** `running`: a process has it; `ended` in order; `stopped` in the middle, and nobody has taken it over. */
  readonly state: 'running' | 'ended' | 'stopped'
}

export interface ChainHooks {
  /** Before all rows; what was removed from their beginning. */
  begun(totals: Totals): void
  /** `removedUpTo` is when the last row was written that is not there any more, in ms since the epoch. */
  row(row: Row, removedUpTo: number): void
  found(finding: Finding): void
}

/**
 * Reads all rows of the source in `root/source`, in order, and tells what is wrong with their chain: lines that were changed, are
 * missing, were put elsewhere, or were cut off the end. What a running process is about to write is left out.
 */
export async function checkChain(root: string, source: string, hooks: ChainHooks): Promise<CheckedSource> {
  const directory = join(root, source)
  const running = isLocked(join(directory, 'lock'))
  // In this order: it may grow meanwhile, and what the head has seen must be there.
  const head = await readHead(directory)
  const segments = await segmentsIn(directory)
  const totals = await readTotals(directory)
  const removedUpTo = totals.at === undefined ? Number.NEGATIVE_INFINITY : Date.parse(totals.at)
  hooks.begun(totals)
  let last = totals.link
  let rows = 0
  let place = { file: '', line: 0 }
  const tell = (seq: number, what: string) => hooks.found({ source, ...place, seq, what })

  const judge = (text: string) => {
    const read = readLine(text)
    const expected = last.seq + 1
    if (read.kind === 'unreadable') {
      tell(expected, 'cannot be read: the line was changed or damaged')
      // One row stood here; whether the next one follows it nobody can tell.
      last = { seq: expected, hash: '' }
      return
    }
    const { row, intact } = read
    if (!intact) tell(row.seq, 'was changed: its hash is not that of its text')
    if (row.seq > expected) tell(row.seq, missing(expected, row.seq - 1))
    else if (row.seq < expected) tell(row.seq, `is not in its place: ${expected} should be here`)
    else if (last.hash !== '' && row.prev !== last.hash) tell(row.seq, `does not follow row ${last.seq} as it is`)
    if (head && row.seq === head.seq && row.hash !== head.hash) tell(row.seq, 'is not the row that was written')
    rows += 1
    last = { seq: row.seq, hash: row.hash }
    hooks.row(row, removedUpTo)
  }
  // A segment that was counted and is about to be removed, or was left when that was interrupted.
  const isRemoved = (index: number) => (segments[index + 1]?.first ?? Number.POSITIVE_INFINITY) <= totals.link.seq + 1
  for (const [index, { path }] of segments.entries()) {
    if (isRemoved(index)) continue
    place = { file: basename(path), line: 0 }
    let end = 0
    for await (const { text, next } of linesOf(path)) {
      place = { ...place, line: place.line + 1 }
      end = next
      judge(text)
    }
    const { size } = await stat(path)
    if (!running && size > end) tell(last.seq + 1, `the last ${size - end} bytes are no whole line`)
  }
  place = { ...place, line: 0 }
  if (head && last.seq < head.seq) tell(last.seq + 1, `${missing(last.seq + 1, head.seq)} at the end`)
  if (!head && rows > 0 && !running)
    tell(last.seq, 'head.json is missing or cannot be read: nobody can tell whether rows were cut off')
  const first = totals.link.seq + 1
  return {
    source,
    rows,
    first,
    last: last.seq,
    state: running ? 'running' : head && isEnded(head) ? 'ended' : 'stopped',
  }
}

function missing(from: number, to: number): string {
  return from === to ? `row ${from} is missing` : `rows ${from} to ${to} are missing`
}
