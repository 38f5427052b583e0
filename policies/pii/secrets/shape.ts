import { type Codes, classAt, WORD } from '../detect/scan/characters.js'
import { look, type Scan } from '../detect/scan/state.js'
import { ALPHABETS, GROUP_OF } from './alphabet.js'

/** A run of one alphabet; a literal character is one of itself. */
interface Part {
  /** The character's code, or -1 for an alphabet. */
  readonly literal: number
  readonly alphabet: number
  readonly least: number
  readonly most: number
}

/** How a token is written, compiled. */
export interface Shape {
  readonly parts: readonly Part[]
  /** How many characters at the beginning are always the same. */
  readonly fixed: number
  /** How many letters and digits it begins with, at least and at most, and the sign behind them; -1 for any. */
  readonly lead: Lead
}

export interface Lead {
  readonly least: number
  readonly most: number
  readonly next: number
}

const PIECE = /\{(\w+):(\d+)(?:-(\d+))?\}|([\s\S])/g

/**
 * Compiles what rules write: characters that stand for themselves, and `{alphabet:count}` or `{alphabet:least-most}` (see
 * `ALPHABETS`). Each run takes as much as it can, so that no text is read twice. Throws `RangeError` for an unknown alphabet.
 */
export function compileShape(written: string): Shape {
  const parts = [...written.matchAll(PIECE)].map(([, name, least, most, literal]): Part => {
    if (literal !== undefined) return { literal: literal.charCodeAt(0), alphabet: 0, least: 1, most: 1 }
    const alphabet = ALPHABETS[name ?? '']
    if (alphabet === undefined) throw new RangeError(`no alphabet is called ${name}`)
    return { literal: -1, alphabet, least: Number(least), most: Number(most ?? least) }
  })
  const open = parts.findIndex(({ literal }) => literal < 0)
  return { parts, fixed: open < 0 ? parts.length : open, lead: leadOf(parts) }
}

const ALNUM = ALPHABETS.alnum ?? 0

function leadOf(parts: readonly Part[]): Lead {
  let least = 0
  let most = 0
  for (const part of parts) {
    const groups = part.literal < 0 ? part.alphabet : (GROUP_OF[part.literal] ?? 0)
    if ((groups & ALNUM) === 0 && part.least > 0) return { least, most, next: part.literal }
    if (groups & ~ALNUM) return { least, most: Number.POSITIVE_INFINITY, next: -1 }
    least += part.least
    most += part.most
  }
  return { least, most, next: -1 }
}

/** Where the shape ends that begins at `start`, and -1 where none does; a token that goes on is none. */
export function shapeEnd(scan: Scan, shape: Shape, start: number): number {
  const { codes } = scan
  let index = start
  for (const { literal, alphabet, least, most } of shape.parts) {
    if (literal >= 0) {
      if (codes[index] !== literal) return miss(scan, start, index)
      index++
      continue
    }
    const from = index
    while (index - from < most && (GROUP_OF[codes[index] ?? 0] ?? 0) & alphabet) index++
    if (index - from < least) return miss(scan, start, index)
  }
  look(scan, index)
  scan.steps += index - start
  return goesOn(codes, index, shape) ? -1 : index
}

function miss(scan: Scan, start: number, index: number): -1 {
  look(scan, index)
  scan.steps += index - start
  return -1
}

function goesOn(codes: Codes, end: number, shape: Shape): boolean {
  const last = shape.parts.at(-1)
  const next = codes[end] ?? 0
  return (classAt(codes, end) & WORD) !== 0 || next === 95 || ((GROUP_OF[next] ?? 0) & (last?.alphabet ?? 0)) !== 0
}

/** The pairs of characters that the shape may begin with, as `first << 7 | second`. */
export function beginnings({ parts }: Shape): readonly number[] {
  const spots = parts.flatMap((part) => Array.from({ length: Math.min(2, part.least) }, () => part)).slice(0, 2)
  const [first = [], second = []] = spots.map(charactersOf)
  return first.flatMap((left) => second.map((right) => (left << 7) | right))
}

function charactersOf({ literal, alphabet }: Part): readonly number[] {
  if (literal >= 0) return [literal]
  return Array.from({ length: 128 }, (_, code) => code).filter((code) => ((GROUP_OF[code] ?? 0) & alphabet) !== 0)
}
