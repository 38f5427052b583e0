/** What the characters of a token may be, one bit per group; a named alphabet is a sum of them. */
const GROUPS = {
  low: 1 << 0, // 0 1
  mid: 1 << 1, // 2 to 7
  high: 1 << 2, // 8 9
  hexLower: 1 << 3,
  restLower: 1 << 4,
  hexUpper: 1 << 5,
  restUpper: 1 << 6,
  dash: 1 << 7,
  underscore: 1 << 8,
  equals: 1 << 9,
  dot: 1 << 10,
  plus: 1 << 11,
  slash: 1 << 12,
  percent: 1 << 13,
  tilde: 1 << 14,
  backslash: 1 << 15,
} as const

const { low, mid, high, hexLower, restLower, hexUpper, restUpper } = GROUPS
const DIGIT = low | mid | high
const ALNUM = DIGIT | hexLower | restLower | hexUpper | restUpper
const SLUG = ALNUM | GROUPS.dash | GROUPS.underscore

/** Alphabets by the names that shapes use. */
export const ALPHABETS: Readonly<Record<string, number>> = {
  digit: DIGIT,
  /** Hexadecimal in lower case, and in either. */
  hex: DIGIT | hexLower,
  Hex: DIGIT | hexLower | hexUpper,
  lower: DIGIT | hexLower | restLower,
  upper: DIGIT | hexUpper | restUpper,
  letter: hexLower | restLower | hexUpper | restUpper,
  alnum: ALNUM,
  /** RFC 4648, 6. */
  base32: mid | hexUpper | restUpper,
  /** RFC 4648, 4 and 5, without padding. */
  base64: ALNUM | GROUPS.plus | GROUPS.slash,
  slug: SLUG,
  word: ALNUM | GROUPS.underscore,
  /** With padding anywhere, with dots too, and everything of these. */
  padded: SLUG | GROUPS.equals,
  dotted: SLUG | GROUPS.equals | GROUPS.dot,
  any: SLUG | GROUPS.equals | GROUPS.dot | GROUPS.plus | GROUPS.slash | GROUPS.tilde,
  tilde: SLUG | GROUPS.dot | GROUPS.tilde,
  percent: ALNUM | GROUPS.percent,
  escaped: SLUG | GROUPS.slash | GROUPS.backslash,
  pad: GROUPS.equals,
}

const SIGNS: Readonly<Record<string, number>> = {
  '-': GROUPS.dash,
  _: GROUPS.underscore,
  '=': GROUPS.equals,
  '.': GROUPS.dot,
  '+': GROUPS.plus,
  '/': GROUPS.slash,
  '%': GROUPS.percent,
  '~': GROUPS.tilde,
  '\\': GROUPS.backslash,
}

function groupOf(code: number): number {
  if (code >= 48 && code <= 57) return code < 50 ? low : code < 56 ? mid : high
  if (code >= 97 && code <= 122) return code < 103 ? hexLower : restLower
  if (code >= 65 && code <= 90) return code < 71 ? hexUpper : restUpper
  return SIGNS[String.fromCharCode(code)] ?? 0
}

/** The groups of every UTF-16 unit; 0 for what no token has. */
export const GROUP_OF = Uint16Array.from({ length: 0x10000 }, (_, code) => (code < 128 ? groupOf(code) : 0))
