import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { JsonObject } from '../../core/json.js'
import { openaiJson } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { total } from '../support/metrics.js'
import { type RedisServer, startRedis } from '../support/redis.js'
import { issue, keyOf, operate } from '../support/virtual-keys.js'
import { type ClusterWorld, startCluster } from './cluster-world.js'

const LIMIT = { timeout: 60_000 }

let redis: RedisServer
before(async () => {
  redis = await startRedis({ appendOnly: 'none' })
})
after(() => redis.stop())

let world: ClusterWorld | undefined
afterEach(() => world?.stop())

/** A primary with the admin port and three workers, each a process of its own. */
async function started(keys: JsonObject): Promise<ClusterWorld> {
  const settings = { keys, store: { kind: 'redis', url: redis.url, prefix: 'budgets' } }
  const made = await startCluster({ settings, env: { TOLLGATE_WORKERS: '3' } })
  world = made
  made.provider.at('oa', (_, reply) => reply.json(200, openaiJson('hello')))
  await made.ready()
  return made
}

interface Asked {
  readonly sentAt: number
  readonly doneAt: number
  readonly status: number
}

/** Has several clients ask, one request after the other and each on a new connection, which any worker may get. */
function load({ chat }: ClusterWorld, keyOf: (client: number) => string) {
  const asked: Asked[] = []
  let state: 'going' | 'stopped' = 'going'
  const run = async (client: number) => {
    while (state === 'going') {
      const sentAt = performance.now()
      const answer = await chat({}, {}, { authorization: `Bearer ${keyOf(client)}` })
      await answer.text()
      asked.push({ sentAt, doneAt: performance.now(), status: answer.status })
    }
  }
  const running = Promise.all([0, 1, 2, 3, 4, 5].map(run))
  return async () => {
    state = 'stopped'
    await running
    return asked
  }
}

/** How many processes have had requests. */
async function asked(world: ClusterWorld): Promise<number> {
  const samples = await world.metrics()
  return samples.filter(({ name, value }) => name === 'tollgate_worker_requests_total' && value > 0).length
}

const statuses = (asked: readonly Asked[]) => [...new Set(asked.map(({ status }) => status))].sort()

for (const [store, keys] of [
  ['one file', {}],
  ['Redis', { store: { kind: 'redis' } }],
] as const) {
  test(`three processes with ${store} go by the same keys, a second after a change at the latest`, LIMIT, async (t) => {
    const world = await started(keys)
    const { key, id } = await issue(world.adminUrl)
    let newest = key
    let before = key
    const rotating = load(world, (client) => (client % 2 === 0 ? newest : before))
    for (let rotation = 0; rotation < 3; rotation++) {
      const answer = await operate(world.adminUrl, 'POST', `/keys/${id}/rotate`, { overlap: '5s' })
      before = newest
      newest = keyOf(answer)
      await delay(200)
    }
    await eventually('more than one process was asked', async () => (await asked(world)) > 1, 20_000)
    const rotated = await rotating()
    assert.ok(rotated.length > 20, `${rotated.length} requests`)
    assert.deepEqual(statuses(rotated), [200])

    const stop = load(world, () => newest)
    await delay(300)
    const sentAt = performance.now()
    assert.equal((await operate(world.adminUrl, 'POST', `/keys/${id}/revoke`)).status, 200)
    const answeredAt = performance.now()
    await delay(1500)
    const all = await stop()
    assert.deepEqual(statuses(all.filter(({ doneAt }) => doneAt < sentAt)), [200])
    assert.deepEqual(statuses(all.filter((one) => one.sentAt > answeredAt + 1000)), [401])
    const late = all.filter(({ status }) => status === 200).map((one) => one.sentAt - answeredAt)
    t.diagnostic(`the last request that got in was sent ${Math.max(0, ...late).toFixed(1)} ms after the answer`)

    const samples = await world.metrics()
    assert.equal(total(samples, 'tollgate_keys', { state: 'revoked' }), 1, 'all processes know the same key')
    assert.ok(total(samples, 'tollgate_key_refused_total', { reason: 'revoked' }) > 0)
  })
}
