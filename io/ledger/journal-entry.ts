import type { Lease, Window } from '../../policies/budget/ledger.js'
import { numberText, quoted } from '../json-text.js'

/** A claim in the journal: the bucket's number, an amount, the limit. */
export type Share = readonly [bucket: number, amount: number, limit: number]

/**
 * What remains of a lost lease: by bucket what it was charged, and the end of the slice (0 for none) where that went; `gone` where it is
 * not counted any more, since the bucket was reset.
 */
export type Charge = readonly [bucket: number, amount: number, slice: number, gone?: 'gone']

/** What happened, one line each; `at` is ms since the epoch. The order of a lease's amounts is that of its claims. */
export type Entry =
  /** Gives a bucket the number by which later entries call it; again when its window changed. */
  | readonly ['bucket', bucket: number, key: string, budget: string, window: Window, limit: number]
  | readonly ['limit', bucket: number, limit: number]
  | readonly ['reserve', at: number, id: string, ttl: number, onLost: Lease['onLost'], claims: readonly Share[]]
  | readonly ['extend', at: number, id: string, ttl: number, amounts: readonly number[]]
  | readonly ['dispatched', id: string]
  | readonly ['renew', at: number, id: string, ttl: number, used: readonly number[]]
  | readonly ['settle', at: number, id: string, used: readonly number[]]
  | readonly ['lose', at: number, id: string]
  | readonly ['charge', at: number, id: string, claims: readonly Share[]]
  | readonly ['reset', bucket: number]
  /** By how much a limit is raised from then on, and until when; null for good. */
  | readonly ['raised', bucket: number, amount: number, until: number | null]
  // These stand for what happened before the file was rewritten.
  | readonly ['committed', bucket: number, amount: number, slices: readonly (readonly [number, number])[]]
  | readonly ['lost', at: number, id: string, charges: readonly Charge[]]
  | readonly ['charged', at: number, id: string]

/** One line, without its end: as `JSON.stringify` writes it, put together by hand where each request writes one. */
export function encodeEntry(entry: Entry): string {
  switch (entry[0]) {
    case 'reserve': {
      const [, at, id, ttl, onLost, claims] = entry
      return `["reserve",${numberText(at)},${quoted(id)},${numberText(ttl)},"${onLost}",[${sharesText(claims)}]]`
    }
    case 'dispatched':
      return `["dispatched",${quoted(entry[1])}]`
    case 'settle': {
      const [, at, id, used] = entry
      return `["settle",${numberText(at)},${quoted(id)},[${numbersText(used)}]]`
    }
    case 'bucket':
    case 'limit':
    case 'extend':
    case 'renew':
    case 'lose':
    case 'charge':
    case 'reset':
    case 'raised':
    case 'committed':
    case 'lost':
    case 'charged':
      return JSON.stringify(entry)
  }
}

function sharesText(shares: readonly Share[]): string {
  let text = ''
  for (const [bucket, amount, limit] of shares) {
    text += `,[${numberText(bucket)},${numberText(amount)},${numberText(limit)}]`
  }
  return text.slice(1)
}

function numbersText(numbers: readonly number[]): string {
  let text = ''
  for (const number of numbers) text += `,${numberText(number)}`
  return text.slice(1)
}

/** Reads a line that `encodeEntry` wrote; throws on anything that is not an array led by a name. */
export function decodeEntry(line: string): Entry {
  const value: unknown = JSON.parse(line)
  if (!Array.isArray(value) || typeof value[0] !== 'string') throw new Error('not an entry')
  return value as unknown as Entry
}
