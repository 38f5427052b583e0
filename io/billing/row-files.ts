import { open, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '../../core/clock.js'
import { readRow } from './chain.js'
import { isEnded } from './head.js'
import { linesOf } from './lines.js'
import { createReader } from './reader.js'
import { type Segment, segmentsIn } from './segments.js'
import type { RowFiles, SegmentInfo } from './sink.js'
import { readHead } from './tail.js'
import { amountsOf, readTotals, withoutOld, writeTotals } from './totals.js'

/** The files below this root directory, for what ships their rows and removes them. What a segment came to is kept when it goes. */
export function createRowFiles(root: string, clock: Clock): RowFiles {
  const ends = new Map<string, { readonly size: number; readonly last: number }>()

  const lastIn = async ({ first, path, size }: Segment): Promise<number> => {
    const known = ends.get(path)
    if (known?.size === size) return known.last
    const last = (await lastSeq(path, size)) ?? first - 1
    ends.set(path, { size, last })
    return last
  }
  const infoOf = async (segment: Segment, next: Segment | undefined): Promise<SegmentInfo> => {
    const { first, path, size } = segment
    const last = next ? next.first - 1 : await lastIn(segment)
    if (next) ends.delete(path)
    const head = next ? undefined : await readHead(dirname(path))
    const isClosed = next !== undefined || (head !== undefined && isEnded(head) && head.seq === last)
    return { first, last, bytes: size, closedAt: isClosed ? (await stat(path)).mtimeMs : undefined }
  }

  return {
    ...createReader(root),
    async segments(source) {
      const segments = await segmentsIn(join(root, source))
      return Promise.all(segments.map((segment, index) => infoOf(segment, segments[index + 1])))
    },
    async remove(source, { first }) {
      const directory = join(root, source)
      const segment = (await segmentsIn(directory)).find((each) => each.first === first)
      if (!segment) return
      await addUp(directory, segment, clock.now())
      await rm(segment.path, { force: true })
    },
  }
}

/** Adds what a segment's rows came to, unless that has been done and only the file was left. */
async function addUp(directory: string, { path }: Segment, now: number): Promise<void> {
  const totals = await readTotals(directory)
  const amounts = new Map(totals.amounts)
  let { link, at } = totals
  for await (const { text } of linesOf(path)) {
    const row = readRow(text)
    if (!row || row.seq <= totals.link.seq) continue
    link = { seq: row.seq, hash: row.hash }
    at = row.at
    for (const [bucket, amount] of amountsOf(row)) amounts.set(bucket, (amounts.get(bucket) ?? 0) + amount)
  }
  if (link.seq > totals.link.seq) await writeTotals(directory, { link, at, amounts: withoutOld(amounts, now) })
}

const STEP = 64 * 1024
const LONGEST = 16 * 1024 * 1024

/** The `seq` of the last whole line; undefined where there is none. */
async function lastSeq(path: string, size: number): Promise<number | undefined> {
  const handle = await open(path, 'r')
  try {
    for (let length = Math.min(STEP, size); length > 0; length = Math.min(length * 4, size)) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length)
      const text = buffer.toString('latin1', 0, bytesRead)
      const end = text.lastIndexOf('\n')
      const start = text.lastIndexOf('\n', end - 1)
      if (end >= 0 && (start >= 0 || length === size)) return seqOf(text.slice(start + 1, end))
      if (length === size || length >= LONGEST) return undefined
    }
    return undefined
  } finally {
    await handle.close()
  }
}

function seqOf(line: string): number | undefined {
  const [, digits] = /^\{"seq":(\d+),/.exec(line) ?? []
  return digits === undefined ? undefined : Number(digits)
}
