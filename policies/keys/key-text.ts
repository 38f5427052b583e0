import { CHECKSUM_LENGTH, checksumOf, DIGITS } from './checksum.js'

/** What every key begins with. */
const MARK = 'tg_'

/** How much of a key's text is kept and shown to recognise it, the mark included. */
const SHOWN = MARK.length + 8

/** Behind what is shown: 34 digits of base 62 are 202 bits that nobody can guess. */
const SECRET = 34

const WHOLE = new RegExp(`^${MARK}[0-9A-Za-z]{${SHOWN - MARK.length + SECRET + CHECKSUM_LENGTH}}$`)

/** Bytes below this are as often each of the 62 digits. */
const FAIR = 248

/**
 * The text of a new key: `tg_`, 8 digits that may be shown, 34 that are secret, and a checksum of 6, all of base 62 (51 characters).
 * `random` gives so many bytes that nobody can guess.
 */
export function makeKeyText(random: (count: number) => Uint8Array): string {
  let text = MARK
  while (text.length < SHOWN + SECRET) {
    for (const byte of random(SHOWN + SECRET - text.length)) {
      if (byte < FAIR) text += DIGITS.charAt(byte % DIGITS.length)
    }
  }
  return text + checksumOf(text)
}

/** The part of a key's text that is kept and shown to recognise it: `tg_` and 8 digits. */
export function prefixOf(text: string): string {
  return text.slice(0, SHOWN)
}

/** Whether a text is meant to be a key, whole or not: it never stands for anything else. */
export function looksLikeKey(text: string): boolean {
  return text.startsWith(MARK)
}

/** Whether a text is written as keys are, checksum included. */
export function isKeyText(text: string): boolean {
  return WHOLE.test(text) && checksumOf(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH)
}
