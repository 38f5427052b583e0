import type { Codes } from '../detect/scan/characters.js'
import { featuresAt, type Known, LOOKED_BEHIND, MOST_FEATURES } from './features.js'
import { KINDS, LABELS, type NameKind } from './labels.js'
import { allowed, bestLabels, likelihood, marginals, namesIn, workFor } from './lattice.js'
import { findSlot, type NameModel, shiftFor } from './model.js'
import { eachSegment, LONGEST_SEGMENT } from './segments.js'
import { NUMBER_TOKEN } from './tokens.js'

/** A name that was found, in offsets of the folded text. */
export interface NameSpan {
  readonly kind: NameKind
  readonly start: number
  readonly end: number
  /** 0 to 1. */
  readonly confidence: number
}

/** A part of a text that is read at once. */
export interface Stretch {
  readonly codes: Codes
  /** What begins in [from, to) is asked for. */
  readonly from: number
  readonly to: number
  /** The text's length. */
  readonly length: number
  /** More text may come. */
  readonly open: boolean
}

/** Finds names among tokens. */
export interface Tagger {
  /**
   * The names that begin in the stretch, in order. `openFrom` is where the first segment begins that more text could change; the
   * stretch's end where there is none. What is behind it is left out.
   */
  tag(known: Known, stretch: Stretch): Tagged
}

export interface Tagged {
  readonly spans: readonly NameSpan[]
  readonly openFrom: number
}

/** What is taken from the score of being no name: a name that is missed is worse than a word that is taken for one. */
const EAGERNESS = 0.3

/** Makes a tagger of what has been learned. */
export function createTagger(model: NameModel): Tagger {
  const moves = allowed(model.transitions)
  const odds = Float64Array.from(moves, Math.exp)
  const features = new Int32Array(MOST_FEATURES)
  const scores = new Float32Array(LONGEST_SEGMENT * LABELS)
  const labels = new Uint8Array(LONGEST_SEGMENT)
  const work = workFor(LONGEST_SEGMENT)
  const shift = shiftFor(model.marks.length)

  function score(known: Known, codes: Codes, index: number, row: number): void {
    const count = featuresAt(known, codes, index, features)
    addWeights(model, shift, features, count, scores, row)
    scores[row] = (scores[row] ?? 0) - EAGERNESS
  }

  function readSegment(known: Known, codes: Codes, first: number, end: number, spans: NameSpan[]): void {
    const count = end - first
    if (count === 1 && saysNothing(known, first)) return
    for (let at = 0; at < count; at++) score(known, codes, first + at, at * LABELS)
    if (!bestLabels(scores, count, moves, work, labels)) return
    marginals(scores, count, odds, work)
    for (const name of namesIn(labels, count)) {
      let sum = 0
      for (let at = name.first; at < name.end; at++) sum += likelihood(work, at, name.kind)
      spans.push({
        kind: KINDS[name.kind] ?? 'person',
        start: known.starts[first + name.first] ?? 0,
        end: known.ends[first + name.end - 1] ?? 0,
        confidence: sum / (name.end - name.first),
      })
    }
  }

  return {
    tag(known, { codes, from, to, length, open }) {
      const spans: NameSpan[] = []
      let openFrom = to
      eachSegment(known, (first, behind) => {
        const start = known.starts[first] ?? 0
        if (start >= openFrom || (known.ends[behind - 1] ?? 0) <= from) return
        if (open && !isSettled(known, behind - 1, length)) openFrom = Math.max(from, start)
        else readSegment(known, codes, first, behind, spans)
      })
      return { spans: spans.filter(({ start }) => start >= from && start < to), openFrom }
    },
  }
}

/** Writes the sums of the features' weights. Nine numbers of their own, not an array: most of the time that tagging takes is spent here. */
function addWeights(
  { marks, weights, scale }: NameModel,
  shift: number,
  features: Int32Array,
  count: number,
  scores: Float32Array,
  row: number,
): void {
  let none = 0
  let person = 0
  let laterPerson = 0
  let location = 0
  let laterLocation = 0
  let organization = 0
  let laterOrganization = 0
  let address = 0
  let laterAddress = 0
  for (let feature = 0; feature < count; feature++) {
    const slot = findSlot(marks, shift, features[feature] ?? 0)
    if (slot < 0) continue
    const at = slot * LABELS
    none += weights[at] ?? 0
    person += weights[at + 1] ?? 0
    laterPerson += weights[at + 2] ?? 0
    location += weights[at + 3] ?? 0
    laterLocation += weights[at + 4] ?? 0
    organization += weights[at + 5] ?? 0
    laterOrganization += weights[at + 6] ?? 0
    address += weights[at + 7] ?? 0
    laterAddress += weights[at + 8] ?? 0
  }
  scores[row] = none * scale
  scores[row + 1] = person * scale
  scores[row + 2] = laterPerson * scale
  scores[row + 3] = location * scale
  scores[row + 4] = laterLocation * scale
  scores[row + 5] = organization * scale
  scores[row + 6] = laterOrganization * scale
  scores[row + 7] = address * scale
  scores[row + 8] = laterAddress * scale
}

/** Whether a token by itself is too short for a name: one sign or letter, a number of two digits. */
function saysNothing({ kinds, starts, ends }: Known, index: number): boolean {
  const length = (ends[index] ?? 0) - (starts[index] ?? 0)
  return length < (kinds[index] === NUMBER_TOKEN ? 3 : 2)
}

/** Whether the tokens up to the one at `last` and those that its features look at stay as they are, whatever comes. */
function isSettled({ count, ends }: Known, last: number, length: number): boolean {
  const looked = last + LOOKED_BEHIND
  return looked < count && (looked + 1 < count || (ends[looked] ?? 0) < length)
}
