import { classAt, codeAt, WORD } from '../../detect/scan/characters.js'
import type { Scan } from '../../detect/scan/state.js'

const SCHEME = /(?:^|[\s"'`:=])(bearer|basic|(?:api-)?token|apikey) $/i
const HEADER = /authorization["'`\\]*\s{0,4}[:=,]\s{0,4}["'`\\]*(?:bearer|basic|(?:api-)?token|apikey) $/i
/** As far back as the header's name may begin. */
const REACH = 48
const LONGEST_SCHEME = 9

/** The first letters of bearer, basic, token and apikey. */
function beginsScheme(code: number): boolean {
  return code === 97 || code === 98 || code === 116
}

/** Whether an HTTP authentication scheme (RFC 9110, 11) stands before `start`, and its header's name before that. */
export function schemeBefore({ text, codes }: Scan, start: number): 'header' | 'scheme' | 'none' {
  let word = start - 1
  while (word > 0 && start - word <= LONGEST_SCHEME + 1 && classAt(codes, word - 1) & WORD) word--
  const length = start - 1 - word
  if (length > LONGEST_SCHEME || length < 5 || !beginsScheme(codeAt(codes, word) | 32)) return 'none'
  const before = text.slice(Math.max(0, start - REACH), start)
  if (HEADER.test(before)) return 'header'
  const scheme = SCHEME.exec(before)?.[1]?.toLowerCase()
  return scheme === 'bearer' ? 'scheme' : 'none'
}
