import { type Codes, classAt, codeAt, WORD } from './characters.js'
import { look, type Scan } from './state.js'

const LONGEST_HOST = 253

/** A host name in the text: where it ends, and its last label in lower case. */
export interface Host {
  readonly end: number
  readonly topLevel: string
  readonly labels: number
}

const WRITTEN_DOT = /^ ?(?:\[ ?(?:dot|\.) ?\]|\( ?(?:dot|\.) ?\)|\{ ?(?:dot|\.) ?\}|<dot>) ?/i
const SPOKEN_DOT = /^ dot (?=[a-z\d])/i
const LONGEST_DOT = 9

/** The length of the dot at `index`: as it is, in brackets, and where `spoken` is said as a word; 0 where there is none. */
function dotLength(scan: Scan, index: number, spoken: boolean): number {
  const { text } = scan
  const first = text[index] ?? ''
  if (first === '.') return 1
  if (!' [({<'.includes(first) || first === '') return 0
  const ahead = text.slice(index, index + LONGEST_DOT)
  const length = (WRITTEN_DOT.exec(ahead) ?? (spoken ? SPOKEN_DOT.exec(ahead) : null))?.[0].length ?? 0
  look(scan, lookedAt(text, index, ahead, length))
  return length
}

/** How far it takes to see that these are no written dots: the first character that fits none of them. */
function lookedAt(text: string, index: number, ahead: string, length: number): number {
  if (length > 0) return index + length
  const fits = /^[ [({<]*[dD.]?[oO]?[tT]?[ \])}>]*/.exec(ahead)?.[0].length ?? 0
  return Math.min(index + fits, text.length)
}

function labelEnd(codes: Codes, start: number): number {
  let end = start
  while (end - start < 64 && (classAt(codes, end) & WORD || codeAt(codes, end) === 45)) end++
  return end
}

/** Reads a host name from `start`; the longest one that ends with a label of letters. */
export function readHost(scan: Scan, start: number, spoken: boolean): Host | undefined {
  const { text } = scan
  let found: Host | undefined
  let index = start
  for (let labels = 1; index - start <= LONGEST_HOST; labels++) {
    const end = labelEnd(scan.codes, index)
    look(scan, end)
    if (end === index || text[index] === '-') break
    const label = text.slice(index, end).replace(/-+$/, '')
    if (labels > 1 && /^(?:[a-z]{2,24}|xn--[a-z\d-]+)$/i.test(label)) {
      found = { end: index + label.length, topLevel: label.toLowerCase(), labels }
    }
    const dot = dotLength(scan, end, spoken)
    if (dot === 0) break
    index = end + dot
  }
  scan.steps += index - start
  return found
}
