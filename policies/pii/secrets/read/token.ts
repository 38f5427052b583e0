import { classAt, codeAt, WORD } from '../../detect/scan/characters.js'
import type { Scan } from '../../detect/scan/state.js'
import type { AnchoredShape, SecretIndex } from '../compile.js'
import { BY_LOOK, offerSecret, tokenEnd } from './offer-secret.js'

const DASH = 45
const DOT = 46
const BACKSLASH = 92

/** Whether a token may begin at `start`: it is no part of a word with dashes. */
function mayStart(scan: Scan, start: number): boolean {
  const before = codeAt(scan.codes, start - 1)
  return before !== DASH || !(classAt(scan.codes, start - 2) & WORD)
}

/** Proposes the tokens that are known by their look and begin with the letters and digits [start, end). */
export function readToken(scan: Scan, index: SecretIndex, start: number, end: number): void {
  readBeginning(scan, index, start, end)
  if (isEscaped(scan, start)) readBeginning(scan, index, start + 1, end)
  const after = scan.codes[end] ?? 0
  if (index.anchors[after] === 0) return
  for (const shape of index.anchored.get(after) ?? []) readAnchored(scan, shape, start, end)
}

/** Whether the first letter is that of an escaped line break or tab: `\nAKIA...` in a string of a program. */
function isEscaped({ codes }: Scan, start: number): boolean {
  const first = codeAt(codes, start)
  return codeAt(codes, start - 1) === BACKSLASH && (first === 110 || first === 114 || first === 116)
}

function readBeginning(scan: Scan, { pairs, buckets }: SecretIndex, start: number, end: number): void {
  const first = codeAt(scan.codes, start)
  const second = codeAt(scan.codes, start + 1)
  if ((first | second) > 127) return
  const bucket = pairs[(first << 7) | second] ?? 0
  if (bucket === 0) return
  const after = codeAt(scan.codes, end)
  const dotted = codeAt(scan.codes, start - 1) === DOT
  for (const token of buckets[bucket - 1] ?? []) {
    const { least, most, next } = token.shape.lead
    if (end - start < least || end - start > most || (next >= 0 && after !== next)) continue
    if ((dotted && !token.host) || !mayStart(scan, start)) continue
    const last = tokenEnd(scan, token, start)
    if (last >= 0) offerSecret(scan, token.rule, start, last, BY_LOOK)
  }
}

/** Reads back from the sign at `end`; what is before the present letters and digits may have gone out already and stays. */
function readAnchored(scan: Scan, shape: AnchoredShape, start: number, end: number): void {
  for (let length = shape.least; length <= shape.most; length++) {
    const first = end - length
    if (first < 0 || classAt(scan.codes, first - 1) & WORD || codeAt(scan.codes, first - 1) === 95) continue
    const last = tokenEnd(scan, shape, first)
    if (last >= 0) offerSecret(scan, shape.rule, Math.max(first, start), last, BY_LOOK)
  }
}
