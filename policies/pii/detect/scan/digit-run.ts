import { mayEnd } from './boundary.js'
import { type Codes, codeAt, isDigitAt } from './characters.js'
import { look, type Scan } from './state.js'

/** No card, phone or account has more. */
const MOST_DIGITS = 24
const MOST_GROUPS = 20
/** One group by itself with fewer is neither a card nor a phone number. */
const FEWEST_DIGITS = 7

/** Groups of digits with separators between them, as they stand in the text. */
export interface DigitRun {
  readonly start: number
  readonly plus: boolean
  /** Offsets in the text: group g is [starts[g], ends[g]). */
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  /** What is between group g and the one before; of the first, what is before it. */
  readonly separators: readonly string[]
  /** How many digits the groups up to and with g have. */
  readonly counts: readonly number[]
}

/** The longest separator between groups: a bracket with a space on either side. */
const LONGEST_SEPARATOR = 3
const SEPARATOR = /^(?: {1,2}|[-./]|\) ?|\)-| ?\(| ?\/ ?| - |\) \()$/
/** Whether a unit may be part of a separator. */
const SEPARATES = Uint8Array.from({ length: 0x10000 }, (_, code) =>
  ' -./()'.includes(String.fromCharCode(code)) ? 1 : 0,
)

/** The end of the separator at `index`: where the next digit stands, or -1. */
function separatorEnd(scan: Scan, index: number): number {
  const { codes } = scan
  let end = index
  while (end - index < LONGEST_SEPARATOR && SEPARATES[codeAt(codes, end)]) end++
  look(scan, end)
  if (end === index || !isDigitAt(codes, end)) return -1
  const single = end - index === 1 && codeAt(codes, index) !== 41
  return single || SEPARATOR.test(scan.text.slice(index, end)) ? end : -1
}

function digitsEnd(codes: Codes, start: number): number {
  let end = start
  while (isDigitAt(codes, end)) end++
  return end
}

/** Whether a group of one or two digits goes on with others as short: numbers begin with the first of them. */
export function goesOnShort(codes: Codes, start: number, end: number): boolean {
  if (end - start > 2 || codeAt(codes, start - 1) !== 32 || start < 2 || !isDigitAt(codes, start - 2)) return false
  return start < 5 || !isDigitAt(codes, start - 3) || !isDigitAt(codes, start - 4)
}

/** Reads the groups from `start`, which is a digit, a plus or a bracket before one; undefined where they are too few digits. */
export function readDigitRun(scan: Scan, start: number): DigitRun | undefined {
  const { text, codes } = scan
  let index = start
  while (index - start < LONGEST_SEPARATOR && '+( '.includes(text[index] ?? '#')) index++
  look(scan, index)
  if (!isDigitAt(codes, index)) return undefined
  const first = digitsEnd(codes, index)
  look(scan, first)
  const second = separatorEnd(scan, first)
  if (second < 0 && first - index < FEWEST_DIGITS) return undefined
  return readGroups(scan, start, index, first, second)
}

function readGroups(scan: Scan, start: number, firstStart: number, firstEnd: number, second: number): DigitRun {
  const { text } = scan
  const starts = [firstStart]
  const ends = [firstEnd]
  const counts = [firstEnd - firstStart]
  const separators = [text.slice(start, firstStart)]
  let count = firstEnd - firstStart
  let brackets = separators[0]?.includes('(') ? 1 : 0
  for (let next = second; next >= 0 && count <= MOST_DIGITS && starts.length < MOST_GROUPS; ) {
    const separator = text.slice(ends.at(-1), next)
    if (separator.includes('(') && ++brackets > 1) break
    separators.push(separator)
    const end = digitsEnd(scan.codes, next)
    starts.push(next)
    ends.push(end)
    count += end - next
    counts.push(count)
    look(scan, end)
    next = separatorEnd(scan, end)
  }
  scan.steps += (ends.at(-1) ?? start) - start
  return { start, plus: text[start] === '+', starts, ends, separators, counts }
}

/** The digits of the first `groups` groups. */
export function digitsOf(text: string, run: DigitRun, groups: number): string {
  let digits = ''
  for (let group = 0; group < groups; group++) digits += text.slice(run.starts[group], run.ends[group])
  return digits
}

/** The lengths of the first `groups` groups: "3-3-4". */
export function grouping(run: DigitRun, groups: number): string {
  let written = ''
  for (let group = 0; group < groups; group++) {
    written += `${group === 0 ? '' : '-'}${(run.ends[group] ?? 0) - (run.starts[group] ?? 0)}`
  }
  return written
}

/** Whether a value may end with that many groups of the run. */
export function endsWell(scan: Scan, run: DigitRun, groups: number): boolean {
  return mayEnd(scan, run.ends[groups - 1] ?? 0)
}
