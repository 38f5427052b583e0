import { classAt, codeAt, WORD } from '../../detect/scan/characters.js'
import { look, type Scan } from '../../detect/scan/state.js'
import type { SecretIndex } from '../compile.js'
import { BY_LOOK, offerSecret } from './offer-secret.js'

const DASHES = '-----'
const HEADING = /^BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----/
const LONGEST_HEADING = 64
/** A key is at least this long, without its heading. */
const SHORTEST_BODY = 64
/** Keys are read so far: more than the longest of RSA has, and as much as streams hold back. */
export const LONGEST_KEY = 16_384
const END = '-----END '

/** Proposes the private key whose heading (RFC 7468) has the word BEGIN at `start`: up to its end, or else as far as base64 goes. */
export function readPrivateKey(scan: Scan, { places }: SecretIndex, start: number, end: number): void {
  const { text } = scan
  if (end - start !== 5 || !text.startsWith('BEGIN', start) || !text.startsWith(DASHES, start - 5)) return
  const heading = HEADING.exec(text.slice(start, start + LONGEST_HEADING))
  look(scan, headingLook(scan, start))
  if (!heading) return
  const body = start + heading[0].length
  const stop = Math.min(text.length, start + LONGEST_KEY)
  const last = keyEnd(scan, body, stop)
  scan.steps += last.at - start
  look(scan, last.at)
  if (last.body - body >= SHORTEST_BODY) offerSecret(scan, places.privateKey, start, last.at, BY_LOOK)
}

/** How far it takes to see that this is no heading. */
function headingLook({ codes }: Scan, start: number): number {
  let index = start
  const limit = start + LONGEST_HEADING
  while (index < limit && (codeAt(codes, index) === 32 || classAt(codes, index) & WORD || codeAt(codes, index) === 45))
    index++
  return index
}

/** Where the key ends, and the part that is its body. */
function keyEnd(scan: Scan, body: number, stop: number): { readonly at: number; readonly body: number } {
  const { text, codes } = scan
  let index = body
  for (; index < stop; index++) {
    if (codeAt(codes, index) === 45 && text.startsWith(DASHES, index)) return footAt(scan, index)
    if (!isBody(codeAt(codes, index))) break
  }
  return { at: index, body: index }
}

/** The body ends at the dashes at `index`; the key behind its foot, where that is one. */
function footAt(scan: Scan, index: number): { readonly at: number; readonly body: number } {
  let same = 0
  while (same < END.length && scan.text[index + same] === END[same]) same++
  look(scan, index + same)
  return { at: same === END.length ? footEnd(scan.text, index + same) : index, body: index }
}

/** What keys, their headers (RFC 1421) and their line breaks, escaped or not, are made of. */
function isBody(code: number): boolean {
  return (
    (code >= 43 && code <= 58) ||
    (code >= 64 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 61 ||
    code === 92 ||
    code === 32 ||
    code === 10 ||
    code === 13 ||
    code === 9 ||
    code === 34
  )
}

function footEnd(text: string, from: number): number {
  const foot = /^[A-Z0-9 ]{0,59}-{0,5}/.exec(text.slice(from, from + LONGEST_HEADING))
  return from + (foot?.[0].length ?? 0)
}
