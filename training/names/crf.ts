import { LABELS } from '../../policies/pii/names/labels.js'
import { allowed, marginals, workFor } from '../../policies/pii/names/lattice.js'
import { LONGEST_SEGMENT } from '../../policies/pii/names/segments.js'
import type { Examples } from './features-of.js'
import { createRandom } from './random.js'

/** What was learned, of each feature that was seen often enough. */
export interface Learned {
  readonly features: Int32Array
  /** How many tokens have each. */
  readonly seen: Int32Array
  /** `LABELS` for each feature. */
  readonly weights: Float32Array
  readonly transitions: Float32Array
}

export interface Training {
  readonly epochs: number
  readonly rate: number
  /** Weight decay. */
  readonly decay: number
  /** Features of fewer tokens are left out. */
  readonly leastSeen: number
  /** The share of tokens whose own word is not looked at. */
  readonly blind: number
  report(line: string): void
}

/** The first features of a token are its own word. */
const OWN_WORD = 2
const NEGLIGIBLE = 0.002
const TABLE_BITS = 23

/** A linear-chain conditional random field, by AdaGrad. The same examples give the same weights. */
export function train(examples: Examples, options: Training): Learned {
  const { features, seen, indexes } = numbered(examples, options.leastSeen)
  options.report(`${examples.segmentCount} segments, ${examples.tokens} tokens, ${features.length} features`)
  const weights = new Float32Array(features.length * LABELS)
  const squares = new Float32Array(features.length * LABELS).fill(1e-2)
  const transitions = new Float32Array(LABELS * LABELS)
  const moveSquares = new Float32Array(LABELS * LABELS).fill(1)
  const scores = new Float32Array(LONGEST_SEGMENT * LABELS)
  const work = workFor(LONGEST_SEGMENT)
  const random = createRandom(7)
  const order = Int32Array.from({ length: examples.segmentCount }, (_, index) => index)
  const skipped = new Uint8Array(LONGEST_SEGMENT)

  function score(first: number, count: number): void {
    scores.fill(0, 0, count * LABELS)
    for (let at = 0; at < count; at++) {
      const from = examples.starts[first + at] ?? 0
      const to = examples.starts[first + at + 1] ?? 0
      for (let place = from + (skipped[at] ?? 0); place < to; place++) {
        const feature = indexes[place] ?? -1
        if (feature < 0) continue
        for (let label = 0; label < LABELS; label++)
          scores[at * LABELS + label] = (scores[at * LABELS + label] ?? 0) + (weights[feature * LABELS + label] ?? 0)
      }
    }
  }

  function learnMoves(first: number, count: number): void {
    for (let at = 0; at <= count; at++) {
      const isLast = at === count
      const right = isLast ? 0 : (examples.labels[first + at] ?? 0)
      const before = at === 0 ? 0 : (examples.labels[first + at - 1] ?? 0)
      for (let label = 0; label < LABELS; label++) {
        for (let next = 0; next < (isLast ? 1 : LABELS); next++) {
          const likely = pairLikelihood(at, count, label, next)
          const gradient = likely - (label === before && next === right ? 1 : 0)
          if (Math.abs(gradient) < NEGLIGIBLE) continue
          const move = label * LABELS + next
          moveSquares[move] = (moveSquares[move] ?? 0) + gradient * gradient
          transitions[move] = (transitions[move] ?? 0) - (options.rate * gradient) / Math.sqrt(moveSquares[move] ?? 1)
        }
      }
    }
  }

  /** How likely two neighbouring labels are; taken to be independent given their own likelihood where both are sure. */
  function pairLikelihood(at: number, count: number, label: number, next: number): number {
    if (at === 0) return label === 0 ? (work.marginals[next] ?? 0) : 0
    if (at === count) return next === 0 ? (work.marginals[(at - 1) * LABELS + label] ?? 0) : 0
    return pairs[((at - 1) * LABELS + label) * LABELS + next] ?? 0
  }

  const pairs = new Float64Array(LONGEST_SEGMENT * LABELS * LABELS)
  function countPairs(count: number, odds: Float64Array): void {
    const { forward, backward, best } = work
    for (let at = 0; at + 1 < count; at++) {
      let sum = 0
      for (let label = 0; label < LABELS; label++) {
        for (let next = 0; next < LABELS; next++) {
          const behind = (at + 1) * LABELS + next
          const value =
            (forward[at * LABELS + label] ?? 0) *
            (odds[label * LABELS + next] ?? 0) *
            (best[behind] ?? 0) *
            (backward[behind] ?? 0)
          pairs[(at * LABELS + label) * LABELS + next] = value
          sum += value
        }
      }
      for (let pair = 0; pair < LABELS * LABELS; pair++) {
        const place = at * LABELS * LABELS + pair
        pairs[place] = (pairs[place] ?? 0) / sum
      }
    }
  }

  function learnFeatures(first: number, count: number): void {
    for (let at = 0; at < count; at++) {
      const right = examples.labels[first + at] ?? 0
      const from = (examples.starts[first + at] ?? 0) + (skipped[at] ?? 0)
      const to = examples.starts[first + at + 1] ?? 0
      for (let label = 0; label < LABELS; label++) {
        const gradient = (work.marginals[at * LABELS + label] ?? 0) - (label === right ? 1 : 0)
        if (Math.abs(gradient) < NEGLIGIBLE) continue
        for (let place = from; place < to; place++) {
          const feature = indexes[place] ?? -1
          if (feature < 0) continue
          const weight = feature * LABELS + label
          const step = gradient + options.decay * (weights[weight] ?? 0)
          squares[weight] = (squares[weight] ?? 0) + step * step
          weights[weight] = (weights[weight] ?? 0) - (options.rate * step) / Math.sqrt(squares[weight] ?? 1)
        }
      }
    }
  }

  for (let epoch = 0; epoch < options.epochs; epoch++) {
    shuffle(order, random.integer)
    let loss = 0
    for (const segment of order) {
      const first = examples.segments[segment] ?? 0
      const count = (examples.segments[segment + 1] ?? 0) - first
      for (let at = 0; at < count; at++) skipped[at] = random.chance(options.blind) ? OWN_WORD : 0
      score(first, count)
      const odds = Float64Array.from(allowed(transitions), Math.exp)
      loss += marginals(scores, count, odds, work)
      for (let at = 0; at < count; at++) loss -= scores[at * LABELS + (examples.labels[first + at] ?? 0)] ?? 0
      countPairs(count, odds)
      learnFeatures(first, count)
      learnMoves(first, count)
    }
    options.report(`epoch ${epoch + 1}: loss ${(loss / examples.tokens).toFixed(4)}`)
  }
  return { features, seen, weights, transitions }
}

function shuffle(order: Int32Array, integer: (below: number) => number): void {
  for (let index = order.length - 1; index > 0; index--) {
    const other = integer(index + 1)
    const value = order[index] ?? 0
    order[index] = order[other] ?? 0
    order[other] = value
  }
}

/** Numbers the features that are seen often enough; -1 in `indexes` for the others. */
function numbered(examples: Examples, least: number): { features: Int32Array; seen: Int32Array; indexes: Int32Array } {
  const keys = new Int32Array(1 << TABLE_BITS)
  const counts = new Int32Array(1 << TABLE_BITS)
  const slotOf = (feature: number): number => {
    let slot = Math.imul(feature, 0x9e3779b1) >>> (32 - TABLE_BITS)
    while (counts[slot] !== 0 && keys[slot] !== feature) slot = (slot + 1) & ((1 << TABLE_BITS) - 1)
    return slot
  }
  const size = examples.starts[examples.tokens] ?? 0
  let distinct = 0
  for (let place = 0; place < size; place++) {
    const feature = examples.features[place] ?? 0
    const slot = slotOf(feature)
    if (counts[slot] === 0 && ++distinct > (1 << TABLE_BITS) * 0.9) throw new RangeError('too many features')
    keys[slot] = feature
    counts[slot] = (counts[slot] ?? 0) + 1
  }
  const often: number[] = []
  const numbers = new Int32Array(1 << TABLE_BITS).fill(-1)
  const indexes = new Int32Array(size)
  for (let place = 0; place < size; place++) {
    const feature = examples.features[place] ?? 0
    const slot = slotOf(feature)
    if ((counts[slot] ?? 0) < least) indexes[place] = -1
    else {
      if ((numbers[slot] ?? -1) < 0) numbers[slot] = often.push(feature) - 1
      indexes[place] = numbers[slot] ?? -1
    }
  }
  const seen = Int32Array.from(often, (feature) => counts[slotOf(feature)] ?? 0)
  return { features: Int32Array.from(often), seen, indexes }
}
