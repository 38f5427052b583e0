import { CAPITAL, classAt, codeAt, isDigitAt, LETTER, WORD } from '../../detect/scan/characters.js'
import { look, type Scan } from '../../detect/scan/state.js'
import { ALPHABETS, GROUP_OF } from '../alphabet.js'
import { gramOf, type SecretIndex, startOf } from '../compile.js'
import { entropy } from '../entropy.js'
import { type NameKind, nameKind, wordsOf } from '../names.js'
import { isPassword, isPlaceholder, isRandom, isUuid } from '../values.js'
import { type Assignment, assignmentBefore, EQUALS, GREATER } from './assignment.js'
import { BY_NAME, BY_USE, offerSecret, tokenEnd } from './offer-secret.js'
import { schemeBefore } from './scheme.js'

const ANY = ALPHABETS.any ?? 0
const LONGEST_VALUE = 200
const LONGEST_PASSWORD = 128
/** No value has fewer units. */
export const SHORTEST_VALUE = 8
const NAME_STEPS = 128
/** What may stand before the first letter or digit of a value and belongs to it. */
const LEADING = new Set([...'_./+~!@#%&*^-'].map((sign) => sign.charCodeAt(0)))
/** So many of them at the most. */
export const LONGEST_LEAD = 2
/** What may stand right behind a value: a quote, a space, the end of a list or a statement, an escape, a tag. */
const CLOSING = new Set([...'"\'`\\ \t\r\n;,)]}<&|\u0000'].map((sign) => sign.charCodeAt(0)))
export const CLOSES = tableOf(CLOSING)
export const LEADS = tableOf(LEADING)
/** What a value may stand right behind. */
const OPENS = tableOf(new Set([...'"\'`= \t\r\n:>'].map((sign) => sign.charCodeAt(0))))

/** What stands before the letters and digits that a value begins with. */
export const MAY_STAND_BEFORE = Uint8Array.from(OPENS, (opens, code) => opens | (LEADS[code] ?? 0))

function tableOf(codes: ReadonlySet<number>): Uint8Array {
  return Uint8Array.from({ length: 0x10000 }, (_, code) => (codes.has(code) ? 1 : 0))
}

/** Proposes the value that begins with the letters and digits [start, end) where it is assigned to a name for secrets. */
export function readAssigned(scan: Scan, index: SecretIndex, start: number, end: number): void {
  const { codes } = scan
  let first = start
  while (start - first < LONGEST_LEAD && LEADS[codeAt(codes, first - 1)]) first--
  if (!OPENS[codeAt(codes, first - 1)]) return
  if (classAt(codes, first - 2) & WORD && codeAt(codes, first - 1) === 32) {
    readHeader(scan, index, first, start, end)
    return
  }
  if (isShort(scan, first, end)) return
  const assignment = assignmentBefore(codes, first)
  if (!assignment || !mayName(scan, index, assignment)) return
  // As long as it takes to tell what the name says.
  scan.steps += NAME_STEPS
  const name = nameOf(scan, assignment)
  if (readNamed(scan, index, wordsOf(name), first, start)) return
  readByKind(scan, index, nameKind(name), assignment, first, start)
}

/** Whether fewer units than any value has stand between `first` and the next space, quote or bracket; most words end here. */
function isShort(scan: Scan, first: number, end: number): boolean {
  let last = end
  while (last - first < SHORTEST_VALUE && !CLOSES[scan.codes[last] ?? 0]) last++
  look(scan, last)
  return last - first < SHORTEST_VALUE
}

/** Whether letters of the name stand in a name for secrets; most names end here. */
function mayName({ codes }: Scan, index: SecretIndex, { from, to, quote }: Assignment): boolean {
  const { grams, starts } = index
  for (let at = from; at + 2 < to; at++) {
    const gram = gramOf(codes[at] ?? 0, codes[at + 1] ?? 0, codes[at + 2] ?? 0)
    if (grams[gram]) return true
    if (starts[startOf(gram, codes[at + 3] ?? 0)] && beginsWord(codes, at) && isFirstWord(codes, index, gram, at))
      return true
  }
  return isPassThrough(codes, from, to, quote)
}

/** Whether a word begins at `index`: no letter is before it, or a small one before a capital. */
function beginsWord(codes: Uint16Array, index: number): boolean {
  if (!(classAt(codes, index - 1) & LETTER)) return true
  return (classAt(codes, index) & CAPITAL) !== 0
}

function isFirstWord(codes: Uint16Array, { firstWords }: SecretIndex, gram: number, at: number): boolean {
  return (firstWords.get(gram) ?? []).some((word) => {
    for (let index = 0; index < word.length; index++) {
      if (((codes[at + index] ?? 0) | 32) !== word.charCodeAt(index)) return false
    }
    return true
  })
}

/** `value` may be the value of an entry whose name stands before it; numbers without quotes are none. */
function isPassThrough(codes: Uint16Array, from: number, to: number, quote: number): boolean {
  if (quote === 0 && isDigitAt(codes, to + 2) && isDigitAt(codes, to + 3)) return false
  return to - from >= 5 && (codeAt(codes, to - 1) | 32) === 101 && (codeAt(codes, to - 5) | 32) === 118
}

const ENTRY = /(?:name|key)["']?\s*[:=]\s*["']?([\w.-]{1,64})["']?[\s,;]{1,12}(?:\w+_)?["']?value$/i
const LONGEST_ENTRY = 120

/** The name of a value; of `key="Password" value="..."` and `name: PASSWORD`, `value: ...` that of the entry. */
function nameOf({ text }: Scan, { from, to }: Assignment): string {
  const name = text.slice(from, to)
  if (!/value$/i.test(name)) return name
  return ENTRY.exec(text.slice(Math.max(0, to - LONGEST_ENTRY), to))?.[1] ?? name
}

function readNamed(scan: Scan, { named }: SecretIndex, words: string, first: number, start: number): boolean {
  for (let at = 0; at >= 0; at = words.indexOf(' ', at) + 1 || -1) {
    for (const { name, shapes } of named.get(words.slice(at, at + 3)) ?? []) {
      if (!words.startsWith(name, at)) continue
      for (const shape of shapes) {
        const end = tokenEnd(scan, shape, first)
        if (end < 0 || !CLOSING.has(codeAt(scan.codes, end))) continue
        offerSecret(scan, shape.rule, start, end, BY_NAME)
        return true
      }
    }
  }
  return false
}

/** Where the units of values end that begin at `first`. */
function valueEnd(scan: Scan, first: number): number {
  let end = first
  while (end - first < LONGEST_VALUE && (GROUP_OF[scan.codes[end] ?? 0] ?? 0) & ANY) end++
  look(scan, end)
  scan.steps += end - first
  return end
}

function readByKind(
  scan: Scan,
  index: SecretIndex,
  kind: NameKind,
  assignment: Assignment,
  first: number,
  start: number,
): void {
  if (kind === 'none') return
  if (kind === 'password') readPassword(scan, index, assignment, first, start)
  else readSecret(scan, index, assignment, first, start)
}

function readSecret(scan: Scan, { places }: SecretIndex, { quote }: Assignment, first: number, start: number): void {
  const end = valueEnd(scan, first)
  const value = scan.text.slice(first, end)
  if (end - first >= SHORTEST_VALUE && CLOSING.has(codeAt(scan.codes, end))) {
    if (isUuid(value) || (end - first >= 10 && isRandom(value))) offerSecret(scan, places.secret, start, end, BY_USE)
    return
  }
  const quoted = quote === 0 ? bareEnd(scan, first) : quotedEnd(scan, first, quote)
  if (
    quoted - first >= 16 &&
    isRandom(scan.text.slice(first, quoted)) &&
    !/[\s(){}<>]/.test(scan.text.slice(first, quoted))
  )
    offerSecret(scan, places.secret, start, quoted, BY_USE)
}

/** Where the string ends that the quote before `first` opened, -1 where it does not. */
function quotedEnd(scan: Scan, first: number, quote: number): number {
  let end = first
  while (
    end - first <= LONGEST_PASSWORD &&
    end < scan.text.length &&
    codeAt(scan.codes, end) !== quote &&
    codeAt(scan.codes, end) !== 10
  )
    end++
  look(scan, end)
  scan.steps += end - first
  return codeAt(scan.codes, end) === quote ? end : -1
}

function readPassword(
  scan: Scan,
  { places }: SecretIndex,
  { quote, sign }: Assignment,
  first: number,
  start: number,
): void {
  const end = quote === 0 ? bareEnd(scan, first) : quotedEnd(scan, first, quote)
  if (end - first < SHORTEST_VALUE) return
  const value = scan.text.slice(first, end)
  const bare = quote === 0 && !(/\d/.test(value) && /[A-Za-z]/.test(value))
  if (bare || !isPassword(value, sign === EQUALS || sign === GREATER ? 'accepted' : 'refused')) return
  offerSecret(scan, places.password, start, end, BY_USE)
}

/** Where a password without quotes ends: at a space, a quote or the end of a list; it is none where a call or an index follows. */
function bareEnd(scan: Scan, first: number): number {
  let end = first
  while (end - first <= LONGEST_PASSWORD && end < scan.text.length && !CLOSING.has(codeAt(scan.codes, end))) end++
  look(scan, end)
  scan.steps += end - first
  return /[([{$]/.test(scan.text.slice(first, end)) ? -1 : end
}

/** `Authorization: Bearer VALUE`, and `Bearer VALUE` where the value is random beyond doubt. */
function readHeader(scan: Scan, { places }: SecretIndex, first: number, start: number, end: number): void {
  const { codes } = scan
  const after = codeAt(codes, end)
  if (end - start < SHORTEST_VALUE && !((GROUP_OF[after] ?? 0) & ANY)) return
  const scheme = schemeBefore(scan, first)
  if (scheme === 'none') return
  const last = valueEnd(scan, first)
  const value = scan.text.slice(first, last)
  if (!CLOSING.has(codeAt(codes, last)) || value.length < SHORTEST_VALUE || isPlaceholder(value)) return
  const sure =
    scheme === 'header'
      ? entropy(value) >= 2.75 && /\d|[A-Z].*[a-z].*[A-Z]/.test(value)
      : value.length >= 20 && isRandom(value)
  if (sure) offerSecret(scan, places.authorization, start, last, BY_USE)
}
