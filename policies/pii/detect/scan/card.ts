import { isCard, isIssued } from '../entities/cards.js'
import { type DigitRun, digitsOf, endsWell, grouping } from './digit-run.js'
import { offer } from './offer.js'
import type { Scan } from './state.js'

/** As cards are printed; 4-6-5 are Amex and JCB, 4-6-4 Diners. */
const PRINTED = new Set([
  '4-4-4-4',
  '4-6-5',
  '4-6-4',
  '4-4-4-4-3',
  '4-4-4-1',
  '4-4-4-3',
  '4-4-4-4-2',
  '4-4-4-4-1',
  '4-4-5',
])
const ONE_BY_ONE = /^1(?:-1)+$/
const BY_TWO = /^2(?:-2)+(?:-1)?$/

/** How sure a checked number of one piece is without a word about cards. One of ten numbers passes the check. */
const PLAIN: Readonly<Record<number, number>> = { 16: 0.8, 15: 0.8, 14: 0.6, 13: 0.5, 19: 0.4 }
const OTHER_LENGTH = 0.3

function ownConfidence(written: string, digits: string): number {
  if (!isCard(digits)) return written === '4-4-4-4' && isIssued(digits) ? 0.1 : 0
  if (PRINTED.has(written)) return 0.9
  if (!written.includes('-')) return PLAIN[digits.length] ?? OTHER_LENGTH
  return ONE_BY_ONE.test(written) || BY_TWO.test(written) ? 0.65 : OTHER_LENGTH
}

function sameSeparators(run: DigitRun, groups: number): boolean {
  for (let group = 2; group < groups; group++) {
    const separator = run.separators[group] ?? ''
    if (separator.trim() !== (run.separators[1] ?? '').trim()) return false
  }
  return groups === 1 || /^(?: +|-|\.| - )$/.test(run.separators[1] ?? '')
}

/** Proposes the card numbers that begin the run. */
export function readCard(scan: Scan, run: DigitRun): void {
  if (run.plus || scan.rules.places.card < 0 || run.separators[0] !== '') return
  for (let groups = run.starts.length; groups > 0; groups--) {
    const count = run.counts[groups - 1] ?? 0
    if (count < 12) return
    if (count > 19 || !sameSeparators(run, groups) || !endsWell(scan, run, groups)) continue
    const own = ownConfidence(grouping(run, groups), digitsOf(scan.text, run, groups))
    if (own > 0) offer(scan, scan.rules.places.card, own, run.start, run.ends[groups - 1] ?? 0, 'card')
  }
}
