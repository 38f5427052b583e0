import { isLongText } from '../../core/json-in-text.js'
import { atOnce, type Steps } from '../../core/turns.js'

/** Letters of base64 (RFC 4648) in either alphabet, not both. */
const WHOLE = /^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/
const STANDARD = /^[A-Za-z0-9+/]*$/
const URL_SAFE = /^[A-Za-z0-9_-]*$/

/** As MIME (RFC 2045) and PEM break lines. */
const LINE = /^[A-Za-z0-9+/]{60,80}\r?$/
const LAST_LINE = /^[A-Za-z0-9+/]{1,80}={0,2}$/

/** Characters that are looked at between two yields, and lines; and units of work that one of those takes. */
export const PIECE = 64 * 1024
const PIECE_UNITS = 512
const LINES = 128
const LINE_UNITS = 6

/** Whether all of a text is base64, in one line or in long ones. Words in its place have spaces or short lines, and are none. */
export function isBase64(text: string): boolean {
  return atOnce(isBase64InSteps(text))
}

/** The same in steps where it is long. */
export function* isBase64InSteps(text: string): Steps<boolean> {
  return text.includes('\n') ? yield* isInLines(text) : yield* isInOneLine(text)
}

function* isInOneLine(text: string): Steps<boolean> {
  if (!isLongText(text)) return WHOLE.test(text)
  const end = text.length - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0)
  return (yield* alphabetOf(text.slice(0, end), STANDARD, URL_SAFE)) !== undefined
}

/** Which of two expressions, that hold of every piece of what they hold of, holds of all of a long text: the first, the second or neither. */
export function* alphabetOf(text: string, first: RegExp, second: RegExp): Steps<'first' | 'second' | undefined> {
  let isFirst = true
  let isSecond = true
  for (let from = 0; from < text.length; from += PIECE) {
    yield PIECE_UNITS
    const piece = text.slice(from, from + PIECE)
    isFirst &&= first.test(piece)
    isSecond &&= second.test(piece)
    if (!isFirst && !isSecond) return undefined
  }
  return isFirst ? 'first' : 'second'
}

function* isInLines(text: string): Steps<boolean> {
  let start = 0
  let lines = 0
  // Line by line: one expression for all of them would need a stack as deep as the text is long.
  for (let end = text.indexOf('\n'); end !== -1 && end < text.length - 1; end = text.indexOf('\n', start)) {
    if (!LINE.test(text.slice(start, end))) return false
    start = end + 1
    if (++lines % LINES === 0) yield LINES * LINE_UNITS
  }
  const last = text.slice(start).trimEnd()
  // No longer than those before it: where it is, the break within a long text is not MIME's.
  return start === 0 ? yield* isInOneLine(last) : LAST_LINE.test(last)
}
