import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openaiJson } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import type { RunningHost } from '../support/host.js'
import { type Asked, load } from '../support/key-load.js'
import { type FakeProvider, startProvider } from '../support/provider.js'
import { type RedisServer, startRedis } from '../support/redis.js'
import { issue, keyOf, operate } from '../support/virtual-keys.js'
import { startHost } from './subject.js'
import { configText } from './world.js'

const LIMIT = { timeout: 60_000 }

/** Gateways that share the keys in one Redis. */
let redis: RedisServer
let provider: FakeProvider
let hosts: readonly RunningHost[] = []

before(async () => {
  redis = await startRedis({ appendOnly: 'always' })
  provider = await startProvider((_, reply) => reply.json(200, openaiJson('hello', { model: 'gpt-4o' })))
  const config = configText(provider.url, {
    accounts: { openai: { kind: 'compatible' } },
    models: { gpt: ['openai/gpt-4o'] },
    settings: { keys: { store: { kind: 'redis', url: redis.url } } },
  })
  hosts = await Promise.all([startHost({ config }), startHost({ config }), startHost({ config })])
})
after(async () => {
  redis?.resume()
  await Promise.all(hosts.map((host) => host.stop()))
  await provider?.stop()
  await redis?.stop()
})

const adminUrl = (at: number) => hosts[at]?.adminUrl ?? ''
const urls = () => hosts.map(({ url }) => url)
const codes = (asked: readonly Asked[]) => [...new Set(asked.map(({ status }) => status))].sort()

/** Milliseconds after `from` at which the last request was sent that got in. */
function lastIn(asked: readonly Asked[], from: number): number {
  return Math.max(0, ...asked.filter(({ status }) => status === 200).map(({ sentAt }) => sentAt - from))
}

test('a key that is issued is good on every instance from when it is shown', LIMIT, async () => {
  const { key } = await issue(adminUrl(0))
  const first = await Promise.all(urls().map((url) => load([url], () => key, 1).once()))
  assert.deepEqual(codes(first), [200])
})

test('under load, a key that is revoked gets nobody in on any instance a second later', LIMIT, async (t) => {
  const latest: number[] = []
  for (let round = 0; round < 3; round++) {
    const { key, id } = await issue(adminUrl(round))
    const running = load(urls(), () => key, 3)
    await running.after(300)
    const sentAt = performance.now()
    assert.equal((await operate(adminUrl(round), 'POST', `/keys/${id}/revoke`)).status, 200)
    const answeredAt = performance.now()
    await running.after(1500)
    // A slow machine asks less often.
    await eventually('enough has been asked', () => running.since(answeredAt + 1000) > 20, 15_000)
    const asked = await running.stop()
    assert.deepEqual(codes(asked.filter((one) => one.doneAt < sentAt)), [200])
    assert.deepEqual(codes(asked.filter((one) => one.sentAt > answeredAt + 1000)), [401])
    assert.ok(asked.filter((one) => one.sentAt > answeredAt + 1000).length > 20)
    latest.push(lastIn(asked, answeredAt))
  }
  t.diagnostic(
    `the last request that got in was sent ${latest.map((ms) => ms.toFixed(1)).join(', ')} ms after the answer`,
  )
})

test('under load, rotations refuse nobody who changes over within the overlap', LIMIT, async () => {
  const { key, id } = await issue(adminUrl(0))
  let newest = key
  let before = key
  const running = load(urls(), (worker) => (worker % 2 === 0 ? newest : before), 4)
  for (let rotation = 0; rotation < 4; rotation++) {
    const answer = await operate(adminUrl(rotation % 3), 'POST', `/keys/${id}/rotate`, { overlap: '8s' })
    before = newest
    newest = keyOf(answer)
    await running.after(200)
  }
  const asked = await running.stop()
  assert.ok(asked.length > 100)
  assert.deepEqual(codes(asked), [200])
  await eventually(
    'the texts before have ended',
    async () => {
      const [old] = await Promise.all([load(urls(), () => key, 1).once()])
      return old?.status === 401
    },
    20_000,
  )
})

test('an instance that cannot ask Redis admits nobody a second later, whatever was revoked', LIMIT, async (t) => {
  const { key } = await issue(adminUrl(0))
  const running = load(urls(), () => key, 2)
  await running.after(300)
  redis.pause()
  const pausedAt = performance.now()
  await running.after(2000)
  redis.resume()
  const asked = await running.stop()
  assert.deepEqual(codes(asked.filter((one) => one.doneAt < pausedAt)), [200])
  assert.deepEqual(codes(asked.filter(({ sentAt }) => sentAt > pausedAt + 1000 && sentAt < pausedAt + 1900)), [503])
  t.diagnostic(
    `the last request that got in was sent ${lastIn(
      asked.filter(({ doneAt }) => doneAt < pausedAt + 1900),
      pausedAt,
    ).toFixed(1)} ms after Redis hung`,
  )
  for (const url of urls()) {
    await eventually('it serves again', async () => (await load([url], () => key, 1).once()).status === 200)
  }
})
