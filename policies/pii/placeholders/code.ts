import { canonicalOf } from './symbols.js'

/** Crockford's base 32: without I, L, O and U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Characters of a code: 50 bits. */
export const CODE_LENGTH = 10

const LONGEST_NAME = 24
const NAMELESS = 'VALUE'

/** The first 50 bits of a digest in base 32. Throws `RangeError` for a digest that has fewer. */
export function codeOf(digest: Uint8Array): string {
  if (digest.length * 8 < CODE_LENGTH * 5) throw new RangeError('a digest of at least 7 bytes is needed')
  let code = ''
  let bits = 0
  let held = 0
  for (let index = 0; code.length < CODE_LENGTH; ) {
    if (held < 5) {
      bits = ((bits << 8) | (digest[index++] ?? 0)) & 0xffff
      held += 8
    }
    held -= 5
    code += ALPHABET[(bits >> held) & 31]
  }
  return code
}

/**
 * Whether a code is used: with one to three digits. More could be taken for an account number behind a word that announces
 * one, none at all for a word.
 */
export function isUsable(code: string): boolean {
  const digits = code.replace(/\D/g, '').length
  return digits >= 1 && digits <= 3
}

/** How an entity is called in its placeholders: capitals and single underscores, at most 24 of them, whatever its own name is. */
export function nameOf(entity: string): string {
  const words = entity.toUpperCase().split(/[^A-Z]+/)
  const name = words.filter((word) => word !== '').join('_')
  return name.slice(0, LONGEST_NAME).replace(/_$/, '') || NAMELESS
}

const RUN = /[0-9A-Za-z]{10,}/g
const CODE = /^[0-9A-HJKMNP-TV-Z]+$/

/** Everything in a text that could be read as a code: only what ends a run of letters and digits can. Canonical. */
export function codesIn(text: string): readonly string[] {
  const codes: string[] = []
  for (const [run] of text.matchAll(RUN)) {
    const code = canonicalOf(run.slice(-CODE_LENGTH))
    if (isUsable(code) && CODE.test(code)) codes.push(code)
  }
  return codes
}
