import { displayOrder, hasOverride } from './bidi.js'
import { foldedCharacter, isAsciiLetter, isInvisible, selectorByte, tagCharacter } from './characters.js'
import { foldWords } from './fold-words.js'
import { type Mapped, mappedWriter, standingFor } from './mapped.js'

/** What a text was disguised with; each is found at a place of the normalised text. */
export const MARKS = [
  'invisible',
  'override',
  'deletion',
  'mixed',
  'styled',
  'stacked',
  'tags',
  'leet',
  'spaced',
] as const
type MarkKind = (typeof MARKS)[number]

export interface Mark {
  readonly kind: MarkKind
  /** Index into the normalised text. */
  readonly at: number
}

/** A text as a reader sees it: small letters, Latin where it looks Latin, nothing hidden. */
export interface Normal extends Mapped {
  readonly marks: readonly Mark[]
  /** What nobody sees, said in characters that show nothing. */
  readonly hidden: readonly Mapped[]
}

const BLACK_FLAG = 0x1f3f4
const CANCEL_TAG = 0xe007f
/** Fewer in a row are a flag or an accident. */
const LEAST_HIDDEN = 4
/** More than this behind a black flag are no region. */
const LONGEST_FLAG = 7
const FOLDED_WIDTH = 0xff00

interface Reading {
  readonly from: Mapped
  readonly writer: ReturnType<typeof mappedWriter>
  readonly marks: Mark[]
  readonly hidden: Mapped[]
  /** What the characters that show nothing have said so far, and the first and last of them. */
  secret: number[]
  secretStart: number
  secretEnd: number
  /** The code point before, as it stood there. */
  before: number
  flag: boolean
  stacked: number
}

/** Undoes what hides a text from a scanner and not from its reader, and finds what is hidden from the reader. */
export function normalise(from: Mapped): Normal {
  const { text } = from
  if (/^[\t\n\r -~]*$/.test(text)) return { ...from, text: text.toLowerCase(), marks: [], hidden: [] }
  const order = hasOverride(text) ? displayOrder(text) : undefined
  const reading: Reading = {
    ...{ from, writer: mappedWriter(), marks: [], hidden: [], secret: [], secretStart: 0, secretEnd: 0 },
    ...{ before: 0, flag: false, stacked: 0 },
  }
  for (let at = 0; at < text.length; at++) {
    const index = order?.[at] ?? at
    const code = text.codePointAt(index) ?? 0
    read(reading, code, index, index + (code > 0xffff ? 2 : 1))
    if (code > 0xffff) at++
  }
  endSecret(reading)
  const written = reading.writer.done()
  const { text: folded, mixed } = foldWords(written.text)
  const marks = [...reading.marks, ...mixed.map((at): Mark => ({ kind: 'mixed', at }))]
  return { ...written, text: folded, marks, hidden: reading.hidden }
}

function read(reading: Reading, code: number, start: number, end: number): void {
  const { writer, marks, from } = reading
  if (code < 0x80 && code >= 0x20 && code !== 0x7f) {
    if (reading.secret.length > 0) endSecret(reading)
    const upper = code >= 65 && code <= 90
    writer.write(String.fromCharCode(upper ? code + 32 : code), from.starts[start] ?? 0, from.ends[start] ?? 0)
    reading.before = code
    reading.flag = false
    reading.stacked = 0
    return
  }
  if (code === 8 || code === 0x7f) {
    if (writer.length() === 0) return
    marks.push({ kind: 'deletion', at: writer.length() })
    writer.back()
    return
  }
  if (secretly(reading, code, start, end)) return
  if (isInvisible(code)) {
    invisible(reading, code, start)
    return
  }
  const plain = foldedCharacter(code)
  if (plain === '') {
    if (++reading.stacked === 3) marks.push({ kind: 'stacked', at: writer.length() })
    return
  }
  reading.stacked = 0
  if (isStyled(code, plain)) marks.push({ kind: 'styled', at: writer.length() })
  writer.write(plain, from.starts[start] ?? 0, from.ends[end - 1] ?? 0)
  reading.before = code
  reading.flag = code === BLACK_FLAG
}

/** A form of an ASCII letter that no keyboard has: mathematical, circled, of full width. */
function isStyled(code: number, plain: string): boolean {
  return (
    (code >= FOLDED_WIDTH || (code >= 0x2460 && code <= 0x24ff)) &&
    plain.length === 1 &&
    isAsciiLetter(plain.charCodeAt(0))
  )
}

/** Takes in tags and runs of variation selectors, which can say anything without being seen. */
function secretly(reading: Reading, code: number, start: number, end: number): boolean {
  const tag = tagCharacter(code)
  const byte = tag < 0 ? selectorByte(code) : -1
  if (code === CANCEL_TAG) {
    endSecret(reading)
    reading.flag = false
    return true
  }
  if (tag < 0 && byte < 0) {
    if (reading.secret.length > 0) endSecret(reading)
    return false
  }
  if (reading.secret.length === 0) reading.secretStart = start
  reading.secret.push(tag < 0 ? byte : tag)
  reading.secretEnd = end
  return true
}

function endSecret(reading: Reading): void {
  const { secret, from, secretStart, secretEnd, marks, writer } = reading
  reading.secret = []
  if (secret.length < (reading.flag ? LONGEST_FLAG : LEAST_HIDDEN)) return
  marks.push({ kind: 'tags', at: writer.length() })
  const text = String.fromCharCode(...secret.slice(0, 4000).map((byte) => (byte >= 32 && byte < 127 ? byte : 32)))
  reading.hidden.push(standingFor(text, from, secretStart, secretEnd))
}

/** Joiners belong between emoji and in the scripts that need them; between Latin letters they hide something. */
function invisible({ before, from, marks, writer }: Reading, code: number, at: number): void {
  if (code === 0x202e || code === 0x202d) {
    if (latinNear(from.text, at)) marks.push({ kind: 'override', at: writer.length() })
    return
  }
  if (code === 0xad || code === 0x200e || code === 0x200f || (code >= 0x202a && code <= 0x202c)) return
  const after = from.text.charCodeAt(at + 1)
  const before2 = from.text.charCodeAt(at - 1)
  const run = isInvisible(after) && isInvisible(before2)
  if ((isAsciiLetter(before) && isAsciiLetter(after)) || run) marks.push({ kind: 'invisible', at: writer.length() })
}

function latinNear(text: string, at: number): boolean {
  for (let index = at + 1; index < Math.min(text.length, at + 12); index++) {
    if (isAsciiLetter(text.charCodeAt(index))) return true
  }
  return false
}
