import type { Range } from '../passage.js'

/** A stretch of a text, and what it may stand for. */
export interface Decoded extends Range {
  readonly text: string
}

/** Shorter runs are words. */
const RUN = /[A-Za-z0-9+/_-](?:[\r\n]*[A-Za-z0-9+/_-]){15,}/g
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const VALUES = Int8Array.from({ length: 128 }, (_, code) => DIGITS.indexOf(String.fromCharCode(code)))
VALUES[0x2d] = 62
VALUES[0x5f] = 63

/** Texts are read in pieces, which overlap by more than anything is long that is looked for. */
export const PIECE = 8192
const OVERLAP = 2048

const lenient = new TextDecoder('utf-8')

/**
 * What runs of base64 (RFC 4648, either alphabet, with or without line breaks) stand for. Where a run begins may have been cut off, so
 * each is read from its first four places on. Gives undefined after each piece of the text.
 */
export function* base64In(text: string): Generator<Decoded | undefined> {
  for (let from = 0; from < text.length; from += PIECE) {
    for (const { 0: run, index } of text.slice(from, from + PIECE + OVERLAP).matchAll(RUN)) {
      if (index >= PIECE) break
      const values = valuesOf(run)
      const start = from + index
      for (let skip = 0; skip < 4; skip++) {
        yield { text: lenient.decode(bytesOf(values.subarray(skip))), start, end: start + run.length }
      }
    }
    yield undefined
  }
}

function valuesOf(run: string): Uint8Array {
  const values = new Uint8Array(run.length)
  let length = 0
  for (let index = 0; index < run.length; index++) {
    const value = VALUES[run.charCodeAt(index)] ?? -1
    if (value >= 0) values[length++] = value
  }
  return values.subarray(0, length)
}

/** Three bytes for each four digits. */
function bytesOf(values: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.floor((values.length * 3) / 4))
  for (let at = 0; at < bytes.length; at++) {
    const digit = at + Math.floor(at / 3)
    const first = values[digit] ?? 0
    const second = values[digit + 1] ?? 0
    const shift = 2 * (at % 3)
    // Of each three bytes the first has 6 bits of one digit and 2 of the next one, then 4 and 4, 2 and 6.
    bytes[at] = (first << (2 + shift)) | (second >> (4 - shift))
  }
  return bytes
}
