import { type AuditReader, isIn, type Span } from './reader.js'
import type { AuditRecord } from './record.js'
import type { SegmentFile } from './segment.js'

/** Records, the latest first; `truncated` where there are more. */
export interface FoundRecords {
  readonly records: readonly AuditRecord[]
  readonly truncated: boolean
}

export interface Wanted {
  readonly span: Span
  readonly limit: number
  includes(record: AuditRecord): boolean
}

/** How much text is held at once, in UTF-16 units. */
const MOST_TEXT = 32 * 1024 * 1024

/** The latest records that are wanted, day by day backwards until there are enough. */
export async function findRecords(
  reader: Pick<AuditReader, 'segments' | 'lines'>,
  { span, limit, includes }: Wanted,
  signal: AbortSignal,
): Promise<FoundRecords> {
  const latest = latestOf(limit)
  for (const ofDay of byDay(await reader.segments(span))) {
    for (const segment of ofDay) {
      for await (const read of reader.lines(segment, signal)) {
        if (read.kind === 'unreadable' || read.line.kind !== 'request' || !isIn(span, read.line)) continue
        const { n: _, ...record } = read.line
        if (includes(record)) latest.add(record)
      }
    }
    if (latest.isFull()) break
  }
  return latest.found()
}

/** The segments by their days, the latest day first. */
function byDay(segments: readonly SegmentFile[]): readonly (readonly SegmentFile[])[] {
  const days = new Map<string, SegmentFile[]>()
  for (const segment of segments) days.set(segment.day, [...(days.get(segment.day) ?? []), segment])
  return [...days].sort(([a], [b]) => (a < b ? 1 : -1)).map(([, ofDay]) => ofDay)
}

function latestOf(limit: number) {
  let held: { readonly record: AuditRecord; readonly size: number }[] = []
  let text = 0
  let dropped = false
  const cut = () => {
    held.sort((a, b) => (a.record.at < b.record.at ? 1 : -1))
    let sum = 0
    const fits = held.findIndex(({ size }, at) => {
      sum += size
      return at >= limit || (at > 0 && sum > MOST_TEXT)
    })
    if (fits === -1) return
    dropped = true
    held = held.slice(0, fits)
    text = held.reduce((all, { size }) => all + size, 0)
  }
  return {
    add(record: AuditRecord) {
      const size = sizeOf(record)
      held.push({ record, size })
      text += size
      if (held.length >= 2 * limit + 100 || text > 2 * MOST_TEXT) cut()
    },
    isFull() {
      cut()
      return held.length >= limit || dropped
    },
    found(): FoundRecords {
      cut()
      return { records: held.map(({ record }) => record), truncated: dropped }
    },
  }
}

function sizeOf({ prompt = [], answer = [] }: AuditRecord): number {
  return [...prompt, ...answer].reduce((sum, { text = '', tail = '' }) => sum + text.length + tail.length, 1000)
}
