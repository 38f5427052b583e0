import { RE2JS } from 're2js'
import type { Finding } from './finding.js'
import { requiredLiteral } from './required-literal.js'

/** A pattern of the operator's own, in the syntax of RE2: no pattern can take more than linear time. */
export interface CustomPattern {
  /** The entity that it finds. */
  readonly name: string
  readonly pattern: string
  /** 0 to 1; 0.9 unless said. */
  readonly confidence?: number
  /** How long a match may be, in UTF-16 units; 128 unless said. Streams hold back as much; what is longer is found in part. */
  readonly maxLength?: number
}

const CONFIDENCE = 0.9
const LONGEST = 128

/** A compiled pattern; its literal is looked for before the pattern is run. */
export interface PatternReader {
  /** The matches that begin at or after `from`, window by window: each takes a few milliseconds at most. */
  matches(text: string, from: number): Generator<readonly Finding[]>
  /** Where the longest suffix begins that may still be or become a match. */
  openFrom(text: string, from: number): number
}

/** How much text is searched in one go. */
const SEARCHED = 16_384

/** Throws re2js's syntax error for a pattern that RE2 does not know, such as one that looks around or back. */
export function compilePattern(custom: CustomPattern): PatternReader {
  const expression = RE2JS.compile(custom.pattern)
  const { literal, leads } = requiredLiteral(custom.pattern)
  const longest = custom.maxLength ?? LONGEST

  /** Matches that begin in [from, until); what is behind them as far as one may reach is looked at, and one unit before. */
  function search(text: string, from: number, until: number): readonly Finding[] {
    const first = Math.max(0, from - 1)
    const window = text.slice(first, until + longest + 1)
    if (literal !== '' && !window.includes(literal)) return []
    const matcher = expression.matcher(window)
    const findings: Finding[] = []
    for (let at = from - first; at <= window.length && matcher.find(at); ) {
      const start = matcher.start()
      const end = Math.min(matcher.end(), start + longest)
      if (first + start >= until) break
      if (end > start) findings.push(findingOf(custom, first + start, first + end))
      at = Math.max(end, start + 1)
    }
    return findings
  }

  return {
    *matches(text, from) {
      for (let at = from; at < text.length; ) {
        const findings = search(text, at, at + SEARCHED)
        at = Math.max(at + SEARCHED, findings.at(-1)?.end ?? 0)
        yield findings
      }
    },
    openFrom(text, from) {
      const earliest = Math.max(from, text.length - longest - 1)
      return leads ? literalFrom(text, literal, earliest) : earliest
    },
  }
}

function findingOf(custom: CustomPattern, start: number, end: number): Finding {
  const confidence = custom.confidence ?? CONFIDENCE
  return { entity: custom.name, start, end, confidence, recognizer: 'pattern' }
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
