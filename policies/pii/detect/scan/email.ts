import { type Codes, characterClass, classAt, codeAt, DIGIT, LETTER, OTHER_LETTER, WORD } from './characters.js'
import { isFileEnding, isKnownDomain } from './domains.js'
import { type Host, readHost } from './host.js'
import { offer } from './offer.js'
import { look, type Scan } from './state.js'

/** RFC 5321, 4.5.3.1.1. */
const LONGEST_LOCAL_PART = 64
const AT = 64
const DOT = 46
const PERCENT = 37
const SPACE = 32

/** Units of a local part: 1 letters and digits, 2 punctuation. Not all that RFC 5322 allows, but what addresses have. */
const LOCAL = Uint8Array.from({ length: 0x10000 }, (_, code) => {
  if (characterClass(code) & (DIGIT | LETTER | OTHER_LETTER)) return 1
  return "._%+-'".includes(String.fromCharCode(code)) ? 2 : 0
})

const UPI_HANDLES = new Set(
  'upi ybl ibl axl apl paytm okaxis oksbi okhdfcbank okicici sbi hdfcbank icici axisbank kotak barodampay pnb airtel jupiteraxis'.split(
    ' ',
  ),
)

/** Whether a local part may begin at `start`: only punctuation is between it and what is no part of one. */
export function beginsLocalPart(codes: Codes, start: number): boolean {
  let index = start - 1
  while (start - index <= 4 && LOCAL[codeAt(codes, index)] === 2) index--
  return !(classAt(codes, index) & WORD)
}

const WRITTEN_AT = /^(?: ?(?:\[ ?(?:at|@) ?\]|\( ?(?:at|@) ?\)|\{ ?(?:at|@) ?\}|<at>) ?| @ )/i
const SPOKEN_AT = /^ at (?=[a-z\d])/i
const LONGEST_AT = 8

interface At {
  readonly length: number
  readonly spoken: boolean
}

function isBracket(code: number): boolean {
  return code === 91 || code === 40 || code === 123 || code === 60
}

/** Units that an address may go on with behind its first token: 1 always, 2 where a written "at" may follow. */
const GOES_ON = Uint8Array.from({ length: 0x10000 }, (_, code) => {
  if (code === AT || LOCAL[code] === 2) return 1
  return code === SPACE || isBracket(code) ? 2 : 0
})

/** Whether an address may begin with the token that ends at `end`; most are none, after one look ahead. */
export function mayBeAddress(scan: Scan, end: number): boolean {
  const next = GOES_ON[scan.codes[end] ?? 0] ?? 0
  return next === 1 || (next === 2 && mayBeWritten(scan, end))
}

/** Whether " at", "[at" or the like may stand at `index`; most words end here, after one look. */
function mayBeWritten(scan: Scan, index: number): boolean {
  look(scan, index + 1)
  const second = scan.codes[index + 1] ?? 0
  if (second === AT || isBracket(second)) return true
  if (second === SPACE) return scan.codes[index] !== SPACE
  if ((second | 32) !== 97) return false
  look(scan, index + 2)
  if ((codeAt(scan.codes, index + 2) | 32) !== 116) return false
  look(scan, index + 3)
  return !(classAt(scan.codes, index + 3) & WORD)
}

function atSign(scan: Scan, index: number): At | undefined {
  if (codeAt(scan.codes, index) === AT) return { length: 1, spoken: false }
  if (GOES_ON[codeAt(scan.codes, index)] !== 2 || !mayBeWritten(scan, index)) return undefined
  const ahead = scan.text.slice(index, index + LONGEST_AT)
  const fits = /^[ [({<]*[aA@]?[tT]?[ \])}>]*/.exec(ahead)?.[0].length ?? 0
  look(scan, Math.min(index + fits, scan.text.length))
  const written = WRITTEN_AT.exec(ahead)
  if (written) return { length: written[0].length, spoken: false }
  const spoken = SPOKEN_AT.exec(ahead)
  return spoken ? { length: spoken[0].length, spoken: true } : undefined
}

function ownConfidence(host: Host, at: At): number {
  if (isKnownDomain(host.topLevel)) return at.length === 1 ? 0.95 : 0.75
  return at.length === 1 && !isFileEnding(host.topLevel) ? 0.6 : 0
}

/** A spoken "at" needs a spoken "dot", and a name before it: "look at example.com", "at 5 dot com" are none. */
function saysDot(text: string, from: number, host: Host): boolean {
  return /[ [({<]dot[ \])}>]/i.test(text.slice(from, host.end))
}

function readUpi(scan: Scan, start: number, at: number): void {
  let end = at + 1
  while (end - at < 16 && classAt(scan.codes, end) & LETTER) end++
  look(scan, end)
  if (classAt(scan.codes, end) & WORD || scan.text[end] === '.') return
  if (UPI_HANDLES.has(scan.text.slice(at + 1, end).toLowerCase())) {
    offer(scan, scan.rules.places.upi, 0.8, start, end, 'email')
  }
}

/** `git@host:path` is where a repository is. */
function isRemote(scan: Scan, start: number, at: number, end: number): boolean {
  look(scan, end)
  return scan.text[end] === ':' && scan.text.slice(start, at) === 'git'
}

/** Where the local part ends that the token [start, token) begins: at what it cannot have, or %40. */
function localEnd(scan: Scan, start: number, token: number): number {
  const { codes } = scan
  let end = token
  while (end - start <= LONGEST_LOCAL_PART && LOCAL[codeAt(codes, end)]) {
    if (codeAt(codes, end) === PERCENT && codeAt(codes, end + 1) === 52 && codeAt(codes, end + 2) === 48) break
    end++
  }
  look(scan, end)
  scan.steps += end - token
  return end
}

/** Proposes the address whose local part begins with the token [start, token), also with its @ escaped (%40) or in words. */
export function readEmail(scan: Scan, start: number, token: number): void {
  const end = localEnd(scan, start, token)
  if (end - start > LONGEST_LOCAL_PART || codeAt(scan.codes, end - 1) === DOT) return
  const at = codeAt(scan.codes, end) === PERCENT ? { length: 3, spoken: false } : atSign(scan, end)
  if (at) readAddress(scan, start, end, at)
}

function readAddress(scan: Scan, start: number, end: number, at: At): void {
  const { text } = scan
  const host = readHost(scan, end + at.length, at.length !== 1)
  if (!host) {
    if (at.length === 1) readUpi(scan, start, end)
    return
  }
  if (isRemote(scan, start, end, host.end)) return
  if (at.spoken && !(saysDot(text, end + at.length, host) && classAt(scan.codes, end + at.length) & LETTER)) return
  offer(scan, scan.rules.places.email, ownConfidence(host, at), start, host.end, 'email')
}
