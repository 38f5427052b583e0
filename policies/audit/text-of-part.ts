import type { Steps } from '../../core/turns.js'
import type { Said } from './said.js'

/** Characters that are looked at between two yields, and units that they take. */
const PIECE = 16 * 1024
const PIECE_UNITS = 512

/** Whether a piece is what people write, in which nothing is escaped. */
export function* isProse({ text = '', kind }: Said): Steps<boolean> {
  if (kind !== 'text' && kind !== 'reasoning' && kind !== 'refusal') return false
  for (let from = 0; from < text.length; from += PIECE) {
    const [first] = /\S/.exec(text.slice(from, from + PIECE)) ?? []
    if (first !== undefined) return !'[{"'.includes(first)
    yield PIECE_UNITS
  }
  return true
}

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(.))/g
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: ' ', f: ' ' }

/** Escapes that are read between two yields, and units that one takes. */
const TOGETHER = 128
const ESCAPE_UNITS = 4

/** A part of JSON without its escapes. */
export function* unescaped(json: string): Steps<string> {
  yield 1 + json.length / 64
  const pieces: string[] = []
  let at = 0
  let read = 0
  for (const { 0: all, 1: code, 2: letter = '', index } of json.matchAll(ESCAPE)) {
    if (read++ % TOGETHER === 0) yield TOGETHER * ESCAPE_UNITS
    const meant = code === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16))
    pieces.push(json.slice(at, index), meant)
    at = index + all.length
  }
  pieces.push(json.slice(at))
  return pieces.join('')
}
