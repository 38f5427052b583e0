import { classAt, codeAt, WORD } from '../../detect/scan/characters.js'
import type { Scan } from '../../detect/scan/state.js'
import type { SecretIndex } from '../compile.js'
import { CLOSES, LEADS, LONGEST_LEAD, MAY_STAND_BEFORE, SHORTEST_VALUE } from './assigned.js'

const SPACE = 32
const DASH = 45
const BACKSLASH = 92

/**
 * Whether a secret may begin with the word [start, end), ASCII capitals and then small letters, behind which nothing of a token
 * goes on: at most one sign before a space, a quote or the like. Most words are done after a look or two.
 */
export function mayBeginSecret({ codes }: Scan, { shortest }: SecretIndex, start: number, end: number): boolean {
  const length = end - start
  const pair = ((codes[start] ?? 0) << 7) | (codes[start + 1] ?? 0)
  if (length >= (shortest[pair] ?? 0)) return true
  const before = codeAt(codes, start - 1)
  // Between words only what follows an authentication scheme is looked at, and that has digits or changes its case.
  if (before === SPACE && classAt(codes, start - 2) & WORD) return false
  if (before === DASH || before === BACKSLASH) return true
  if (MAY_STAND_BEFORE[before] === 0) return false
  const lead = LEADS[before] ? LONGEST_LEAD : 0
  const behind = CLOSES[codes[end] ?? 0] ? 0 : CLOSES[codes[end + 1] ?? 0] ? 1 : SHORTEST_VALUE
  return length + lead + behind >= SHORTEST_VALUE
}
