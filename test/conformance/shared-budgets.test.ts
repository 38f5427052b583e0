import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openaiJson } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import type { RunningHost } from '../support/host.js'
import { readMetrics, total } from '../support/metrics.js'
import { type FakeProvider, startProvider } from '../support/provider.js'
import { type RedisServer, startRedis } from '../support/redis.js'
import { startHost } from './subject.js'
import { configText, errorIn } from './world.js'

const LIMIT = { timeout: 40_000 }
const CALL = 3.005

/** Gateways that share one Redis and one provider. */
let redis: RedisServer
let provider: FakeProvider
let hosts: readonly RunningHost[] = []

before(async () => {
  redis = await startRedis({ appendOnly: 'always' })
  provider = await startProvider()
  provider.at('openai', (_, reply) =>
    reply.json(200, openaiJson('hello', { usage: { input: 5, output: 1000 }, model: 'gpt-4o' })),
  )
  const config = configText(provider.url, {
    accounts: { openai: 'openai' },
    models: { strict: ['openai/gpt-4o'], lenient: ['openai/gpt-4o'], shared: ['openai/gpt-4o'] },
    settings: {
      prices: { 'gpt-4o': { input: 1000, output: 3000 } },
      budgets: [
        { name: 'strict', match: { model: 'strict' }, limit: { usd: 30, per: 'day' } },
        { name: 'lenient', match: { model: 'lenient' }, limit: { usd: 300, per: 'day' }, onStoreDown: 'admit' },
        { name: 'shared', match: { model: 'shared' }, limit: { usd: 30, per: 'day' }, onStoreDown: 'local-share' },
      ],
      store: { kind: 'redis', url: redis.url, instances: 3, deadline: '250ms' },
    },
  })
  hosts = await Promise.all([startHost({ config }), startHost({ config }), startHost({ config })])
})
after(async () => {
  redis?.resume()
  await Promise.all(hosts.map((host) => host.stop()))
  await provider?.stop()
  await redis?.stop()
})

const call = (host: RunningHost | undefined, model: string) =>
  fetch(`${host?.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }], max_tokens: 1000 }),
    signal: AbortSignal.timeout(15_000),
  })

interface Row {
  readonly committed: string
  readonly reserved: string
}

/**
 * What the store holds for a budget, as the first gateway tells it: each connects again on its own, and one that has not
 * yet answers 503.
 */
async function held(budget: string): Promise<{ committed: number; reserved: number }> {
  const { buckets } = await eventually('the store answers the first gateway', async () => {
    const answer = await fetch(`${hosts[0]?.adminUrl}/budgets/${budget}`)
    const told = (await answer.json()) as { readonly buckets: readonly Row[] }
    if (!answer.ok) assert.equal(answer.status, 503)
    return answer.ok && told
  })
  const [row] = buckets
  return { committed: Number(row?.committed ?? 0), reserved: Number(row?.reserved ?? 0) }
}

const isSettled = (budget: string) =>
  eventually(`nothing is reserved for ${budget}`, async () => (await held(budget)).reserved === 0)

test('three gateways race for one budget: it is spent to the last call that fits, and not beyond', LIMIT, async () => {
  const answers = await Promise.all(Array.from({ length: 90 }, (_, i) => call(hosts[i % 3], 'strict')))
  const served = answers.filter(({ status }) => status === 200).length
  const refused = answers.filter(({ status }) => status === 429)
  assert.equal(served + refused.length, 90)
  assert.ok(served > 0 && served <= 9)
  assert.equal((await errorIn(refused[0] as Response)).code, 'budget_exceeded')
  await isSettled('strict')
  let more = 0
  while (more < 10 && (await call(hosts[more % 3], 'strict')).status === 200) {
    more++
    await isSettled('strict')
  }
  assert.equal(served + more, 9)
  assert.equal((await held('strict')).committed, 27.045)
})

test(
  'while Redis hangs each budget does as it says, soon; what was used meanwhile is settled after',
  LIMIT,
  async () => {
    const before = await held('lenient')
    redis.pause()
    const startedAt = performance.now()
    const strict = await call(hosts[0], 'strict')
    // 250 ms are the deadline, for three gateways in one process; the rest is the way there and back on a busy machine.
    assert.ok(performance.now() - startedAt < 1000)
    assert.equal(strict.status, 503)
    assert.equal((await errorIn(strict)).code, 'upstream_unavailable')
    for (let i = 0; i < 4; i++) assert.equal((await call(hosts[0], 'lenient')).status, 200)
    // A third of $30 pays for three calls.
    const shared: number[] = []
    for (let i = 0; i < 5; i++) shared.push((await call(hosts[0], 'shared')).status)
    assert.deepEqual(shared, [200, 200, 200, 429, 429])
    assert.equal(total(await readMetrics(hosts[0]?.adminUrl ?? ''), 'tollgate_store_up'), 0)

    const ready = await fetch(`${hosts[0]?.adminUrl}/readyz`)
    assert.equal(ready.status, 503)
    assert.match(await ready.text(), /"store","ok":false/)

    redis.resume()
    await eventually('the store is up again', async () => {
      return total(await readMetrics(hosts[0]?.adminUrl ?? ''), 'tollgate_store_up') === 1
    })
    await eventually('what was used is counted', async () => {
      const { committed } = await held('lenient')
      return Math.abs(committed - before.committed - 4 * CALL) < 1e-9
    })
    await isSettled('lenient')
    await eventually('the shares are counted', async () => Math.abs((await held('shared')).committed - 3 * CALL) < 1e-9)
  },
)

test('a Redis that dies and comes back has lost nothing, and needs nobody', LIMIT, async () => {
  const before = await held('lenient')
  await redis.kill()
  assert.equal((await call(hosts[1], 'strict')).status, 503)
  assert.equal((await call(hosts[1], 'lenient')).status, 200)
  await redis.restart()
  await eventually('the store answers', async () => (await call(hosts[1], 'strict')).status === 429, 10_000)
  assert.equal((await held('strict')).committed, 27.045)
  await eventually('what was used is counted', async () => {
    const { committed } = await held('lenient')
    return Math.abs(committed - before.committed - CALL) < 1e-9
  })
})
