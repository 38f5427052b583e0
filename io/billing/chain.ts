import { hash } from 'node:crypto'
import type { Entry, Row } from './row.js'

/** The end of a source's chain: its last row. */
export interface Link {
  readonly seq: number
  readonly hash: string
}

/** What comes before a source's first row. */
export const GENESIS: Link = { seq: 0, hash: '0'.repeat(64) }

const MARK = ',"hash":"'
/** The last characters of a line: the mark, 64 digits, `"}`. */
const TAIL = MARK.length + 64 + 2

/** A row of a file: readable or not, and `intact` where its hash is that of its text. */
export type ReadLine =
  | { readonly kind: 'row'; readonly row: Row; readonly intact: boolean }
  | { readonly kind: 'unreadable' }

/** The line, without its end, that puts `entry` (JSON text of an object with members) behind `before`, and where the chain is then. */
export function chainLine(entry: string, at: string, before: Link): { readonly line: string; readonly link: Link } {
  const seq = before.seq + 1
  const text = `{"seq":${seq},"at":"${at}","prev":"${before.hash}",${entry.slice(1)}`
  const digest = hash('sha256', text, 'hex')
  return { line: `${text.slice(0, -1)}${MARK}${digest}"}`, link: { seq, hash: digest } }
}

const KINDS: ReadonlySet<unknown> = new Set<Entry['kind']>(['opened', 'asked', 'attempt', 'adjusted', 'gap', 'closed'])

/** Reads a line that `chainLine` made, or whatever has become of it. */
export function readLine(line: string): ReadLine {
  const row = readRow(line)
  if (!row) return { kind: 'unreadable' }
  const text = `${line.slice(0, -TAIL)}}`
  const intact = line.startsWith(MARK, line.length - TAIL) && hash('sha256', text, 'hex') === row.hash
  return { kind: 'row', row, intact }
}

/** The row of a line, changed or not; undefined where there is none. */
export function readRow(line: string): Row | undefined {
  try {
    const value: Partial<Row> | null = JSON.parse(line)
    if (value === null || typeof value !== 'object' || !KINDS.has(value.kind)) return undefined
    const { seq, at, prev, hash } = value
    if (!Number.isSafeInteger(seq) || typeof at !== 'string') return undefined
    return typeof prev === 'string' && typeof hash === 'string' ? (value as Row) : undefined
  } catch {
    return undefined
  }
}
