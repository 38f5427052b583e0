import { LONG_TEXT, longJsonIn } from '../../core/json-in-text.js'
import { atOnce, type Steps } from '../../core/turns.js'
import { namesBeside } from './sharing.js'

/**
 * What is made of a piece of JSON text: the text to put in its place as a string, or undefined to leave it as it is. `label` is the
 * name of the member that a value belongs to.
 */
export interface JsonVisitor {
  string(value: string, label: string | undefined): string | undefined
  /** `literal` as it is written. */
  number(literal: string, label: string | undefined): string | undefined
  name(name: string): string | undefined
}

/** The same for text that is read in steps. */
export interface JsonVisitorInSteps extends JsonVisitor {
  /** In place of `string` for a value that is long itself. */
  longString(value: string, label: string | undefined): Steps<string | undefined>
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** An object or array that is not closed yet. */
interface Level {
  readonly outer: Level | undefined
  readonly names: string[]
  readonly renamed: { readonly start: number; readonly end: number; readonly name: string }[]
  label: string | undefined
}

/** What is nested deeper is no data that anybody wrote, and slow to parse. */
const MOST_DEPTH = 128

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const MINUS = 0x2d

/** Units that are read between two yields, and what that takes in units of work. */
const PIECE = 4 * 1024
const WORK = 2 * PIECE

/**
 * JSON text with strings, numbers and names of members replaced; every other character stays, and so do all digits of numbers.
 * Undefined where the text is no object or array in JSON (RFC 8259), or one nested deeper than 128. Linear, and without recursion.
 */
export function rewriteJson(text: string, visitor: JsonVisitor, label?: string): string | undefined {
  return isJson(text) ? edited(text, atOnce(editsOf(text, visitor, label))) : undefined
}

/** The same in steps. */
export function* rewriteJsonInSteps(
  text: string,
  visitor: JsonVisitorInSteps,
  label?: string,
): Steps<string | undefined> {
  if (!BEGINNING.test(text) || (yield* longJsonIn(text)) === undefined) return undefined
  return edited(text, yield* editsOf(text, visitor, label))
}

const BEGINNING = /^[ \t\r\n]*[{[]/

function isJson(text: string): boolean {
  if (!BEGINNING.test(text) || isTooDeep(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at) - 1
    else if (opens(code) && ++depth > MOST_DEPTH) return true
    else if (closes(code)) depth--
  }
  return false
}

/** Walks text that is known to be valid. */
function* editsOf(
  text: string,
  visitor: JsonVisitor | JsonVisitorInSteps,
  label: string | undefined,
): Steps<readonly Edit[]> {
  const edits: Edit[] = []
  let level = levelWithin(undefined, label)
  let at = 0
  let reach = PIECE
  while (at < text.length) {
    if (at >= reach) {
      yield WORK
      reach = at + PIECE
    }
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      const end = endOfString(text, at)
      if (end - at > LONG_TEXT && 'longString' in visitor) yield* readLongString(text, at, end, level, visitor, edits)
      else readString(text, at, end, level, visitor, edits)
      at = end
    } else if (code === MINUS || isDigit(code)) at = readNumber(text, at, level, visitor, edits)
    else {
      if (opens(code)) level = levelWithin(level, level.label)
      else if (closes(code)) level = close(level, edits)
      at++
    }
  }
  return edits
}

function levelWithin(outer: Level | undefined, label: string | undefined): Level {
  return { outer, names: [], renamed: [], label }
}

/** Reads the name or value that begins and ends here. */
function readString(text: string, start: number, end: number, level: Level, visitor: JsonVisitor, edits: Edit[]): void {
  const value = stringAt(text, start, end)
  if (isName(text, end)) {
    level.names.push(value)
    level.label = value
    const name = visitor.name(value)
    if (name !== undefined) level.renamed.push({ start, end, name })
    return
  }
  const made = visitor.string(value, level.label)
  if (made !== undefined) edits.push({ start, end, text: JSON.stringify(made) })
}

function* readLongString(
  text: string,
  start: number,
  end: number,
  level: Level,
  visitor: JsonVisitorInSteps,
  edits: Edit[],
): Steps<void> {
  yield (end - start) / 8
  if (isName(text, end)) return readString(text, start, end, level, visitor, edits)
  const made = yield* visitor.longString(stringAt(text, start, end), level.label)
  if (made !== undefined) edits.push({ start, end, text: JSON.stringify(made) })
}

function readNumber(text: string, start: number, level: Level, visitor: JsonVisitor, edits: Edit[]): number {
  let end = start + 1
  while (isInNumber(text.charCodeAt(end))) end++
  const made = visitor.number(text.slice(start, end), level.label)
  if (made !== undefined) edits.push({ start, end, text: JSON.stringify(made) })
  return end
}

/** Only when an object ends are all names known that a new one must not repeat. */
function close({ outer, names, renamed, label }: Level, edits: Edit[]): Level {
  if (renamed.length > 0) {
    const nameFor = namesBeside(names)
    for (const { start, end, name } of renamed) edits.push({ start, end, text: JSON.stringify(nameFor(name)) })
  }
  return outer ?? levelWithin(undefined, label)
}

function edited(text: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return text
  const pieces: string[] = []
  let read = 0
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    pieces.push(text.slice(read, edit.start), edit.text)
    read = edit.end
  }
  pieces.push(text.slice(read))
  return pieces.join('')
}

/** Just past the closing quote of the string that opens at `open`. */
function endOfString(text: string, open: number): number {
  let quote = text.indexOf('"', open + 1)
  while (quote !== -1) {
    let backslashes = 0
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return quote + 1
    quote = text.indexOf('"', quote + 1)
  }
  return text.length
}

function stringAt(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1)
  return inner.includes('\\') ? String(JSON.parse(text.slice(start, end))) : inner
}

/** Whether what ends here is the name of a member. */
function isName(text: string, end: number): boolean {
  let at = end
  while (isSpace(text.charCodeAt(at))) at++
  return text.charCodeAt(at) === COLON
}

const opens = (code: number) => code === 0x7b || code === 0x5b
const closes = (code: number) => code === 0x7d || code === 0x5d
const isDigit = (code: number) => code >= 0x30 && code <= 0x39
const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
/** Digits, `+`, `-`, `.`, `e` and `E`. */
const isInNumber = (code: number) =>
  isDigit(code) || code === 0x2b || code === MINUS || code === 0x2e || code === 0x65 || code === 0x45
