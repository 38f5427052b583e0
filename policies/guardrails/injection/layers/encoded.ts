import { type Mapped, standingFor } from '../read/mapped.js'
import { ALPHABETS, textOf } from './bytes.js'
import type { Layer } from './layer.js'
import { isProse } from './prose.js'

/** Texts that were encoded as base64, base32, hexadecimal or binary digits, or as numbers of characters. */
export function encodedLayers(from: Mapped): readonly Layer[] {
  return [...runs(from), ...groups(from)]
}

const LONGEST_RUN = 8192

/** Runs of an alphabet; of overlapping ones the first alphabet's that makes sense. */
function runs(from: Mapped): readonly Layer[] {
  const { text } = from
  const layers: Layer[] = []
  for (let at = 0; at < text.length; ) {
    if (!isAlphabet(text.charCodeAt(at))) {
      at++
      continue
    }
    const start = at
    while (
      at < text.length &&
      at - start < LONGEST_RUN &&
      (isAlphabet(text.charCodeAt(at)) || joinsLines(text, at, start))
    )
      at++
    const end = at
    while (at < text.length && text[at] === '=') at++
    const run = text.slice(start, end).replace(/\s/g, '')
    const content = run.length < 16 ? undefined : decoded(run)
    if (content !== undefined)
      layers.push({ kind: 'encoded', content: standingFor(content, from, start, at), at: start })
  }
  return layers
}

function isAlphabet(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 43 ||
    code === 47 ||
    code === 45 ||
    code === 95
  )
}

const LINE = 60

/** Encoders break lines at 64 or 76. */
function joinsLines(text: string, at: number, start: number): boolean {
  return (
    text[at] === '\n' &&
    at - start >= LINE &&
    isAlphabet(text.charCodeAt(at + 1)) &&
    !text.slice(Math.max(start, at - LINE), at).includes('\n')
  )
}

function decoded(run: string): string | undefined {
  for (const { holds, shortest, decode } of ALPHABETS) {
    if (run.length < shortest) continue
    let all = true
    for (let index = 0; index < run.length && all; index++) all = holds(run.charCodeAt(index))
    if (!all) continue
    for (const bytes of decode(run)) {
      const content = textOf(bytes).replace(/\ufffd$/, '')
      if (content.length > 6 && isProse(content)) return content
    }
  }
  return undefined
}

/** Numbers of characters, one by one: `73 103 110`, `0x49 0x67`, `\x49\x67`, `01001001 01100111`, `49:67:6e`. */
function groups(from: Mapped): readonly Layer[] {
  const { text } = from
  const layers: Layer[] = []
  const LEAST = 6
  for (let at = 0; at < text.length; ) {
    const first = isHexDigit(text.charCodeAt(at)) || text[at] === '\\' ? groupAt(text, at) : undefined
    if (first === undefined) {
      at++
      while (at < text.length && isHexDigit(text.charCodeAt(at - 1)) && isHexDigit(text.charCodeAt(at))) at++
      continue
    }
    const start = at
    const read: string[] = []
    for (
      let group: Group | undefined = first;
      group !== undefined && read.length < LONGEST_RUN;
      group = groupAt(text, at)
    ) {
      read.push(group.digits)
      at = group.end
    }
    const content = read.length < LEAST ? undefined : charactersOf(read, first.base)
    if (content !== undefined)
      layers.push({ kind: 'encoded', content: standingFor(content, from, start, at), at: start })
  }
  return layers
}

interface Group {
  readonly digits: string
  readonly base: 2 | 16 | undefined
  readonly end: number
}

/** Two or three digits, or eight binary ones, what says which kind they are before them, and a separator behind them. */
function groupAt(text: string, from: number): Group | undefined {
  let at = from
  let base: Group['base']
  const prefix = text.slice(at, at + 2).toLowerCase()
  if (prefix === '0x' || prefix === '\\x') {
    base = 16
    at += 2
  } else if (isHexDigit(text.charCodeAt(at - 1)) && from > 0) return undefined
  const start = at
  while (at - start < 9 && isHexDigit(text.charCodeAt(at))) at++
  const digits = text.slice(start, at)
  if (/^[01]{8}$/.test(digits)) base = 2
  else if (digits.length < 2 || digits.length > 3) return undefined
  const separator = /^(?:, ?|[ :;|/-]|\n)/.exec(text.slice(at, at + 2))?.[0] ?? ''
  return { digits, base, end: at + separator.length }
}

function isHexDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102)
}

function charactersOf(groups: readonly string[], base: Group['base']): string | undefined {
  for (const radix of base === undefined ? [16, 10] : [base]) {
    const codes = groups.map((digits) => Number.parseInt(digits, radix))
    if (codes.some((code) => !(code >= 9 && code < 127))) continue
    const content = String.fromCharCode(...codes.slice(0, 4000))
    if (isProse(content)) return content
  }
  return undefined
}
