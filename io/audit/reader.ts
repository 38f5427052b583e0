import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Line, readLine } from './line.js'
import { linesOf } from './lines-of.js'
import { dayOf, type SegmentFile, segmentsIn } from './segment.js'

/** A span of time in milliseconds since the epoch; `to` is not in it. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** One line of a segment, or that there is one which nobody can read. */
export type ReadLine = { readonly kind: 'line'; readonly line: Line } | { readonly kind: 'unreadable' }

/** Reads the records of all processes of one installation. */
export interface AuditReader {
  /** The directories of all processes, those that are gone too. */
  directories(): Promise<readonly string[]>
  /** The segments of all of them whose day is in the span, the earliest day first. */
  segments(span?: Span): Promise<readonly SegmentFile[]>
  /** The lines of one segment, in order. */
  lines(segment: SegmentFile, signal: AbortSignal): AsyncIterable<ReadLine>
}

/** Which directories are an installation's, by their names. */
export interface AuditPlace {
  readonly parent: string
  readonly isOurs: (name: string) => boolean
}

/** Reads what is in the directories at a place, which is asked each time: the configuration may change it. */
export function createAuditReader(place: () => AuditPlace): AuditReader {
  const directories = async () => {
    const { parent, isOurs } = place()
    const names = await readdir(parent).catch(() => [])
    return names.filter(isOurs).map((name) => join(parent, name))
  }
  return {
    directories,
    async segments(span) {
      const found = (await Promise.all((await directories()).map(segmentsIn))).flat()
      const wanted = span ? found.filter((segment) => isWithin(segment, span)) : found
      return wanted.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
    },
    async *lines({ path }, signal) {
      for await (const text of linesOf(path, signal)) {
        const line = readLine(text)
        yield line ? { kind: 'line', line } : { kind: 'unreadable' }
      }
    },
  }
}

function isWithin({ day }: SegmentFile, { from, to }: Span): boolean {
  return day >= dayOf(new Date(from).toISOString()) && day <= dayOf(new Date(to - 1).toISOString())
}

/** Whether a line is about this span. */
export function isIn({ from, to }: Span, { at }: Line): boolean {
  const time = Date.parse(at)
  return time >= from && time < to
}
