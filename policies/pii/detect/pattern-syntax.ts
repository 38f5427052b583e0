/** Where an anchor holds, after flag `m` has been applied: `^` of a line is `lineStart`, that of the text `textStart`. */
export type Anchor = 'textStart' | 'lineStart' | 'textEnd' | 'lineEnd' | 'boundary' | 'noBoundary'

/** A set of characters as a pattern writes it: a class, an escape, a dot or one character without regard to case. */
export interface WrittenSet {
  readonly source: string
  readonly foldsCase: boolean
  readonly dotAll: boolean
}

/** The tree of a pattern in RE2's syntax (https://github.com/google/re2/wiki/Syntax). What is captured, and greed, are left out. */
export type PatternNode =
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'set'; readonly set: WrittenSet }
  | { readonly kind: 'anchor'; readonly anchor: Anchor }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly least: number; readonly most: number }

const GROUP = /\((?:\?(?:P?<[^>]*>|([imsU]*)(?:-([imsU]*))?([:)])))?/y
const CLASS = /\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]/suy
const ESCAPE = /\\(?:[pP](?:\{[^}]*\}|.)|x(?:\{[0-9A-Fa-f]+\}|[0-9A-Fa-f]{2})|[0-7]{1,3}|.)/suy
const QUOTED = /\\Q(.*?)(?:\\E|$)/suy
const QUANTIFIER = /(?:[*+?]|\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\})\??/y

const CONTROLS: Readonly<Record<string, number>> = { a: 7, t: 9, n: 10, v: 11, f: 12, r: 13 }
const ANCHORS: Readonly<Record<string, Anchor>> = {
  '\\A': 'textStart',
  '\\z': 'textEnd',
  '\\b': 'boundary',
  '\\B': 'noBoundary',
}

interface Flags {
  readonly i: boolean
  readonly m: boolean
  readonly s: boolean
}

/** Reads a pattern that RE2 accepts; undefined for one that is not understood, such as a quantifier behind flags. */
export function parsePattern(pattern: string): PatternNode | undefined {
  let at = 0
  let flags: Flags = { i: false, m: false, s: false }
  let understood = true

  function take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = at
    const match = expression.exec(pattern)
    if (match) at = expression.lastIndex
    return match
  }

  function giveUp(): readonly PatternNode[] {
    understood = false
    at = pattern.length
    return []
  }

  function choice(): PatternNode {
    const options = [sequence()]
    while (pattern[at] === '|') {
      at++
      options.push(sequence())
    }
    return options.length === 1 && options[0] ? options[0] : { kind: 'choice', options }
  }

  function sequence(): PatternNode {
    const parts: PatternNode[] = []
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      parts.push(...atoms())
      const quantifier = take(QUANTIFIER)
      const part = quantifier && parts.pop()
      if (part) parts.push(repeated(part, quantifier))
    }
    return { kind: 'sequence', parts }
  }

  /** One atom, or as many as a quotation has; a quantifier belongs to the last one. */
  function atoms(): readonly PatternNode[] {
    switch (pattern[at]) {
      case '(':
        return group()
      case '[':
        return written(take(CLASS)?.[0])
      case '\\':
        return escaped()
      case '.':
        at++
        return [setOf('.')]
      case '^':
        at++
        return [{ kind: 'anchor', anchor: flags.m ? 'lineStart' : 'textStart' }]
      case '$':
        at++
        return [{ kind: 'anchor', anchor: flags.m ? 'lineEnd' : 'textEnd' }]
      default:
        return [character(pattern.codePointAt(at) ?? 0, 'take')]
    }
  }

  function group(): readonly PatternNode[] {
    const before = flags
    const open = take(GROUP)
    if (!open) return giveUp()
    const [, on = '', off = '', end] = open
    flags = flagged(flags, on, off)
    if (end === ')') return isQuantified() ? giveUp() : []
    const inner = choice()
    if (pattern[at] !== ')') return giveUp()
    at++
    flags = before
    return [inner]
  }

  function escaped(): readonly PatternNode[] {
    const quoted = take(QUOTED)
    if (quoted) return quoted[1] === '' && isQuantified() ? giveUp() : characters(quoted[1] ?? '')
    const source = take(ESCAPE)?.[0]
    if (source === undefined) return giveUp()
    const anchor = ANCHORS[source]
    if (anchor) return [{ kind: 'anchor', anchor }]
    const code = codeOf(source)
    return [code === undefined ? setOf(source) : character(code)]
  }

  function isQuantified(): boolean {
    const before = at
    const quantified = take(QUANTIFIER) !== null
    at = before
    return quantified
  }

  const characters = (text: string): readonly PatternNode[] =>
    Array.from(text, (each) => character(each.codePointAt(0) ?? 0))

  const written = (source: string | undefined): readonly PatternNode[] =>
    source === undefined ? giveUp() : [setOf(source)]

  const setOf = (source: string): PatternNode => ({
    kind: 'set',
    set: { source, foldsCase: flags.i, dotAll: flags.s },
  })

  function character(code: number, how: 'take' | 'given' = 'given'): PatternNode {
    if (how === 'take') at += code > 0xffff ? 2 : 1
    return flags.i && mayFold(code) ? setOf(`\\x{${code.toString(16)}}`) : { kind: 'character', code }
  }

  const tree = choice()
  return understood && at === pattern.length ? tree : undefined
}

function flagged(flags: Flags, on: string, off: string): Flags {
  const now = (flag: 'i' | 'm' | 's'): boolean => (flags[flag] || on.includes(flag)) && !off.includes(flag)
  return { i: now('i'), m: now('m'), s: now('s') }
}

function repeated(part: PatternNode, [sign, low, comma, high]: RegExpExecArray): PatternNode {
  const least = low === undefined ? Number(sign.startsWith('+')) : Number(low)
  const endless = low === undefined ? !sign.startsWith('?') : comma !== undefined && high === undefined
  const most = endless ? Number.POSITIVE_INFINITY : Number(high ?? low ?? 1)
  return { kind: 'repeat', part, least, most }
}

/** The character that an escape stands for; undefined where it is a set. */
function codeOf(source: string): number | undefined {
  const sign = source[1] ?? ''
  if (sign === 'x') return Number.parseInt(source.replace(/[^0-9A-Fa-f]/g, ''), 16)
  if (/[0-7]/.test(sign)) return Number.parseInt(source.slice(1), 8)
  return /[A-Za-z]/.test(sign) ? CONTROLS[sign] : source.codePointAt(1)
}

/** Of ASCII only letters have another case. */
function mayFold(code: number): boolean {
  return code > 127 || /[A-Za-z]/.test(String.fromCharCode(code))
}
