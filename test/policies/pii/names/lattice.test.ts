import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { firstOf, LABELS, laterOf, mayFollow, OUTSIDE } from '../../../../policies/pii/names/labels.js'
import { allowed, bestLabels, likelihood, marginals, namesIn, workFor } from '../../../../policies/pii/names/lattice.js'

const MOST = 3
const number = fc.integer({ min: -400, max: 400 }).map((value) => value / 100)
const lattice = fc.record({
  count: fc.integer({ min: 1, max: MOST }),
  scores: fc.array(number, { minLength: MOST * LABELS, maxLength: MOST * LABELS }).map((all) => Float32Array.from(all)),
  moves: fc.array(number, { minLength: LABELS ** 2, maxLength: LABELS ** 2 }).map((all) => Float32Array.from(all)),
})

/** Every path of labels that may be, with its score. */
function paths(
  count: number,
  scores: Float32Array,
  moves: Float32Array,
): readonly (readonly [readonly number[], number])[] {
  let all: readonly (readonly [readonly number[], number])[] = [[[], 0]]
  for (let at = 0; at < count; at++) {
    all = all.flatMap(([path, score]) => {
      const before = path.at(-1) ?? OUTSIDE
      return Array.from({ length: LABELS }, (_, label) => label)
        .filter((label) => mayFollow(before, label))
        .map(
          (label) =>
            [
              [...path, label],
              score + (moves[before * LABELS + label] ?? 0) + (scores[at * LABELS + label] ?? 0),
            ] as const,
        )
    })
  }
  return all.map(([path, score]) => [path, score + (moves[(path.at(-1) ?? OUTSIDE) * LABELS] ?? 0)])
}

test('the labels are those of the best of all paths', () => {
  fc.assert(
    fc.property(lattice, ({ count, scores, moves }) => {
      const labels = new Uint8Array(MOST)
      const some = bestLabels(scores, count, allowed(moves), workFor(MOST), labels)
      const all = paths(count, scores, moves)
      const best = Math.max(...all.map(([, score]) => score))
      const chosen = all.find(([path]) => path.every((label, at) => label === labels[at]))
      assert.ok(chosen && Math.abs(chosen[1] - best) < 1e-3, `${chosen} against ${best}`)
      assert.equal(
        some,
        chosen[0].some((label) => label !== OUTSIDE),
      )
    }),
    { numRuns: 60 },
  )
})

test('the likelihood of a label is its share of all paths', () => {
  fc.assert(
    fc.property(lattice, ({ count, scores, moves }) => {
      const work = workFor(MOST)
      const sum = marginals(scores, count, Float64Array.from(allowed(moves), Math.exp), work)
      const weighed = paths(count, scores, moves).map(([path, score]) => [path, Math.exp(score)] as const)
      const total = weighed.reduce((all, [, weight]) => all + weight, 0)
      assert.ok(Math.abs(sum - Math.log(total)) < 1e-4)
      for (let at = 0; at < count; at++) {
        const isFirstKind = (path: readonly number[]) => path[at] === firstOf(0) || path[at] === laterOf(0)
        const share = weighed.filter(([path]) => isFirstKind(path)).reduce((all, [, weight]) => all + weight, 0)
        assert.ok(Math.abs(likelihood(work, at, 0) - share / total) < 1e-6)
      }
    }),
    { numRuns: 60 },
  )
})

test('names are a first label and the later ones behind it', () => {
  const labels = Uint8Array.of(OUTSIDE, firstOf(0), laterOf(0), firstOf(0), firstOf(2), laterOf(2), OUTSIDE)
  assert.deepEqual(namesIn(labels, labels.length), [
    { kind: 0, first: 1, end: 3 },
    { kind: 0, first: 3, end: 4 },
    { kind: 2, first: 4, end: 6 },
  ])
})
