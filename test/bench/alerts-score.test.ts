import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAYS, monthOf, PROFILE_NAMES } from '../../bench/alerts-month.js'
import { type Foretold, findSpikes, foretell } from '../../bench/alerts-score.js'

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
const FEWER = [1, 2, 3]
const LIMIT = { timeout: 300_000 }

test(
  'in synthetic months nine of ten alerts are right, and nine of ten spikes of five times the usual are found',
  LIMIT,
  () => {
    const found = PROFILE_NAMES.flatMap((name) => SEEDS.map((seed) => findSpikes(monthOf(name, seed, 'spikes'))))
    const right = sum(found.map((each) => each.right))
    const precision = right / (right + sum(found.map((each) => each.wrong)))
    const recall = (size: number) => {
      const hit = sum(found.map(({ spikes }) => spikes[size]?.[0] ?? 0))
      return hit / (hit + sum(found.map(({ spikes }) => spikes[size]?.[1] ?? 0)))
    }
    assert.ok(precision >= 0.9, `precision ${precision}`)
    assert.ok(recall(5) >= 0.9, `recall x5 ${recall(5)}`)
    assert.ok(recall(10) >= 0.9, `recall x10 ${recall(10)}`)
    assert.ok(recall(3) >= 0.4, `recall x3 ${recall(3)}`)
  },
)

test(
  'overruns that are foretold are right nine times of ten, and intervals hold what they say about as often',
  LIMIT,
  () => {
    for (const [days, within] of [
      [1, 0.7],
      [7, 0.6],
      [DAYS, 0.65],
    ] as const) {
      const told = PROFILE_NAMES.flatMap((name) => FEWER.map((seed) => foretell(monthOf(name, seed, 'nothing'), days)))
      const of = (member: keyof Foretold) => sum(told.map((each) => each[member]))
      const precision = of('right') / (of('right') + of('wrong'))
      assert.ok(precision >= 0.9, `precision ${precision} over ${days} days`)
      const covered = of('within') / of('asked')
      assert.ok(covered >= within, `coverage ${covered} over ${days} days`)
    }
  },
)

test('the months are the same every time', () => {
  assert.deepEqual(monthOf('holiday', 3, 'spikes'), monthOf('holiday', 3, 'spikes'))
})

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
