import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { codeAt, isDigitAt } from './characters.js'
import { contextAfter, contextBefore } from './context.js'
import { type DigitRun, digitsOf, endsWell, grouping } from './digit-run.js'
import { propose } from './offer.js'
import { look, type Scan } from './state.js'

/** ITU-T E.164: at most 15 digits with the country; local numbers have at least 6. */
const FEWEST = 6
const MOST = 15
const MOST_WITHOUT_COUNTRY = 12
const LONGEST_GROUP = 8
const FEWEST_ABROAD = 8
const LABELLED_ABROAD = 0.4
const FEWEST_IN_ONE = 7
const MOST_IN_ONE = 11
/** What an extension adds. */
const EXTENDED = 0.2
const CHINESE_MOBILE = /^1[3-9]\d{9}$/

/** As cards and the long ids are printed. */
const NO_PHONE = /^(?:4-4-4(?:-4)?|12|4-5-1|5-5-4)$/
const YEAR = /^(?:19|20)\d\d$/
const NORTH_AMERICAN = /^(?:(?:1|3)-)?3-3-4$/

function isValid(number: string, region?: string): boolean {
  return parsePhoneNumberFromString(number, region as CountryCode | undefined)?.isValid() ?? false
}

/** With a plus, 00 or 011 before the country: a number that exists, or one that is labelled. */
function internationalConfidence(digits: string, enough: number): number {
  if (digits.length < FEWEST_ABROAD || digits.length > MOST || digits[0] === '0') return 0
  if (LABELLED_ABROAD < enough) return isValid(`+${digits}`) ? 0.85 : LABELLED_ABROAD
  return LABELLED_ABROAD
}

/** A number as it is written, and how sure one must be without its context. */
interface Written {
  readonly run: DigitRun
  readonly groups: number
  readonly digits: string
  /** Whether the number exists is asked only where its form does not reach this; asking takes as long as reading a page. */
  readonly enough: number
}

function northAmericanConfidence({ run, groups, digits, enough }: Written): number {
  const separator = run.separators[groups - 1] ?? ''
  const bracket = run.separators.slice(0, groups).some((before) => before.includes('('))
  const printed = bracket ? 0.55 : separator === '-' || separator === '.' ? 0.5 : 0.4
  if (groups === 4 && !/^(?:1|001|011)/.test(digits)) return 0.3
  return printed < enough && isValid(`+1${digits.slice(-10)}`) ? 0.6 : printed
}

/** Written as in one country. */
function nationalConfidence(scan: Scan, { run, groups, digits, enough }: Written): number {
  if (groups === 1) return CHINESE_MOBILE.test(digits) ? 0.25 : 0.15
  const bracket = run.separators[0]?.includes('(') ?? false
  const form = bracket ? 0.5 : 0.3
  const whole = bracket || /^0[1-9]/.test(digits)
  if (form >= enough || !whole || digits.length < 9) return form
  return scan.rules.regions.some((region) => isValid(digits, region)) ? 0.6 : form
}

/** Dots join the parts of versions and decimals too: only all pairs, or threes and a four. */
function dotted(run: DigitRun, groups: number, written: string): boolean {
  for (let group = 1; group < groups; group++) {
    if (run.separators[group] === '.')
      return !/^(?:(?:2-){3,4}2|3-3-4|1-3-3-4|3-3-3|4-3-3|3-2-2-2|3-3-2-2)$/.test(written)
  }
  return false
}

function hasSlash(run: DigitRun, groups: number): boolean {
  return run.separators.slice(1, groups).some((separator, index) => separator.includes('/') && index > 0)
}

/** Day, month and year in either order with dashes, slashes or dots, also before a time; and eight digits that may be one. */
function isDate(text: string, run: DigitRun, groups: number): boolean {
  const group = (index: number): string => text.slice(run.starts[index], run.ends[index])
  if (groups === 1) return /^(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d$/.test(group(0))
  if (YEAR.test(group(0)) && (run.separators[1] !== ' ' || groups === 2)) return groups < 4 || group(1).length <= 2
  const short = group(0).length <= 2 && group(1).length <= 2 && run.separators[1] !== ' '
  return short && (YEAR.test(group(2)) || (groups === 3 && group(2).length === 2))
}

function longestGroup(run: DigitRun, groups: number): number {
  let longest = 0
  for (let group = 0; group < groups; group++) {
    longest = Math.max(longest, (run.ends[group] ?? 0) - (run.starts[group] ?? 0))
  }
  return longest
}

/** A number of North America with its country code is at least as sure as without. */
function abroadConfidence(number: Written, written: string): number {
  const own = internationalConfidence(number.digits, number.enough)
  const american = number.digits[0] === '1' && NORTH_AMERICAN.test(written)
  return american ? Math.max(own, northAmericanConfidence(number)) : own
}

/** 0 for what is no phone number. */
function ownConfidence(scan: Scan, run: DigitRun, groups: number, enough: number): number {
  const count = run.counts[groups - 1] ?? 0
  if (count > MOST) return 0
  const written = grouping(run, groups)
  if (dotted(run, groups, written) || hasSlash(run, groups)) return 0
  const digits = digitsOf(scan.text, run, groups)
  if (run.plus) return abroadConfidence({ run, groups, digits, enough }, written)
  if (NO_PHONE.test(written) || isDate(scan.text, run, groups)) return 0
  const exit = digits.startsWith('011') ? 3 : digits.startsWith('00') ? 2 : 0
  const abroad = exit === 0 ? 0 : internationalConfidence(digits.slice(exit), enough)
  const number = { run, groups, digits, enough }
  if (NORTH_AMERICAN.test(written)) return Math.max(abroad, northAmericanConfidence(number))
  if (count > MOST_WITHOUT_COUNTRY || (groups > 1 && longestGroup(run, groups) > LONGEST_GROUP)) return abroad
  return Math.max(abroad, nationalConfidence(scan, number))
}

function beginsExtension(code: number): boolean {
  return code === 35 || (code | 32) === 120 || (code | 32) === 101
}

/** The end of an extension ("x123", " ext. 123") at `end`, or `end`. */
function extensionEnd(scan: Scan, end: number): number {
  const { codes } = scan
  const first = codeAt(codes, end)
  look(scan, end + 1)
  if (!beginsExtension(first) && !(first === 32 && beginsExtension(codeAt(codes, end + 1)))) return end
  let index = end
  while (index < end + 14 && ' xXeEtT.#'.includes(scan.text[index] ?? '~')) index++
  while (index < end + 14 && isDigitAt(codes, index)) index++
  look(scan, index)
  const written = /^ ?(?:x|ext\.? ?|#) ?\d{2,6}(?!\d)/i.exec(scan.text.slice(end, end + 14))
  return written ? end + written[0].length : end
}

/** Whether one group by itself may be a number: no more than a long one, no less than a short one. */
function isPlain(run: DigitRun): boolean {
  const count = run.counts[0] ?? 0
  return count >= FEWEST_IN_ONE && count <= MOST_IN_ONE
}

function readGroups(scan: Scan, run: DigitRun, groups: number): boolean {
  const phone = scan.rules.places.phone
  if (groups === 1 && !run.plus && !isPlain(run)) return false
  const groupEnd = run.ends[groups - 1] ?? 0
  const end = extensionEnd(scan, groupEnd)
  if (end === groupEnd && !endsWell(scan, run, groups)) return false
  const after = contextAfter(scan, phone, end)
  const heard = contextBefore(scan, phone, run.start)
  // Named right behind it, it is what it is named, whatever else was spoken of before.
  const before = (after > 0 ? Math.max(0, heard) : heard) + (end > groupEnd ? EXTENDED : 0)
  const threshold = scan.rules.thresholds[phone] ?? 1
  const own = ownConfidence(scan, run, groups, threshold - before - after)
  const confidence = Math.min(1, own + before + after)
  if (own === 0 || confidence + 1e-9 < threshold) return false
  const start = run.separators[0] === '(' && !isClosed(scan.text, run, end) ? (run.starts[0] ?? 0) : run.start
  propose(scan, { entity: phone, start, end, confidence, recognizer: 'phone' })
  return true
}

/** Whether a bracket before the first digit is closed within the number. */
function isClosed(text: string, run: DigitRun, end: number): boolean {
  return text.slice(run.start, end).includes(')')
}

/** Proposes the longest phone number that begins the run. */
export function readPhone(scan: Scan, run: DigitRun): void {
  if (scan.rules.places.phone < 0) return
  if (!run.plus && !isDigitAt(scan.codes, run.start) && scan.text[run.start] !== '(') return
  for (let groups = Math.min(run.starts.length, 8); groups > 0; groups--) {
    if ((run.counts[groups - 1] ?? 0) < FEWEST) return
    if (readGroups(scan, run, groups)) return
  }
}
