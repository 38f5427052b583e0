import { RE2JS } from 're2js'
import type { Finding } from './finding.js'
import { programOf } from './pattern-program.js'
import { parsePattern } from './pattern-syntax.js'
import { createThreads } from './pattern-threads.js'
import { requiredLiteral } from './required-literal.js'

/** A pattern of the operator's own, in the syntax of RE2: no pattern can take more than linear time. */
export interface CustomPattern {
  /** The entity that it finds. */
  readonly name: string
  readonly pattern: string
  /** 0 to 1; 0.9 unless said. */
  readonly confidence?: number
  /**
   * How long a match may be, in UTF-16 units; 128 unless said. What is longer is found in part. Streams hold back what may still
   * become a match, up to as much.
   */
  readonly maxLength?: number
}

const CONFIDENCE = 0.9
const LONGEST = 128

/** A compiled pattern; its literal is looked for before the pattern is run. */
export interface PatternReader {
  /** The matches that begin at or after `from`, window by window: each takes a few milliseconds at most. */
  matches(text: string, from: number): Generator<readonly Finding[]>
  /**
   * Where the longest suffix begins that may still become a match, or be one of another length: no match of the text and whatever
   * follows reaches across it, and those before it are final. The text's length when there is none.
   */
  openFrom(text: string, from: number): number
}

/** States times units that telling what is open may take: a millisecond or two. */
const WORK = 32_768
const MOST_STATES = 1024

/** How much text is searched in one go. */
const SEARCHED = 16_384

/** Throws re2js's syntax error for a pattern that RE2 does not know, such as one that looks around or back. */
export function compilePattern(custom: CustomPattern): PatternReader {
  const expression = RE2JS.compile(custom.pattern)
  const longest = custom.maxLength ?? LONGEST
  const tree = parsePattern(custom.pattern)
  const program = tree && programOf(tree, Math.min(MOST_STATES, WORK / longest))
  const threads = program && createThreads(program)
  const { literal, leads } = requiredLiteral(tree)

  /** Matches that begin in [from, until); what is behind them as far as one may reach is looked at, and one unit before. */
  function search(text: string, from: number, until: number): readonly Finding[] {
    const first = Math.max(0, from - 1)
    const window = text.slice(first, until + longest + 1)
    if (literal !== '' && !window.includes(literal)) return []
    const matcher = expression.matcher(window)
    const findings: Finding[] = []
    for (let at = from - first; at <= window.length && matcher.find(at); ) {
      const start = matcher.start()
      const end = Math.min(matcher.end(), behind(window, start, longest))
      if (first + start >= until) break
      if (end > start) findings.push(findingOf(custom, first + start, first + end))
      at = Math.max(end, behind(window, start, 1))
    }
    return findings
  }

  function* matches(text: string, from: number): Generator<readonly Finding[]> {
    for (let at = from; at < text.length; ) {
      const findings = search(text, at, at + SEARCHED)
      at = Math.max(at + SEARCHED, findings.at(-1)?.end ?? 0)
      yield findings
    }
  }

  return {
    matches,
    openFrom(text, from) {
      const reach = Math.max(from, text.length - longest - 1)
      const earliest = isWithinPair(text, reach) ? reach - 1 : reach
      if (!threads) return leads ? literalFrom(text, literal, earliest) : earliest
      const open = threads.openFrom(text, earliest, [])
      if (open === text.length) return open
      // What begins within a match that nothing changes any more is none.
      const found = [...matches(text, from)].flat()
      const isWithin = found.some(({ start, end }) => start < open && open < end)
      return isWithin ? threads.openFrom(text, earliest, found) : open
    },
  }
}

function findingOf(custom: CustomPattern, start: number, end: number): Finding {
  const confidence = custom.confidence ?? CONFIDENCE
  return { entity: custom.name, start, end, confidence, recognizer: 'pattern' }
}

/** The place up to `length` units behind `start`: one character at least, and no half of a pair. */
function behind(text: string, start: number, length: number): number {
  const end = start + length
  if (!isWithinPair(text, end)) return end
  return length > 1 ? end - 1 : end + 1
}

function isWithinPair(text: string, at: number): boolean {
  return at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff
}

/** The first place from `earliest` on where the literal stands, or where the text's end may begin it. */
function literalFrom(text: string, literal: string, earliest: number): number {
  const whole = text.indexOf(literal, earliest)
  if (whole >= 0) return whole
  for (let start = Math.max(earliest, text.length - literal.length + 1); start < text.length; start++) {
    if (literal.startsWith(text.slice(start))) return start
  }
  return text.length
}
