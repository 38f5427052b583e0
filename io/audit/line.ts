import type { AuditRecord } from './record.js'

/**
 * One line of a segment, as JSON. Lines that a process writes are numbered from 1 in each segment; what is missing from the numbers and
 * not told by `erased` is missing without leave.
 */
export type Line =
  | ({ readonly n: number } & AuditRecord)
  /** So many records could not be kept before this one. */
  | { readonly n: number; readonly kind: 'gap'; readonly at: string; readonly records: number }
  /** So many were taken out on request, when the last line had the number `last`; without a number of its own. */
  | { readonly kind: 'erased'; readonly at: string; readonly records: number; readonly last: number }

/** Reads a line; undefined where it is none of ours, or torn. */
export function readLine(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isLine(value) ? value : undefined
  } catch {
    return undefined
  }
}

const KINDS: ReadonlySet<unknown> = new Set(['request', 'gap', 'erased'])

/** They are Tollgate's own files: a line that parses and says what it is has been written as a whole. */
function isLine(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && 'kind' in value && 'at' in value && KINDS.has(value.kind)
}
