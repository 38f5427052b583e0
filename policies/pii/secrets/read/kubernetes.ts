import { classAt, codeAt, WORD } from '../../detect/scan/characters.js'
import { look, type Scan } from '../../detect/scan/state.js'
import { ALPHABETS, GROUP_OF } from '../alphabet.js'
import type { SecretIndex } from '../compile.js'
import { BY_USE, offerSecret } from './offer-secret.js'

const BASE64 = ALPHABETS.base64 ?? 0
const SHORTEST = 10
const LONGEST = 8192
/** The name before a value with its indentation. */
const LONGEST_NAME = 120
/** The manifest is looked at so far before and behind a value. */
const REACH_BACK = 640
const REACH_AHEAD = 400
const KIND = /(?:^|\n)[ \t]*kind:[ \t]*["']?secret["']?[ \t]*(?:\r?\n|$)/i

/** Proposes the base64 value at `start` of an entry below `data:` in a manifest of the kind Secret. */
export function readKubernetes(scan: Scan, { places }: SecretIndex, start: number, end: number): void {
  if (end - start < SHORTEST && !((GROUP_OF[codeAt(scan.codes, end)] ?? 0) & BASE64)) return
  if (places.kubernetes < 0 || !isValuePlace(scan, start)) return
  const last = base64End(scan, start)
  if (last - start < SHORTEST || !endsLine(codeAt(scan.codes, last))) return
  const before = scan.text.slice(Math.max(0, start - REACH_BACK), start)
  scan.steps += REACH_BACK
  if (!isBelowData(before)) return
  const kind = KIND.test(document(before, 'last')) || KIND.test(documentAhead(scan, last))
  if (kind) offerSecret(scan, places.kubernetes, start, last, BY_USE)
}

/** Whether a value may stand at `start`: behind `name: ` on an indented line, or alone on one. */
function isValuePlace({ codes }: Scan, start: number): boolean {
  let index = start - 1
  if (codeAt(codes, index) === 34 || codeAt(codes, index) === 39) index--
  if (!isBlank(codeAt(codes, index))) return false
  while (start - index < LONGEST_NAME && isBlank(codeAt(codes, index))) index--
  if (codeAt(codes, index) === 58) {
    index--
    while (start - index < LONGEST_NAME && isName(codes, index)) index--
    if (!isBlank(codeAt(codes, index))) return false
    while (start - index < LONGEST_NAME && isBlank(codeAt(codes, index))) index--
  }
  return codeAt(codes, index) === 10
}

function endsLine(code: number): boolean {
  return code === 10 || code === 13 || code === 34 || code === 39 || code === 0 || isBlank(code)
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}

function isName(codes: Uint16Array, index: number): boolean {
  const code = codeAt(codes, index)
  return (classAt(codes, index) & WORD) !== 0 || code === 45 || code === 46 || code === 95
}

/** Whether the line above with less indentation is `data:`, of a folded value that of its entry. */
function isBelowData(before: string): boolean {
  const lines = before.split('\n')
  let indent = indentOf(lines.at(-1) ?? '')
  let entry = /\S/.test(lines.at(-1) ?? '')
  for (let index = lines.length - 2; index >= 0; index--) {
    const line = lines[index] ?? ''
    if (line.trim() === '' || line.trim().startsWith('#') || indentOf(line) >= indent) continue
    if (/^\s*data:\s*$/.test(line)) return entry
    if (entry || !/:[ \t]*[|>][-+]?\s*$/.test(line)) return false
    entry = true
    indent = indentOf(line)
  }
  return false
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}

function document(text: string, which: 'first' | 'last'): string {
  const parts = text.split(/\n---/)
  return (which === 'last' ? parts.at(-1) : parts[0]) ?? ''
}

function documentAhead(scan: Scan, from: number): string {
  look(scan, Math.min(from + REACH_AHEAD, scan.text.length))
  scan.steps += REACH_AHEAD
  return document(scan.text.slice(from, from + REACH_AHEAD), 'first')
}

function base64End(scan: Scan, start: number): number {
  let end = start
  while (end - start < LONGEST && (GROUP_OF[codeAt(scan.codes, end)] ?? 0) & BASE64) end++
  for (let padding = 0; padding < 3 && codeAt(scan.codes, end) === 61; padding++) end++
  look(scan, end)
  scan.steps += end - start
  return end
}
