import { firstOf, isFirst, kindOf, LABELS, mayFollow, OUTSIDE } from './labels.js'

const NEVER = -1e9

/** Pairs of labels that may follow each other, by the second one; those of label `next` are [PAIRS_FROM[next], PAIRS_FROM[next + 1]). */
const PAIRS: readonly (readonly [label: number, next: number])[] = Array.from({ length: LABELS }, (_, next) =>
  Array.from({ length: LABELS }, (_, label) => [label, next] as const).filter(([label]) => mayFollow(label, next)),
).flat()
const FIRSTS = Uint8Array.from(PAIRS, ([label]) => label)
const PAIRS_FROM = Uint8Array.from({ length: LABELS + 1 }, (_, next) => PAIRS.filter((pair) => pair[1] < next).length)

/** The score of each label behind each, with what cannot be ruled out, at label * LABELS + next. */
export function allowed(transitions: Float32Array): Float32Array {
  return transitions.map((score, at) => (mayFollow(Math.floor(at / LABELS), at % LABELS) ? score : NEVER))
}

/**
 * The best labels of `count` tokens with nothing before and behind them, by their scores (`LABELS` each); writes them to `labels`
 * and returns whether any is a name's.
 */
export function bestLabels(
  scores: Float32Array,
  count: number,
  moves: Float32Array,
  work: Work,
  labels: Uint8Array,
): boolean {
  const { best, from } = work
  for (let at = 0; at < count; at++) {
    for (let label = 0; label < LABELS; label++) {
      let top = NEVER * 2
      let where = OUTSIDE
      if (at === 0) top = moves[OUTSIDE * LABELS + label] ?? NEVER
      else {
        for (let pair = PAIRS_FROM[label] ?? 0; pair < (PAIRS_FROM[label + 1] ?? 0); pair++) {
          const previous = FIRSTS[pair] ?? OUTSIDE
          const score = (best[(at - 1) * LABELS + previous] ?? NEVER) + (moves[previous * LABELS + label] ?? NEVER)
          if (score <= top) continue
          top = score
          where = previous
        }
      }
      best[at * LABELS + label] = top + (scores[at * LABELS + label] ?? 0)
      from[at * LABELS + label] = where
    }
  }
  let label = OUTSIDE
  let top = NEVER * 2
  for (let last = 0; last < LABELS; last++) {
    const score = (best[(count - 1) * LABELS + last] ?? NEVER) + (moves[last * LABELS] ?? NEVER)
    if (score <= top) continue
    top = score
    label = last
  }
  let some = false
  for (let at = count - 1; at >= 0; at--) {
    labels[at] = label
    some ||= label !== OUTSIDE
    label = from[at * LABELS + label] ?? OUTSIDE
  }
  return some
}

/** Room for the tokens of one segment. */
export interface Work {
  readonly best: Float64Array
  readonly from: Uint8Array
  readonly forward: Float64Array
  readonly backward: Float64Array
  readonly marginals: Float64Array
}

export function workFor(tokens: number): Work {
  const size = tokens * LABELS
  return {
    best: new Float64Array(size),
    from: new Uint8Array(size),
    forward: new Float64Array(size),
    backward: new Float64Array(size),
    marginals: new Float64Array(size),
  }
}

/**
 * How likely each label of each token is, in `work.marginals`: the forward-backward algorithm on numbers that are scaled per token.
 * `odds` are the exponentials of the moves' scores. Returns the logarithm of the sum over all paths.
 */
export function marginals(scores: Float32Array, count: number, odds: Float64Array, work: Work): number {
  const { forward, backward, best: own } = work
  let log = 0
  for (let at = 0; at < count; at++) {
    const row = at * LABELS
    let most = NEVER
    for (let label = 0; label < LABELS; label++) most = Math.max(most, scores[row + label] ?? 0)
    let sum = 0
    for (let label = 0; label < LABELS; label++) {
      const likely = Math.exp((scores[row + label] ?? 0) - most)
      own[row + label] = likely
      let paths = 0
      if (at === 0) paths = odds[label] ?? 0
      else {
        for (let pair = PAIRS_FROM[label] ?? 0; pair < (PAIRS_FROM[label + 1] ?? 0); pair++) {
          const previous = FIRSTS[pair] ?? OUTSIDE
          paths += (forward[row - LABELS + previous] ?? 0) * (odds[previous * LABELS + label] ?? 0)
        }
      }
      const value = paths * likely
      forward[row + label] = value
      sum += value
    }
    log += most + Math.log(sum)
    for (let label = 0; label < LABELS; label++) forward[row + label] = (forward[row + label] ?? 0) / sum
  }
  let end = 0
  for (let label = 0; label < LABELS; label++) {
    const value = odds[label * LABELS] ?? 0
    backward[(count - 1) * LABELS + label] = value
    end += value * (forward[(count - 1) * LABELS + label] ?? 0)
  }
  for (let at = count - 2; at >= 0; at--) backOne(at, odds, work)
  for (let at = 0; at < count; at++) normalize(at * LABELS, work)
  return log + Math.log(end)
}

function backOne(at: number, odds: Float64Array, { backward, best: own }: Work): void {
  const row = at * LABELS
  backward.fill(0, row, row + LABELS)
  let sum = 0
  for (let next = 0; next < LABELS; next++) {
    const behind = row + LABELS + next
    const value = (own[behind] ?? 0) * (backward[behind] ?? 0)
    for (let pair = PAIRS_FROM[next] ?? 0; pair < (PAIRS_FROM[next + 1] ?? 0); pair++) {
      const label = FIRSTS[pair] ?? OUTSIDE
      const share = (odds[label * LABELS + next] ?? 0) * value
      backward[row + label] = (backward[row + label] ?? 0) + share
      sum += share
    }
  }
  for (let label = 0; label < LABELS; label++) backward[row + label] = (backward[row + label] ?? 0) / sum
}

function normalize(row: number, { forward, backward, marginals }: Work): void {
  let sum = 0
  for (let label = 0; label < LABELS; label++) sum += (forward[row + label] ?? 0) * (backward[row + label] ?? 0)
  for (let label = 0; label < LABELS; label++)
    marginals[row + label] = ((forward[row + label] ?? 0) * (backward[row + label] ?? 0)) / sum
}

/** A name among labels: tokens [first, end) of a segment. */
export interface Named {
  readonly kind: number
  readonly first: number
  readonly end: number
}

/** The names that the labels spell. */
export function namesIn(labels: Uint8Array, count: number): readonly Named[] {
  const names: Named[] = []
  for (let at = 0; at < count; ) {
    const label = labels[at] ?? OUTSIDE
    let end = at + 1
    if (label !== OUTSIDE) {
      const kind = kindOf(label)
      while (end < count && labels[end] !== OUTSIDE && !isFirst(labels[end] ?? OUTSIDE)) end++
      names.push({ kind, first: at, end })
    }
    at = end
  }
  return names
}

/** How likely it is that a token belongs to a name of the kind. */
export function likelihood({ marginals }: Work, at: number, kind: number): number {
  const first = at * LABELS + firstOf(kind)
  return (marginals[first] ?? 0) + (marginals[first + 1] ?? 0)
}
