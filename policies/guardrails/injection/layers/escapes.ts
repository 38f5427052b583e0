import { type Mapped, mappedWriter } from '../read/mapped.js'
import type { Layer } from './layer.js'

const NAMED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['zwnj', '\u200c'],
  ['zwj', '\u200d'],
  ['shy', '\u00ad'],
  ['lbrace', '{'],
  ['newline', '\n'],
  ['tab', '\t'],
])

interface Escape {
  readonly character: string
  readonly end: number
}

/** The text with everything written out that was escaped for a URL, HTML, JSON, code or mail; none where nothing was. */
export function escapeLayer(from: Mapped): readonly Layer[] {
  const { text, starts, ends } = from
  if (!/[%&\\=]/.test(text)) return []
  const writer = mappedWriter()
  let plain = 0
  let hidden = 0
  let first = -1
  for (let at = 0; at < text.length; ) {
    const found = escapeAt(text, at)
    const end = found?.end ?? at + 1
    writer.write(found === undefined ? (text[at] ?? '') : shown(found.character), starts[at] ?? 0, ends[end - 1] ?? 0)
    if (found !== undefined) {
      if (first < 0) first = at
      plain++
      if (/[\p{L}\p{N}]/u.test(found.character)) hidden++
    }
    at = end
  }
  if (plain === 0) return []
  // Letters that need no escape.
  return [{ kind: hidden > 1 ? 'escaped' : 'plain', content: writer.done(), at: first }]
}

/** Characters of control do nothing where they are only named. */
function shown(character: string): string {
  const code = character.charCodeAt(0)
  return code === 0x7f || (code < 32 && code !== 9 && code !== 10 && code !== 13) ? ' ' : character
}

function escapeAt(text: string, at: number): Escape | undefined {
  switch (text[at]) {
    case '%':
      return percent(text, at)
    case '&':
      return entity(text, at)
    case '\\':
      return backslash(text, at)
    case '=':
      return quotedPrintable(text, at)
  }
  return undefined
}

const HEX2 = /^[0-9a-f]{2}$/i

function hexAt(text: string, at: number, length: number): number {
  const digits = text.slice(at, at + length)
  return digits.length === length && /^[0-9a-f]+$/i.test(digits) ? Number.parseInt(digits, 16) : -1
}

/** Some bytes in a row are one character where that is not ASCII. */
function percent(text: string, at: number): Escape | undefined {
  const bytes: number[] = []
  let end = at
  for (; text[end] === '%' && HEX2.test(text.slice(end + 1, end + 3)) && bytes.length < 4; end += 3) {
    const byte = hexAt(text, end + 1, 2)
    if (bytes.length > 0 && (byte & 0xc0) !== 0x80) break
    bytes.push(byte)
    if (byte < 0x80) {
      end += 3
      break
    }
  }
  if (bytes.length === 0) return undefined
  return { character: new TextDecoder().decode(Uint8Array.from(bytes)), end }
}

const LONGEST_ENTITY = 10

function entity(text: string, at: number): Escape | undefined {
  const written = text.slice(at + 1, at + LONGEST_ENTITY)
  const length = written.indexOf(';')
  if (length < 1) return undefined
  const name = written.slice(0, length).toLowerCase()
  const code = name.startsWith('#x')
    ? Number.parseInt(name.slice(2), 16)
    : name.startsWith('#')
      ? Number(name.slice(1))
      : Number.NaN
  const character = Number.isInteger(code) ? characterOf(code) : NAMED.get(name)
  return character === undefined ? undefined : { character, end: at + length + 2 }
}

function characterOf(code: number): string | undefined {
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : undefined
}

const SHORT: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\n', '"': '"', "'": "'", '/': '/' }

function backslash(text: string, at: number): Escape | undefined {
  const kind = text[at + 1] ?? ''
  if (kind === 'x' || kind === 'u') {
    const length = kind === 'x' ? 2 : 4
    const code = hexAt(text, at + 2, length)
    return code < 0 ? undefined : { character: String.fromCharCode(code), end: at + 2 + length }
  }
  const character = SHORT[kind]
  // Folders of another system begin with the same letters.
  if (character === undefined || (/[ntr]/.test(kind) && /[a-z]:$|\w\\\w+$/i.test(text.slice(Math.max(0, at - 12), at))))
    return undefined
  return { character, end: at + 2 }
}

/** Only printable characters, in capitals, as the standard wants: `=` stands in code and addresses. */
function quotedPrintable(text: string, at: number): Escape | undefined {
  const digits = text.slice(at + 1, at + 3)
  if (!/^[2-7][0-9A-F]$/.test(digits) || !/^=[0-9A-F]{2}/.test(text.slice(at + 3, at + 6))) {
    if (!/^[2-7][0-9A-F]$/.test(digits) || !/=[0-9A-F]{2}$/.test(text.slice(Math.max(0, at - 3), at))) return undefined
  }
  return { character: String.fromCharCode(Number.parseInt(digits, 16)), end: at + 3 }
}
