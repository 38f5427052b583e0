import { AGE_UNIT, MONTH, NATIONALITY, WEEKDAY } from './classes.js'
import type { Known } from './features.js'
import { ALL_CAPITALS, CAPITALIZED, LINE, NUMBER_TOKEN, WORD_TOKEN } from './tokens.js'

/** What is said in words about someone, besides names. */
export const WORDED = ['date_time', 'age', 'nationality'] as const
export type WordedKind = (typeof WORDED)[number]

/** Tokens [first, end). */
export interface Worded {
  readonly kind: WordedKind
  readonly first: number
  readonly end: number
}

/** How many tokens behind its first one a reader looks at. */
const WORDED_REACH = 12

/** Whether something may begin with the token. A number between two others is neither a date nor an age. */
export function mayBeginWorded({ count, kinds, masks }: Known, index: number): boolean {
  if (kinds[index] !== NUMBER_TOKEN) return ((masks[index] ?? 0) & (MONTH | WEEKDAY | NATIONALITY)) !== 0
  return index === 0 || index + 1 === count || kinds[index - 1] !== NUMBER_TOKEN || kinds[index + 1] !== NUMBER_TOKEN
}

/** What begins with the token at `index`. */
export function readWorded(known: Known, texts: Texts, index: number): Worded | undefined {
  const { masks, shapes } = known
  const mask = masks[index] ?? 0
  const shape = shapes[index] ?? 0
  if (isCut(known, texts, index)) return undefined
  const date = dateEnd(known, texts, index)
  if (date > index) return { kind: 'date_time', first: index, end: date }
  const age = ageEnd(known, texts, index)
  if (age > index) return { kind: 'age', first: index, end: age }
  const isProper = shape === CAPITALIZED || shape === ALL_CAPITALS
  if (mask & NATIONALITY && isProper) return { kind: 'nationality', first: index, end: index + 1 }
  return undefined
}

/** The text of tokens. */
export interface Texts {
  /** The token at `index` in small letters; empty beyond the line. */
  lower(index: number): string
}

/** A number within a longer number, version or identifier is no date's beginning. */
function isCut({ kinds, glued }: Known, { lower }: Texts, index: number): boolean {
  if (kinds[index] !== NUMBER_TOKEN || !glued[index] || index === 0) return false
  return kinds[index - 1] === WORD_TOKEN || '.-/:_'.includes(lower(index - 1) || '#')
}

function numberIn(texts: Texts, index: number, least: number, most: number): boolean {
  const text = texts.lower(index)
  return /^\d{1,4}$/.test(text) && Number(text) >= least && Number(text) <= most
}

function isYear(texts: Texts, index: number): boolean {
  return texts.lower(index).length === 4 && numberIn(texts, index, 1900, 2099)
}

function dateEnd(known: Known, texts: Texts, index: number): number {
  const { kinds, masks, shapes } = known
  if (kinds[index] === NUMBER_TOKEN) {
    const numeric = numericDateEnd(texts, index)
    if (numeric > index) return clockEnd(texts, skipClockJoint(texts, numeric), numeric)
    const clock = clockEnd(texts, index, index)
    if (clock > index) return clock
    const named = dayThenMonthEnd(known, texts, index)
    if (named > index) return named
    return isYear(texts, index) &&
      YEAR_LEADS.has(texts.lower(index - 1)) &&
      !'-/.:%'.includes(glue(known, texts, index + 1))
      ? index + 1
      : index
  }
  const mask = masks[index] ?? 0
  const isProper = shapes[index] === CAPITALIZED || shapes[index] === ALL_CAPITALS
  if (mask & MONTH && (isProper || texts.lower(index).length > 3)) return monthThenDayEnd(texts, index)
  return mask & WEEKDAY ? index + 1 : index
}

/** The sign right behind, without a blank. */
function glue({ glued }: Known, { lower }: Texts, index: number): string {
  return glued[index] && /^\W$/.test(lower(index)) && /\S/.test(lower(index + 1)) && glued[index + 1]
    ? lower(index)
    : ' '
}

const YEAR_LEADS: ReadonlySet<string> = new Set(
  'in since until from by before after during of a an the early late mid circa year anno born dated seit im jahr jahre bis ab en depuis año desde nel dal anno sinds jaar w roku em'.split(
    ' ',
  ),
)

/** 2024-05-31, 5/31/2024, 31.5.2024. */
function numericDateEnd(texts: Texts, index: number): number {
  const sign = texts.lower(index + 1)
  if (!/^[-/.]$/.test(sign) || texts.lower(index + 3) !== sign) return index
  const [first, second, third] = [index, index + 2, index + 4]
  const dayMonth = (day: number, month: number): boolean => numberIn(texts, day, 1, 31) && numberIn(texts, month, 1, 31)
  if (isYear(texts, first) && dayMonth(third, second)) return third + 1
  const hasYear =
    isYear(texts, third) || (sign !== '.' && texts.lower(third).length === 2 && numberIn(texts, third, 0, 99))
  return hasYear && dayMonth(first, second) && texts.lower(first).length <= 2 ? third + 1 : index
}

function skipClockJoint(texts: Texts, index: number): number {
  return texts.lower(index) === 't' || texts.lower(index) === ',' || texts.lower(index) === 'at' ? index + 1 : index
}

/** 9:30, 09:30:15, 9 pm; `none` where there is no time of day at `index`. */
function clockEnd(texts: Texts, index: number, none: number): number {
  if (!numberIn(texts, index, 0, 24)) return none
  const half = (at: number): number => (/^(am|pm|uhr)$/.test(texts.lower(at)) ? at + 1 : at)
  if (texts.lower(index + 1) !== ':') return half(index + 1) > index + 1 ? index + 2 : none
  if (texts.lower(index + 2).length !== 2 || !numberIn(texts, index + 2, 0, 59)) return none
  const seconds = texts.lower(index + 3) === ':' && numberIn(texts, index + 4, 0, 60)
  return half(seconds ? index + 5 : index + 3)
}

const ORDINAL = /^(st|nd|rd|th|er|º|\.)$/

/** 31 May 2024, 31st of May, 31. Mai, 31 de mayo de 2024. */
function dayThenMonthEnd({ masks }: Known, texts: Texts, index: number): number {
  if (!numberIn(texts, index, 1, 31)) return index
  let at = index + 1
  if (ORDINAL.test(texts.lower(at))) at++
  if (/^(of|de)$/.test(texts.lower(at))) at++
  if (((masks[at] ?? 0) & MONTH) === 0 || texts.lower(at) === '') return index
  return yearBehind(texts, at + 1)
}

/** May 31, 2024; May 2024. */
function monthThenDayEnd(texts: Texts, index: number): number {
  let at = index + 1
  if (texts.lower(at) === '.') at++
  if (isYear(texts, at)) return at + 1
  if (!numberIn(texts, at, 1, 31)) return index
  at++
  if (ORDINAL.test(texts.lower(at)) && texts.lower(at) !== '.') at++
  return yearBehind(texts, at)
}

function yearBehind(texts: Texts, index: number): number {
  const at = /^(,|de|\.)$/.test(texts.lower(index)) ? index + 1 : index
  return isYear(texts, at) ? at + 1 : index
}

const AGE_LEADS = /^(turned|turning|aged|age)$/

/** 44 years old, 44-year-old, aged 44, when he was 44. */
function ageEnd({ kinds, masks }: Known, texts: Texts, index: number): number {
  if (kinds[index] !== NUMBER_TOKEN || !numberIn(texts, index, 1, 120)) return index
  const unit = texts.lower(index + 1) === '-' ? index + 2 : index + 1
  const isAge = ((masks[unit] ?? 0) & AGE_UNIT) !== 0 && texts.lower(unit) !== ''
  const behind = `${texts.lower(unit + 1)} ${texts.lower(unit + 2)}`
  if (isAge && /^(old|alt|oud|-|of age|de edad|di età)( |$)/.test(behind)) return index + 1
  if (texts.lower(unit) === 'y' && /^[/.]$/.test(texts.lower(unit + 1))) return index + 1
  const lead = /^[:=]$/.test(texts.lower(index - 1)) ? texts.lower(index - 2) : texts.lower(index - 1)
  if (AGE_LEADS.test(lead)) return index + 1
  const isEnd = /^([.,;!?)]|)$/.test(texts.lower(index + 1))
  const clause = `${texts.lower(index - 3)} ${texts.lower(index - 2)} ${texts.lower(index - 1)}`
  return isEnd && /^when (he|she|i|they) (was|were|am|is)$/.test(clause) ? index + 1 : index
}

/** Whether what begins with the token at `index` does not depend on what may follow the `count` tokens. */
export function isWordedSettled({ kinds, count }: Known, index: number): boolean {
  for (let at = index; at < count - 1 && at <= index + WORDED_REACH; at++) {
    if (kinds[at] === LINE || at === index + WORDED_REACH) return true
  }
  return false
}
