import { type Codes, classAt, codeAt, WORD } from '../../detect/scan/characters.js'

/** What stands before a value: the name that it is given, and how. */
export interface Assignment {
  /** The name in the text, [from, to). */
  readonly from: number
  readonly to: number
  /** The sign: `=`, `:`, `>`, `,` or `|`; of several (`:=`, `=>`) the last. */
  readonly sign: number
  /** The quote right before the value, or 0. */
  readonly quote: number
}

export const EQUALS = 61
const COLON = 58
export const GREATER = 62
const COMMA = 44
const BAR = 124
const BACKSLASH = 92
const LINE_FEED = 10
/** Names are read so far back. */
const LONGEST_NAME = 56
/** So many spaces, quotes and line breaks may stand between a sign and its value, and a sign and its name. */
const LONGEST_GAP = 12

function isQuote(code: number): boolean {
  return code === 34 || code === 39 || code === 96
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9
}

function isBreak(code: number): boolean {
  return code === LINE_FEED || code === 13
}

function isSign(code: number): boolean {
  return code === EQUALS || code === COLON || code === GREATER || code === COMMA || code === BAR
}

/** Whether a unit may stand in a sign of several: `:=`, `?=`, `.=`, `=>`, `||`. */
function joinsSign(code: number): boolean {
  return isSign(code) || code === 63 || code === 46 || code === 43
}

function isName(codes: Codes, index: number): boolean {
  const code = codeAt(codes, index)
  return (classAt(codes, index) & WORD) !== 0 || code === 95 || code === 45 || code === 46 || isSpace(code)
}

/** The assignment whose value begins at `start`, undefined where there is none. */
export function assignmentBefore(codes: Codes, start: number): Assignment | undefined {
  let index = start - 1
  let quote = 0
  let broken = false
  for (; start - index <= LONGEST_GAP; index--) {
    const code = codeAt(codes, index)
    if (isQuote(code) && index === start - 1) quote = code
    else if (isBreak(code)) broken = true
    else if (!isSpace(code) && !isQuote(code) && code !== BACKSLASH) break
  }
  const sign = codeAt(codes, index)
  if (!isSign(sign) || (broken && sign !== GREATER) || (sign === COMMA && quote === 0)) return undefined
  return nameBefore(codes, index, sign, quote)
}

function nameBefore(codes: Codes, end: number, sign: number, quote: number): Assignment | undefined {
  let to = end
  for (let joined = 0; joined < 4 && joinsSign(codeAt(codes, to - 1)); joined++) to--
  for (let gap = 0; gap < LONGEST_GAP; gap++) {
    const code = codeAt(codes, to - 1)
    if (!isSpace(code) && !isQuote(code) && code !== BACKSLASH && code !== 93) break
    to--
  }
  let from = to
  while (to - from < LONGEST_NAME && isName(codes, from - 1)) from--
  // `a=b=c`: what follows the second sign is part of the first one's value.
  if (to === from || (codeAt(codes, from - 1) === EQUALS && to === end)) return undefined
  return { from, to, sign, quote }
}
