import { fold } from '../../policies/pii/detect/scan/fold.js'
import { featuresAt, type Known, MOST_FEATURES } from '../../policies/pii/names/features.js'
import { knownFor, readTokens } from '../../policies/pii/names/known.js'
import { firstOf, KINDS, laterOf, OUTSIDE } from '../../policies/pii/names/labels.js'
import type { NameModel } from '../../policies/pii/names/model.js'
import { eachSegment } from '../../policies/pii/names/segments.js'
import type { Sample } from './sample.js'

/** Segments of tokens with their features and right labels, in arrays that grow. */
export interface Examples {
  /** Hashes of features, token after token. */
  features: Int32Array
  /** Where each token's features begin; one more entry than tokens. */
  starts: Int32Array
  labels: Uint8Array
  /** The first token of each segment, and one more. */
  segments: Int32Array
  tokens: number
  segmentCount: number
}

/** Keeps listed names from being trusted: of so many of a hundred words, by text, nobody knows that they are listed. */
const UNLISTED = 55

export function createExamples(lists: Pick<NameModel, 'classes' | 'names'>) {
  const examples: Examples = {
    features: new Int32Array(1 << 20),
    starts: new Int32Array(1 << 16),
    labels: new Uint8Array(1 << 16),
    segments: new Int32Array(1 << 16),
    tokens: 0,
    segmentCount: 0,
  }
  const own = new Int32Array(MOST_FEATURES)

  function addToken(known: Known, codes: Uint16Array, index: number, label: number): void {
    const count = featuresAt(known, codes, index, own)
    const from = examples.starts[examples.tokens] ?? 0
    if (from + count > examples.features.length) examples.features = grown(examples.features)
    if (examples.tokens + 2 > examples.starts.length) {
      examples.starts = grown(examples.starts)
      examples.labels = grownBytes(examples.labels)
    }
    for (let feature = 0; feature < count; feature++) examples.features[from + feature] = own[feature] ?? 0
    examples.labels[examples.tokens] = label
    examples.tokens++
    examples.starts[examples.tokens] = from + count
  }

  return {
    examples,
    /** Adds a text; `salt` decides which words count as listed. */
    add(sample: Sample, salt: number): void {
      const folded = fold(sample.text)
      const length = folded.text.length
      const known = knownFor(length + 8)
      readTokens(folded.codes, 0, length, lists, known)
      for (let index = 0; index < known.count; index++) {
        const mixed = Math.imul((known.hashes[index] ?? 0) ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b) >>> 8
        if (mixed % 100 < UNLISTED) known.listed[index] = 0
      }
      const labels = labelsOf(sample, known, (offset) => folded.indexOf(offset))
      eachSegment(known, (first, end) => {
        if (examples.segmentCount + 2 > examples.segments.length) examples.segments = grown(examples.segments)
        let before = OUTSIDE
        for (let index = first; index < end; index++) {
          let label = labels[index] ?? OUTSIDE
          // What goes on behind a token that is never part of a name begins anew.
          if (index === first && label !== OUTSIDE && before === OUTSIDE && (label & 1) === 0) label--
          addToken(known, folded.codes, index, label)
          before = label
        }
        examples.segmentCount++
        examples.segments[examples.segmentCount] = examples.tokens
      })
    },
  }
}

function labelsOf({ names }: Sample, known: Known, place: (offset: number) => number): Uint8Array {
  const labels = new Uint8Array(known.count)
  let index = 0
  for (const name of names) {
    const start = place(name.start)
    const end = place(name.end)
    const kind = KINDS.indexOf(name.kind)
    while (index < known.count && (known.ends[index] ?? 0) <= start) index++
    for (let first = true; index < known.count && (known.starts[index] ?? 0) < end; index++, first = false) {
      labels[index] = first ? firstOf(kind) : laterOf(kind)
    }
  }
  return labels
}

function grown(old: Int32Array): Int32Array {
  const larger = new Int32Array(old.length * 2)
  larger.set(old)
  return larger
}

function grownBytes(old: Uint8Array): Uint8Array {
  const larger = new Uint8Array(old.length * 2)
  larger.set(old)
  return larger
}
