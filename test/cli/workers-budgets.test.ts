import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { BudgetRow } from '../../io/admin/budget-rows.js'
import type { Check } from '../../io/admin/server.js'
import { openaiJson } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { total } from '../support/metrics.js'
import { type RedisServer, startRedis } from '../support/redis.js'
import { type ClusterOptions, type ClusterWorld, startCluster } from './cluster-world.js'

const LIMIT = { timeout: 60_000 }
const TEN_REQUESTS = { limits: [{ name: 'ten', requests: 10, per: 'day' }] }
const ONE_DOLLAR = { budgets: [{ name: 'all', limit: { usd: 1, per: 'day' } }] }

let redis: RedisServer
before(async () => {
  redis = await startRedis({ appendOnly: 'none' })
})
after(() => redis.stop())

let world: ClusterWorld | undefined
afterEach(() => world?.stop())

async function started(options: ClusterOptions): Promise<ClusterWorld> {
  const made = await startCluster({ ...options, env: { TOLLGATE_WORKERS: '2', ...options.env } })
  world = made
  made.provider.at('oa', (_, reply) => reply.json(200, openaiJson('hello')))
  return made
}
const store = (prefix: string, deadline = '5s') => ({ store: { kind: 'redis', url: redis.url, prefix, deadline } })

async function bucketIn(world: ClusterWorld, budget: string): Promise<BudgetRow | undefined> {
  const { buckets } = (await (await world.admin(`/budgets/${budget}`)).json()) as { buckets: readonly BudgetRow[] }
  return buckets[0]
}

async function configCheck(world: ClusterWorld): Promise<Check | undefined> {
  const { checks } = (await (await world.admin('/readyz')).json()) as { checks: readonly Check[] }
  return checks.find(({ name }) => name === 'config')
}

test('a limit holds over all workers, and the primary tells of it once', LIMIT, async () => {
  const world = await started({ settings: { ...TEN_REQUESTS, ...ONE_DOLLAR, ...store('limit') } })
  await world.ready()
  const answers = await Promise.all(Array.from({ length: 30 }, () => world.chat()))
  for (const answer of answers) await answer.text()
  assert.equal(answers.filter(({ status }) => status === 200).length, 10)
  assert.equal(answers.filter(({ status }) => status === 429).length, 20)

  // Requests are settled a moment after their clients have the answer.
  await eventually('all is settled', async () => total(await world.metrics(), 'tollgate_exchanges_open') === 0)
  const samples = await world.metrics()
  assert.equal(total(samples, 'tollgate_budget_refused_total', { budget: 'ten' }), 20)
  assert.equal(total(samples, 'tollgate_store_up'), 1)
  await eventually('both workers have had requests', async () => {
    await (await world.chat()).text()
    const now = await world.metrics()
    return ['1', '2'].every((worker) => total(now, 'tollgate_worker_requests_total', { worker }) > 0)
  })
  const spent = samples.filter(({ name }) => name === 'tollgate_budget_spent_usd')
  assert.equal(spent.length, 1)
  assert.ok(Math.abs((spent[0]?.value ?? 0) - total(samples, 'tollgate_cost_usd_total')) < 1e-9)

  assert.equal((await bucketIn(world, 'ten'))?.committed, 10)
  const files = readdirSync(world.stateDir).filter((name) => name.startsWith('pending-') && name.endsWith('.jsonl'))
  assert.equal(files.length, 3, 'a file for what waits for Redis is each process’s own')
})

test('what waits for Redis in a worker that dies is told by the one in its place', LIMIT, async () => {
  const world = await started({ settings: { ...TEN_REQUESTS, ...store('crash', '100ms') } })
  await world.ready()
  let finish = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  world.provider.at('oa', async (_, reply) => {
    await finished
    reply.json(200, openaiJson('hello'))
  })
  const called = world.provider.nextCall('oa')
  const answering = world.chat()
  await called
  const row = () => bucketIn(world, 'ten')
  assert.deepEqual([(await row())?.committed, (await row())?.reserved], [0, 1])
  redis.pause()
  finish()
  await (await answering).text()
  const number = await eventually('it waits in a file', () => {
    const names = readdirSync(world.stateDir).filter((name) => /^pending-.*\.jsonl$/.test(name))
    const found = names.find((name) => readFileSync(join(world.stateDir, name), 'utf8').includes('settle'))
    return Number(found?.match(/-(\d)\.jsonl$/)?.[1]) || undefined
  })
  process.kill(world.workers().get(number) ?? 0, 'SIGKILL')
  redis.resume()
  await eventually('Redis has been told', async () => (await row())?.committed === 1, 20_000)
  assert.equal((await row())?.reserved, 0)
})

test('rules in memory are refused to several processes, and run in one', LIMIT, async () => {
  const refused = await started({ settings: TEN_REQUESTS })
  assert.equal(await refused.ended, 1)
  assert.match(refused.said(), /^tollgate: TOLLGATE_WORKERS is 2, but budgets and limits are counted in memory, which/m)
  await refused.stop()

  const one = await started({ settings: TEN_REQUESTS, env: { TOLLGATE_WORKERS: '' } })
  await one.ready()
  assert.equal(one.workers().size, 0)
  const answers = await Promise.all(Array.from({ length: 12 }, () => one.chat()))
  for (const answer of answers) answer.body.resume()
  assert.equal(answers.filter(({ status }) => status === 200).length, 10)
})

test('a reload that brings rules in memory changes nothing, and is told of', LIMIT, async () => {
  const world = await started({})
  await world.ready()
  await world.writeConfig(TEN_REQUESTS)
  const reason = /Tollgate runs in 2 processes, and budgets and limits are counted in memory/
  const told = await eventually('readiness tells', async () => {
    const check = await configCheck(world)
    return check?.detail === undefined ? undefined : check
  })
  assert.match(told.detail ?? '', reason)
  assert.equal(told.ok, true)
  await eventually('both say so in the log', () => {
    const found = world.lines().filter(({ problems }) => reason.test(problems?.join() ?? ''))
    return new Set(found.map(({ worker }) => worker)).size === 2
  })
  await eventually('it is counted once', async () => {
    const rejected = total(await world.metrics(), 'tollgate_config_reloads_total', { result: 'rejected' })
    assert.ok(rejected <= 1)
    return rejected === 1
  })
  for (let i = 0; i < 12; i += 1) {
    const answer = await world.chat()
    assert.equal(answer.status, 200)
    await answer.text()
  }

  await world.writeConfig({ strict: true })
  await eventually('the next one is in force', async () => (await configCheck(world))?.detail === undefined)
})
