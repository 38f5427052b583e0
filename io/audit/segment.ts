import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'

/**
 * One file of records: of one UTC day, kept for so many days after it, by one process: `2026-11-21.30d.1-5d0c1a9e.jsonl`. Each process
 * begins a new number whenever it is asked to, so that others may rewrite what came before.
 */
export interface Segment {
  /** `YYYY-MM-DD`. */
  readonly day: string
  readonly keep: number
  /** From 1. */
  readonly number: number
  /** Tells processes apart. */
  readonly writer: string
}

/** A segment and where it is. */
export interface SegmentFile extends Segment {
  readonly path: string
  /** The name of its directory, which is that of the process that wrote it. */
  readonly source: string
}

const DAY = 86_400_000
const NAME = /^(\d{4}-\d{2}-\d{2})\.(\d{1,5})d\.(\d{1,9})-([a-z0-9]{1,32})\.jsonl$/

export function segmentName({ day, keep, number, writer }: Segment): string {
  return `${day}.${keep}d.${number}-${writer}.jsonl`
}

/** The day of a time in ISO 8601, UTC. */
export function dayOf(at: string): string {
  return at.slice(0, 10)
}

/** The segments of a directory, the earliest day first; none where there is no such directory. */
export async function segmentsIn(directory: string): Promise<readonly SegmentFile[]> {
  const names = await readdir(directory).catch(() => [])
  const found = names.flatMap((name): readonly SegmentFile[] => {
    const [, day, keep, number, writer] = NAME.exec(name) ?? []
    if (day === undefined || writer === undefined) return []
    const source = basename(directory)
    return [{ day, keep: Number(keep), number: Number(number), writer, path: join(directory, name), source }]
  })
  return found.sort((a, b) => compared(a.day, b.day) || a.number - b.number || a.keep - b.keep)
}

const compared = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Whether all of it is older than it is kept; `now` is in milliseconds since the epoch. */
export function isExpired({ day, keep }: Segment, now: number): boolean {
  const begins = Date.parse(`${day}T00:00:00Z`)
  return begins + (keep + 1) * DAY <= now
}
