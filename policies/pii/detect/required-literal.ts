/** A text that every match of a pattern has in it, and whether every match begins with it. */
export interface RequiredLiteral {
  /** Empty where none could be told. */
  readonly literal: string
  readonly leads: boolean
}

const NONE: RequiredLiteral = { literal: '', leads: false }
const OPTIONAL = new Set(['?', '*', '{'])

interface Piece {
  /** The literal character; undefined for anything else (a class, a group, an anchor). */
  readonly character: string | undefined
  readonly end: number
}

function closing(pattern: string, open: number): number {
  let depth = 0
  let inClass = false
  for (let index = open; index < pattern.length; index++) {
    const sign = pattern[index]
    if (sign === '\\') index++
    else if (inClass) inClass = sign !== ']'
    else if (sign === '[') inClass = true
    else if (sign === '(') depth++
    else if (sign === ')' && --depth === 0) return index + 1
  }
  return pattern.length
}

function classEnd(pattern: string, open: number): number {
  let index = open + 1
  if (pattern[index] === '^') index++
  if (pattern[index] === ']') index++
  while (index < pattern.length && pattern[index] !== ']') index += pattern[index] === '\\' ? 2 : 1
  return index + 1
}

function pieceAt(pattern: string, index: number): Piece {
  const sign = pattern[index] ?? ''
  if (sign === '\\') {
    const escaped = pattern[index + 1] ?? ''
    return { character: /[\w\s]/.test(escaped) ? undefined : escaped, end: index + 2 }
  }
  if (sign === '(') return { character: undefined, end: closing(pattern, index) }
  if (sign === '[') return { character: undefined, end: classEnd(pattern, index) }
  return { character: '.^$+'.includes(sign) ? undefined : sign, end: index + 1 }
}

function quantifierEnd(pattern: string, index: number): number {
  const quantifier = /^(?:[?*+]|\{\d*,?\d*\})\??/.exec(pattern.slice(index))
  return index + (quantifier?.[0].length ?? 0)
}

/** Whether the pattern has alternatives outside of groups, or flags: then nothing is told. */
function isBeyond(pattern: string): boolean {
  if (pattern.includes('\\p') || pattern.includes('\\Q') || pattern.includes('\\x') || /\(\?[a-zA-Z-]*i/.test(pattern))
    return true
  for (let index = 0; index < pattern.length; ) {
    if (pattern[index] === '|') return true
    index = pieceAt(pattern, index).end
  }
  return false
}

/**
 * The longest run of plain characters outside of groups and classes. Nothing is told of what is optional, of alternatives, and
 * where case does not matter.
 */
export function requiredLiteral(pattern: string): RequiredLiteral {
  if (isBeyond(pattern)) return NONE
  let best = NONE
  let run = ''
  let leads = true
  const finish = (): void => {
    if (run.length > best.literal.length) best = { literal: run, leads }
    run = ''
  }
  for (let index = 0; index < pattern.length; ) {
    const { character, end } = pieceAt(pattern, index)
    const next = quantifierEnd(pattern, end)
    const optional = OPTIONAL.has(pattern[end] ?? '')
    if (character !== undefined && !optional) run += character
    if (character === undefined || next > end) {
      finish()
      if (!isAnchor(pattern, index)) leads = false
    }
    index = next
  }
  finish()
  return best
}

/** `\b` and `^` take no room. */
function isAnchor(pattern: string, index: number): boolean {
  return pattern.startsWith('\\b', index) || pattern[index] === '^'
}
