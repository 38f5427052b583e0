import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHistory } from '../../../policies/alerts/history.js'
import type { SpendPoint } from '../../../policies/alerts/points.js'
import { HOUR } from '../../../policies/alerts/weeks.js'
import { NOON, pointOf, RULE, USD } from './watch-world.js'

const WANTED = { rules: [RULE], watch: ['total', 'budget', 'team'] as const }
const LINE = 'budgets/red/usd/ann'

function following(points: SpendPoint[]) {
  const world = { now: NOON, reads: 0 }
  const history = createHistory({
    clock: { now: () => world.now },
    async read(from, to) {
      world.reads += 1
      return points.filter(({ hour }) => hour >= from && hour < to)
    },
  })
  return { world, history }
}

test('the hours of a bucket are those of its rule and subject, up to the hour in progress', async () => {
  const other = { ...pointOf(NOON - HOUR, 7), team: 'blue' }
  const { history } = following([pointOf(NOON - 2 * HOUR, 1), pointOf(NOON - HOUR, 2), pointOf(NOON, 4), other])
  await history.refresh(WANTED)
  const hours = history.ofBucket(LINE)
  assert.deepEqual(hours?.values.slice(-3), [0, USD, 2 * USD])
  assert.equal((hours?.start ?? 0) + (hours?.values.length ?? 0) * HOUR, NOON)
  const total = history.watched().find(({ key }) => key === 'total= nano')
  assert.equal(total?.hours.values.at(-1), 9 * USD)
  assert.equal(total?.current, 4 * USD)
  assert.ok(history.watched().some(({ by, name }) => by === 'budget' && name === 'red'))
})

test('later looks read the last hours only, and what comes late there is counted once', async () => {
  const points = [pointOf(NOON - HOUR, 1)]
  const { world, history } = following(points)
  await history.refresh(WANTED)
  const first = world.reads
  world.now += HOUR
  points.push(pointOf(NOON, 2), pointOf(NOON - HOUR, 5))
  await Promise.all([history.refresh(WANTED), history.refresh(WANTED)])
  assert.equal(world.reads, first + 1)
  assert.deepEqual(history.ofBucket(LINE)?.values.slice(-2), [6 * USD, 2 * USD])
})

test('hours leave after five weeks', async () => {
  const { world, history } = following([pointOf(NOON - HOUR, 1)])
  await history.refresh(WANTED)
  for (let hours = 0; hours < 5 * 168; hours += 3) {
    world.now += 3 * HOUR
    await history.refresh(WANTED)
  }
  assert.deepEqual(new Set(history.ofBucket(LINE)?.values ?? [0]), new Set([0]))
})

test('other rules are another past', async () => {
  const { history } = following([pointOf(NOON - HOUR, 1)])
  await history.refresh(WANTED)
  await history.refresh({ ...WANTED, rules: [{ ...RULE, each: [] }] })
  assert.equal(history.ofBucket(LINE), undefined)
  assert.equal(history.ofBucket('budgets/red/usd')?.values.at(-1), USD)
})
