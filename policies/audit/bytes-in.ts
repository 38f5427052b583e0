import type { Steps } from '../../core/turns.js'

/** Characters that are looked at between two yields, and units that they take. */
const PIECE = 16 * 1024
const PIECE_UNITS = 1024

/** How many bytes base64 stands for. */
export function* bytesIn(base64: string): Steps<number> {
  let { length } = base64
  // Not by an expression: from each of many `=` it would look for the last one.
  while (length > 0 && base64.charAt(length - 1) === '=') {
    if (--length % PIECE === 0) yield PIECE_UNITS
  }
  return Math.floor((length * 3) / 4)
}
