import type { Codes } from '../detect/scan/characters.js'
import type { Known } from './features.js'
import { IDEOGRAPHS_REACH, ideographNames } from './ideographs.js'
import { knownFor, readTokens } from './known.js'
import { KINDS, type NameKind } from './labels.js'
import type { NameModel } from './model.js'
import { LONGEST_SEGMENT } from './segments.js'
import { createTagger, type Stretch, type Tagger } from './tagger.js'
import { IDEOGRAPH_TOKEN, LINE, LONGEST } from './tokens.js'
import { isWordedSettled, mayBeginWorded, readWorded, type Texts, WORDED, type WordedKind } from './worded.js'

/** Something that was found among words, in offsets of the folded text. */
export interface WordSpan {
  readonly entity: NameKind | WordedKind
  readonly start: number
  readonly end: number
  /** 0 to 1. */
  readonly confidence: number
  readonly recognizer: 'name' | 'worded'
}

/** Finds names and what else is said in words. What it says of a place depends on `NAMES_WINDOW` units before and behind it. */
export interface NameReader {
  /** What begins in the stretch, in order, without overlaps; and where what is left out begins, since more text could change it. */
  read(stretch: Stretch): { readonly spans: readonly WordSpan[]; readonly openFrom: number }
}

/** A token and the blanks before it, which are fewer than a wide one. */
const UNITS_PER_TOKEN = LONGEST + 6

/** As far as anything that a name's place depends on may be away: a segment, and the tokens around it that are looked at. */
export const NAMES_WINDOW = (LONGEST_SEGMENT + 8) * UNITS_PER_TOKEN

/** The longest stretch that is read at once, in units: a few milliseconds of work. */
export const NAMES_AT_ONCE = 8192

/** No date is longer, in units. */
const LONGEST_WORDED = 200

/** How sure a date, an age or a nationality is. */
const WORDED_CONFIDENCE = 0.75

/** Makes a reader of the entities that are wanted. It is used by one caller at a time. */
export function createNameReader(wanted: ReadonlySet<string>, model: NameModel): NameReader {
  const known = knownFor(NAMES_AT_ONCE + 2 * NAMES_WINDOW)
  const tagger: Tagger | undefined = KINDS.some((kind) => wanted.has(kind)) ? createTagger(model) : undefined
  const readsWorded = WORDED.some((kind) => wanted.has(kind))

  return {
    read(stretch) {
      const { codes, from, to, length, open } = stretch
      const end = Math.min(length, to + NAMES_WINDOW)
      readTokens(codes, Math.max(0, from - NAMES_WINDOW), end, model, known)
      const ended: Stretch = { ...stretch, open: open && end === length }
      const { spans, openFrom } = tagger?.tag(known, ended) ?? { spans: [], openFrom: to }
      const tagged = spans.map(({ kind, start, end, confidence }) => ({
        ...{ entity: kind, start, end, confidence },
        recognizer: 'name' as const,
      }))
      const ideographs = wanted.has('person') ? ideographsIn(known, ended) : { spans: [], openFrom: to }
      const worded = readsWorded ? wordedIn(known, ended) : { spans: [], openFrom: to }
      const all = withoutOverlaps([...tagged, ...ideographs.spans, ...worded.spans])
      const unfinished = ended.open ? lastToken(known, ended) : to
      return {
        spans: all.filter(({ entity }) => wanted.has(entity)),
        openFrom: Math.max(from, Math.min(openFrom, ideographs.openFrom, worded.openFrom, unfinished)),
      }
    },
  }
}

/** Where the last token begins if it may go on. */
function lastToken({ count, starts, ends }: Known, { length, to }: Stretch): number {
  const last = count - 1
  return last >= 0 && (ends[last] ?? 0) === length ? (starts[last] ?? to) : to
}

/** How sure a name is that its surroundings announce. */
const IDEOGRAPHS_CONFIDENCE = 0.7
/** Read before the stretch, so that where one name ends before it does not matter. */
const IDEOGRAPHS_BEFORE = 4 * IDEOGRAPHS_REACH

function ideographsIn(
  known: Known,
  { codes, from, to, length, open }: Stretch,
): { spans: readonly WordSpan[]; openFrom: number } {
  const last = known.hashes.subarray(0, known.count).lastIndexOf(IDEOGRAPH_TOKEN)
  if (last < 0) return { spans: [], openFrom: to }
  const first = Math.max(0, from - IDEOGRAPHS_BEFORE)
  const text = textAt(codes, first, Math.min(length, to + IDEOGRAPHS_REACH))
  // What more text may change begins within reach of the end.
  const settled = open && (known.ends[last] ?? 0) > length - IDEOGRAPHS_REACH ? length - IDEOGRAPHS_REACH : to
  const spans = ideographNames(text)
    .map(({ start, end }) => ({ start: first + start, end: first + end }))
    .filter(({ start }) => start >= from && start < Math.min(to, settled))
    .map((span) => ({
      ...span,
      entity: 'person' as const,
      confidence: IDEOGRAPHS_CONFIDENCE,
      recognizer: 'name' as const,
    }))
  return { spans, openFrom: Math.min(to, settled) }
}

/** As many units as one call may safely take for arguments. */
const CHUNK = 4096

function textAt(codes: Codes, from: number, to: number): string {
  let text = ''
  for (let at = from; at < to; at += CHUNK) {
    text += String.fromCharCode(...codes.subarray(at, Math.min(to, at + CHUNK)))
  }
  return text
}

function wordedIn(known: Known, { codes, from, to, open }: Stretch): { spans: readonly WordSpan[]; openFrom: number } {
  const texts = textsOf(known, codes)
  const spans: WordSpan[] = []
  for (let index = 0; index < known.count; index++) {
    const start = known.starts[index] ?? 0
    if (start < from - LONGEST_WORDED) continue
    if (start >= to) break
    if (!mayBeginWorded(known, index)) continue
    if (open && !isWordedSettled(known, index)) return { spans, openFrom: start }
    const found = readWorded(known, texts, index)
    if (!found) continue
    if (start >= from) {
      const end = known.ends[found.end - 1] ?? 0
      spans.push({ entity: found.kind, start, end, confidence: WORDED_CONFIDENCE, recognizer: 'worded' })
    }
    index = found.end - 1
  }
  return { spans, openFrom: to }
}

function textsOf({ count, kinds, starts, ends }: Known, codes: Codes): Texts {
  return {
    lower(index) {
      if (index < 0 || index >= count || kinds[index] === LINE) return ''
      return textAt(codes, starts[index] ?? 0, ends[index] ?? 0).toLowerCase()
    },
  }
}

/** In order; of two that overlap the name stays. */
function withoutOverlaps(spans: readonly WordSpan[]): readonly WordSpan[] {
  const inOrder = [...spans].sort((left, right) => left.start - right.start)
  return inOrder.filter(
    (span) =>
      span.recognizer === 'name' ||
      !inOrder.some(({ recognizer, start, end }) => recognizer === 'name' && start < span.end && span.start < end),
  )
}
