import { createNameReader, NAMES_AT_ONCE, NAMES_WINDOW, type WordSpan } from '../names/reader.js'
import type { Finding } from './finding.js'
import { type DetectorOptions, thresholdsOf } from './options.js'
import type { Folded } from './scan/fold.js'

/** Finds what is found among words: names, dates, ages. */
export interface WordSearch {
  /** UTF-16 units of text before `from` that a stream must keep. */
  readonly window: number
  /** The findings of a whole text from `from` on, in order, without overlaps; yields after some milliseconds of work. */
  search(folded: Folded, from: number): Generator<void, readonly Finding[]>
  /** The findings of a text that may go on, up to `openFrom`; both in the original's offsets. */
  searchOpen(folded: Folded, from: number): { readonly findings: readonly Finding[]; readonly openFrom: number }
}

/** Undefined where nothing of the kind is wanted. Throws `RangeError` where it is and there is nothing that was learned. */
export function createWordSearch(wanted: ReadonlySet<string>, options: DetectorOptions): WordSearch | undefined {
  if (wanted.size === 0) return undefined
  const { names } = options
  if (!names) throw new RangeError(`${[...wanted].join(', ')} cannot be found without what was learned of names`)
  const reader = createNameReader(wanted, names())
  const thresholdOf = thresholdsOf(options)

  const finding = ({ start, end, ...span }: WordSpan, folded: Folded): Finding => ({
    ...span,
    start: folded.originalStart(start),
    end: folded.originalEnd(end),
    confidence: Math.round(span.confidence * 100) / 100,
  })

  function found(spans: readonly WordSpan[], folded: Folded): readonly Finding[] {
    return spans
      .map((span) => finding(span, folded))
      .filter(({ entity, confidence }) => confidence >= thresholdOf(entity))
  }

  return {
    window: NAMES_WINDOW,
    *search(folded, from) {
      const { codes, text } = folded
      const findings: Finding[] = []
      for (let at = folded.indexOf(from); at < text.length; at += NAMES_AT_ONCE) {
        const to = Math.min(text.length, at + NAMES_AT_ONCE)
        const { spans } = reader.read({ codes, from: at, to, length: text.length, open: false })
        findings.push(...found(spans, folded))
        yield
      }
      return findings
    },
    searchOpen(folded, from) {
      const { codes, text } = folded
      const findings: Finding[] = []
      let open = text.length
      for (let at = folded.indexOf(from); at < text.length && open === text.length; at += NAMES_AT_ONCE) {
        const to = Math.min(text.length, at + NAMES_AT_ONCE)
        const { spans, openFrom } = reader.read({ codes, from: at, to, length: text.length, open: true })
        findings.push(...found(spans, folded))
        if (openFrom < to) open = openFrom
      }
      return { findings, openFrom: open === text.length ? Number.POSITIVE_INFINITY : folded.originalStart(open) }
    },
  }
}

/**
 * The findings, and between them those of `words`: of one that overlaps a finding the longer part beside it, where letters are left. In
 * order, without overlaps.
 */
export function besides(text: string, findings: readonly Finding[], words: readonly Finding[]): readonly Finding[] {
  if (words.length === 0) return findings
  const all: Finding[] = []
  let next = 0
  for (const word of words) {
    for (; next < findings.length && (findings[next]?.end ?? 0) <= word.start; next++)
      all.push(...findings.slice(next, next + 1))
    const part = restOf(text, word, findings, next)
    if (part) all.push(part)
  }
  return [...all, ...findings.slice(next)].sort((left, right) => left.start - right.start)
}

function restOf(text: string, word: Finding, findings: readonly Finding[], from: number): Finding | undefined {
  let { start, end } = word
  for (let index = from; index < findings.length; index++) {
    const finding = findings[index]
    if (!finding || finding.start >= end) break
    if (finding.start - start >= end - finding.end) end = Math.max(start, finding.start)
    else start = finding.end
  }
  if (start === word.start && end === word.end) return word
  const rest = /\p{L}[\s\S]*\p{L}/u.exec(text.slice(start, end))
  return rest ? { ...word, start: start + rest.index, end: start + rest.index + rest[0].length } : undefined
}
