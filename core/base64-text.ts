import { isLongText } from './json-in-text.js'
import { utf8InSteps } from './json-writer.js'
import type { Steps } from './turns.js'

/** Letters of base64 that are read in one step, and units that it takes; whole groups of four. */
const READ = 64 * 1024
const READ_UNITS = 1024

/** Bytes that are written in one step; whole groups of three. */
const WRITTEN = 48 * 1024
const WRITTEN_UNITS = 512

/** Letters of either alphabet, and breaks: what every reader of base64 (RFC 4648) reads alike, in pieces too. */
const PLAIN = /^[A-Za-z0-9+/_\-\s]*$/

/** The base64 of a text's UTF-8, in steps where it is long; piece by piece, of which only the last may be padded. */
export function* base64Pieces(text: string, form: 'base64' | 'base64url'): Steps<string[]> {
  const bytes = isLongText(text) ? yield* utf8InSteps(text) : Buffer.from(text, 'utf8')
  const pieces: string[] = []
  for (let from = 0; from < bytes.length; from += WRITTEN) {
    if (from > 0) yield WRITTEN_UNITS
    const piece = bytes.subarray(from, from + WRITTEN)
    pieces.push(Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString(form))
  }
  return pieces
}

/** The base64 of a text's UTF-8, in steps where it is long. */
export function* base64Of(text: string): Steps<string> {
  return (yield* base64Pieces(text, 'base64')).join('')
}

/**
 * The text that stands in base64 as UTF-8, in steps where it is long. What is no base64 is read as far as `Buffer` reads it, and bytes
 * that are no UTF-8 become U+FFFD.
 */
export function* textInBase64(data: string): Steps<string> {
  const end = data.length - (/=*\s*$/.exec(data.slice(-READ))?.[0].length ?? 0)
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
  const pieces: string[] = []
  let letters = ''
  for (let from = 0; from < end; from += READ) {
    if (from > 0) yield READ_UNITS
    const piece = data.slice(from, Math.min(end, from + READ))
    if (!PLAIN.test(piece)) return Buffer.from(data, 'base64').toString('utf8')
    letters += piece.replace(/\s+/g, '')
    const whole = letters.length - (letters.length % 4)
    pieces.push(utf8.decode(Buffer.from(letters.slice(0, whole), 'base64'), { stream: true }))
    letters = letters.slice(whole)
  }
  pieces.push(utf8.decode(Buffer.from(letters, 'base64')))
  return pieces.join('')
}
