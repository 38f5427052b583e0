import { chainLine, type Link } from './chain.js'

/** Rows that are to be written as one. */
export interface Batch {
  readonly bytes: Uint8Array
  /** The first and the number of its rows. */
  readonly first: number
  readonly rows: number
  /** The chain's end with them. */
  readonly link: Link
}

/** Rows that wait to be written, in their order. */
export interface RowQueue {
  /** Adds a row, of which `text` is the JSON; returns its `seq`. */
  add(text: string, at: string): number
  /** The next rows, together about `most` bytes, at least one; undefined when none waits. They wait on until `done`. */
  take(most: number): Batch | undefined
  /** What was taken last is written. */
  done(): void
  waiting(): { readonly rows: number; readonly bytes: number }
  /** The `seq` of the last row that was added. */
  lastSeq(): number
}

/** So many rows are chained at once; between two such batches the process has time for others. */
const MOST_ROWS = 512
const MOST_BYTES = 1024 * 1024

/** What a row's `seq`, `at`, `prev` and `hash` add to its text, about. */
const FRAME = 220

interface Waiting {
  readonly text: string
  readonly at: string
}

/** A queue behind `before`. */
export function createRowQueue(before: Link): RowQueue {
  let queue: Waiting[] = []
  let link = before
  let lastSeq = before.seq
  let bytes = 0
  let taken = { rows: 0, bytes: 0 }

  return {
    add(text, at) {
      queue.push({ text, at })
      bytes += text.length + FRAME
      lastSeq += 1
      return lastSeq
    },
    take(most) {
      const limit = Math.min(most, MOST_BYTES)
      const lines: string[] = []
      let length = 0
      const first = link.seq + 1
      for (const { text, at } of queue) {
        if (lines.length === MOST_ROWS || (length >= limit && lines.length > 0)) break
        const next = chainLine(text, at, link)
        link = next.link
        lines.push(next.line)
        length += text.length + FRAME
      }
      if (lines.length === 0) return undefined
      queue = lines.length === queue.length ? [] : queue.slice(lines.length)
      taken = { rows: lines.length, bytes: length }
      return { bytes: Buffer.from(`${lines.join('\n')}\n`), first, rows: lines.length, link }
    },
    done() {
      bytes -= taken.bytes
      taken = { rows: 0, bytes: 0 }
    },
    waiting: () => ({ rows: queue.length + taken.rows, bytes }),
    lastSeq: () => lastSeq,
  }
}
