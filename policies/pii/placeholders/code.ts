import { canonicalOf, symbolOf } from './symbols.js'

/** Crockford's base 32: without I, L, O and U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Characters of a code: 50 bits. */
export const CODE_LENGTH = 10

/** Where letters begin. */
const LETTERS = 65
const LONGEST_NAME = 24
const NAMELESS = 'VALUE'

const CODE_BITS = CODE_LENGTH * 5

/** How many codes a digest has in it, 50 bits each. Throws `RangeError` where there is none. */
export function codesWithin(digest: Uint8Array): number {
  const codes = Math.floor((digest.length * 8) / CODE_BITS)
  if (codes === 0) throw new RangeError('a digest of at least 7 bytes is needed')
  return codes
}

/** One of them in base 32, counted from 0. */
export function codeAt(digest: Uint8Array, index: number): string {
  let code = ''
  for (let bit = index * CODE_BITS, end = bit + CODE_BITS; bit < end; bit += 5) {
    const pair = ((digest[bit >> 3] ?? 0) << 8) | (digest[(bit >> 3) + 1] ?? 0)
    code += ALPHABET[(pair >> (11 - (bit & 7))) & 31]
  }
  return code
}

/**
 * Whether a code is used: with one to three digits. More could be taken for an account number behind a word that announces
 * one, none at all for a word.
 */
export function isUsable(code: string): boolean {
  let digits = 0
  for (let index = 0; index < code.length; index++) if (code.charCodeAt(index) < LETTERS) digits++
  return digits >= 1 && digits <= 3
}

/** How an entity is called in its placeholders: capitals and single underscores, at most 24 of them, whatever its own name is. */
export function nameOf(entity: string): string {
  const words = entity.toUpperCase().split(/[^A-Z]+/)
  const name = words.filter((word) => word !== '').join('_')
  return name.slice(0, LONGEST_NAME).replace(/_$/, '') || NAMELESS
}

const CODE = /^[0-9A-HJKMNP-TV-Z]+$/

/**
 * Everything in a text that could be read as a code: only what ends a run of letters and digits can. Canonical. With `from` and
 * `to` only what the stretches of a text have, each once, that meet there; one that ends at `to` belongs to the next.
 */
export function codesIn(text: string, from = 0, to = text.length): readonly string[] {
  const codes: string[] = []
  const first = Math.max(0, from - CODE_LENGTH)
  // A run as long as a code has one in so many places.
  for (let at = first + CODE_LENGTH - 1; at < to; at += CODE_LENGTH) {
    if (symbolOf(text.charCodeAt(at)) < 0) continue
    const start = runStart(text, at, first)
    let end = at + 1
    while (end < to && symbolOf(text.charCodeAt(end)) >= 0) end++
    at = end
    if (end - start < CODE_LENGTH || end < from || (end === to && to < text.length)) continue
    const code = canonicalOf(text.slice(end - CODE_LENGTH, end))
    if (isUsable(code) && CODE.test(code)) codes.push(code)
  }
  return codes
}

/** Where the run of letters and digits begins that has `at` in it, as far as a code goes back. */
function runStart(text: string, at: number, first: number): number {
  let start = at
  while (start > first && at - start < CODE_LENGTH - 1 && symbolOf(text.charCodeAt(start - 1)) >= 0) start--
  return start
}
