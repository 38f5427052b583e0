import { readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GENESIS, type Link, readLine } from './chain.js'
import { isErrno } from './errno.js'
import { decodeHead, HEAD_FILE, type Head } from './head.js'
import { linesOf } from './lines.js'
import type { Row } from './row.js'
import { type Segment, segmentsIn } from './segments.js'
import { readTotals } from './totals.js'

/** The end of what a process has written before it ended, in order or not. */
export interface Tail {
  readonly link: Link
  /** The segment to go on with; undefined where the next row begins one. */
  readonly segment: Segment | undefined
  readonly head: Head | undefined
  /** The rows since the head's `from`, in order. */
  readonly rows: readonly Row[]
  /** What is not as it should be, to be told; never content. */
  readonly troubles: readonly string[]
}

/**
 * Reads a source's end and makes it fit to go on with: what follows the last whole row is cut off, and kept beside it as `SEGMENT.torn`.
 * Rows that the head has seen are never cut. Rejects as the file system does.
 */
export async function repairTail(directory: string): Promise<Tail> {
  const segments = await segmentsIn(directory)
  const head = await readHead(directory)
  const from = head?.from ?? 1
  const first = segments.findLastIndex((segment) => segment.first <= from)
  const rows: Row[] = []
  const troubles: string[] = []
  let link = segments.length === 0 ? (await readTotals(directory)).link : undefined
  let segment: Segment | undefined
  for (const each of segments.slice(Math.max(0, first))) {
    const end = await readTo(each, link, head?.seq ?? 0, (row) => {
      if (row.seq >= from) rows.push(row)
    })
    if (end.good < each.size) {
      await cut(each, end.good)
      troubles.push(`the last ${each.size - end.good} bytes of ${each.path} were no whole row and are cut off`)
    }
    link = end.link ?? link
    segment = { ...each, size: end.good }
  }
  const last = link ?? GENESIS
  if (!head || last.seq >= head.seq) return { link: last, segment, head, rows, troubles }
  troubles.push(`rows ${last.seq + 1} to ${head.seq} in ${directory} are missing; numbering goes on behind them`)
  return { link: head, segment: undefined, head, rows, troubles }
}

/** The head of the source in this directory; undefined where there is none that can be read. */
export async function readHead(directory: string): Promise<Head | undefined> {
  try {
    return decodeHead(await readFile(join(directory, HEAD_FILE), 'utf8'))
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Reads on to the end, or to the first line behind `sure` that does not continue the chain; `good` is where that begins. */
async function readTo(segment: Segment, before: Link | undefined, sure: number, take: (row: Row) => void) {
  let link = before
  let good = 0
  for await (const { text, next } of linesOf(segment.path)) {
    const read = readLine(text)
    const seq = link?.seq ?? segment.first - 1
    if (read.kind === 'row' && read.intact && continues(read.row, link)) {
      link = read.row
      take(read.row)
    } else if (seq >= sure) {
      return { link, good }
    } else if (read.kind === 'row') {
      // Somebody has changed it; the check of the chain tells where. What it says of itself is what later rows refer to.
      link = read.row
      take(read.row)
    }
    good = next
  }
  return { link, good }
}

function continues(row: Row, before: Link | undefined): boolean {
  return before === undefined || (row.seq === before.seq + 1 && row.prev === before.hash)
}

async function cut({ path, size }: Segment, good: number): Promise<void> {
  const bytes = (await readFile(path)).subarray(good, size)
  await writeFile(`${path}.torn.new`, bytes, { mode: 0o600 })
  await rename(`${path}.torn.new`, `${path}.torn`)
  if (good === 0) await rm(path)
  else await truncate(path, good)
}
