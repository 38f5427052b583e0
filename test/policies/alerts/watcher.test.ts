import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { atOnce } from '../../../core/turns.js'
import { createFileAlertStore } from '../../../io/alerts/file-alert-store.js'
import { createRedisAlertStore } from '../../../io/alerts/redis-alert-store.js'
import { readBucketKey } from '../../../io/bucket-key.js'
import type { AlertStore } from '../../../policies/alerts/alert.js'
import { namedBuckets } from '../../../policies/alerts/budget-name.js'
import { receiversOf } from '../../../policies/alerts/watcher.js'
import { HOUR } from '../../../policies/alerts/weeks.js'
import type { BucketState } from '../../../policies/budget/ledger.js'
import type { Rule } from '../../../policies/budget/rules.js'
import { startRedis } from '../../support/redis.js'
import { bucketOf, DAY_START, NOON, pointOf, RULE, SETTINGS, type Seen, watching } from './watch-world.js'

let root: string
let seen: Seen
let file = 0
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'tollgate-watch-'))
})
after(() => rm(root, { recursive: true, force: true }))
beforeEach(() => {
  file += 1
  seen = { now: NOON, states: [], points: [], storeUp: true, settings: SETTINGS }
})

const opened = (kind = 'shared') =>
  createFileAlertStore({ path: join(root, `${file}-${kind}.json`), now: () => seen.now })

const subjects = async (store: AlertStore) =>
  (await store.recent()).map(({ facts, kind }) => facts['threshold'] ?? kind)

test('each threshold that is reached is one alert, however often is looked, also after a restart', async () => {
  seen.states = [bucketOf(55)]
  const store = opened()
  const { look } = watching(store, opened('own'), seen)
  await look()
  await look()
  assert.deepEqual(await subjects(store), [50])
  seen.states = [bucketOf(99.6)]
  const again = opened()
  await watching(again, opened('own'), seen).look()
  assert.deepEqual(await subjects(again), [100, 80, 50])
  const [{ text = '', teams = [], facts = {} } = {}] = (await again.recent()).slice(-1)
  assert.equal(text, 'Budget red (user=ann) has reached 50 %: $55.00 of $100.00 are spent.')
  assert.deepEqual([teams, facts['committed'], facts['share']], [['red'], '55', 55])
})

test('the next window alerts again', async () => {
  const store = opened()
  const { look } = watching(store, opened('own'), seen)
  seen.states = [bucketOf(55)]
  await look()
  seen.now += 24 * HOUR
  seen.states = [bucketOf(60, 100, DAY_START + 24 * HOUR)]
  await look()
  assert.deepEqual(await subjects(store), [50, 50])
  assert.equal((await store.inForce()).size, 1)
})

test('a reset and a raise re-arm; a share that wavers does not', async () => {
  const store = opened()
  const { look } = watching(store, opened('own'), seen)
  const see = async (state: ReturnType<typeof bucketOf>) => {
    seen.states = [state]
    await look()
  }
  await see(bucketOf(81))
  await see(bucketOf(78))
  await see(bucketOf(81))
  assert.deepEqual(await subjects(store), [80, 50])
  // Raised: 78 % of the new limit, below the threshold.
  await see(bucketOf(81, 104))
  await see(bucketOf(84, 104))
  assert.deepEqual(await subjects(store), [80, 80, 50])
  seen.states = []
  await look()
  assert.equal((await store.inForce()).size, 0)
  await see(bucketOf(51))
  assert.deepEqual(await subjects(store), [50, 80, 80, 50])
})

test('a store that does not answer is told of by the instance itself, and nothing is judged by what stands in', async () => {
  const store = opened()
  const own = opened('own')
  const { look } = watching(store, own, seen)
  seen.states = [bucketOf(55)]
  seen.storeUp = false
  await look()
  await look()
  assert.deepEqual(await subjects(own), ['store-down'])
  assert.deepEqual(await subjects(store), [])
  seen.storeUp = true
  await look()
  assert.equal((await own.inForce()).size, 0)
  assert.deepEqual(await subjects(store), [50])
})

test('a budget that will be gone is told of before it is, and not again', async () => {
  seen.settings = { ...SETTINGS, thresholds: [], forecast: { enabled: true, probability: 80 } }
  // Two dollars in each hour of two weeks: 24 of them by noon, 48 by the end of the day.
  seen.points = Array.from({ length: 14 * 24 }, (_, index) => pointOf(NOON - (index + 1) * HOUR, 2))
  const store = opened()
  const { look, errors } = watching(store, opened('own'), seen)
  seen.states = [bucketOf(24, 60)]
  await look()
  assert.deepEqual(await subjects(store), [])
  seen.states = [bucketOf(24, 40)]
  await look()
  await look()
  assert.deepEqual(errors, [])
  const [alert, ...rest] = await store.recent()
  assert.equal(rest.length, 0)
  assert.equal(alert?.kind, 'forecast')
  const at = Date.parse(String(alert?.facts['exhaustedAt']))
  assert.ok(Math.abs(at - (NOON + 8 * HOUR)) < 2 * HOUR, new Date(at).toISOString())
  // Raised far enough, it is over.
  seen.states = [bucketOf(24, 400)]
  await look()
  assert.equal((await store.inForce()).size, 0)
})

test('an hour that stands out is one alert while it lasts, of everything that is watched', async () => {
  seen.settings = { ...SETTINGS, thresholds: [], anomalies: { ...SETTINGS.anomalies, enabled: true } }
  const past = Array.from({ length: 21 * 24 }, (_, index) => pointOf(NOON - (index + 1) * HOUR, 10 + (index % 3)))
  seen.points = [...past, pointOf(NOON, 40)]
  seen.now = NOON + HOUR / 2
  const store = opened()
  const { look, errors } = watching(store, opened('own'), seen)
  await look()
  seen.now = NOON + HOUR
  seen.points = [...seen.points, pointOf(NOON + HOUR, 90)]
  await look()
  assert.deepEqual(errors, [])
  assert.deepEqual((await store.recent()).map(({ facts }) => `${facts['by']}=${facts['name']}`).sort(), [
    'team=red',
    'total=',
  ])
  assert.match(
    (await store.recent())[0]?.text ?? '',
    /stands out in the hour of 2026-06-10 12:00 UTC: \$40\.00, usual are \$6\./,
  )
})

test('two instances on one Redis raise each alert once', async () => {
  const redis = await startRedis({ appendOnly: 'none' })
  try {
    const stores = [0, 1].map(() => createRedisAlertStore({ url: redis.url, prefix: 'two', now: () => seen.now }))
    const [one, two] = stores.map((store, index) => watching(store, opened(`own${index}`), seen, `w${index}`))
    seen.states = [bucketOf(85)]
    await Promise.all([one?.look(), two?.look(), one?.look(), two?.look()])
    assert.deepEqual([...(one?.raised ?? []), ...(two?.raised ?? [])], ['threshold', 'threshold'])
    const taken = await Promise.all(stores.map((store) => store.take(seen.now, 60_000, 10)))
    assert.equal(taken.flat().length, 2)
    for (const store of stores) await store.close()
  } finally {
    await redis.stop()
  }
})

test('webhooks are told of what they want', () => {
  const target = { url: 'https://w.test', format: 'tollgate', timeout: 1 } as const
  const webhooks = [
    { name: 'all', ...target },
    { name: 'kind', ...target, kinds: ['forecast'] as const },
    { name: 'budget', ...target, budgets: ['red'] },
    { name: 'team', ...target, teams: ['red', 'blue'] },
    { name: 'other', ...target, teams: ['green'] },
  ]
  const alert = {
    id: 'a',
    subject: 's',
    at: 0,
    text: '',
    facts: {},
    kind: 'threshold',
    budget: 'red',
    teams: ['red'],
  } as const
  assert.deepEqual(receiversOf(alert, webhooks), ['all', 'budget', 'team'])
})

test('a bucket is named by the first rule of its name: a limit may have that of a budget', () => {
  const limit: Rule = { ...RULE, section: 'limits', each: ['team'], match: new Map() }
  const [named] = atOnce(namedBuckets([bucketOf(55)], [RULE, limit], readBucketKey))
  assert.deepEqual([named?.subject, named?.teams], ['user=ann', ['red']])
})

test('a look at many budgets is done in turns with other work, and finds what it finds in one', async () => {
  const users = Array.from({ length: 20_000 }, (_, index) => `user${index}`)
  seen.settings = { ...SETTINGS, forecast: { enabled: true, probability: 80 } }
  seen.states = users.map((user, index): BucketState => {
    const state = bucketOf(index % 5000 === 0 ? 60 : 1)
    return { ...state, bucket: { ...state.bucket, key: state.bucket.key.replace('ann', user) } }
  })
  let turns = 0
  const store = opened()
  const pause = async () => {
    turns += 1
  }
  const { look, errors } = watching(store, opened('own'), seen, 'w', pause)
  await look()
  assert.deepEqual(errors, [])
  const told = (await store.recent()).filter(({ kind }) => kind === 'threshold').map(({ facts }) => facts['for'])
  assert.deepEqual(told.sort(), ['user=user0', 'user=user10000', 'user=user15000', 'user=user5000'])
  // Naming them is ten turns, judging them eight; 500 are of the forecasts.
  assert.ok(turns > 515, `${turns} turns`)
})
