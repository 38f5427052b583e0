import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { openaiStream } from '../support/answers.js'
import { httpClient, type Protocol, type RelayWorld, startRelayWorld } from './world.js'

const LIMIT = { timeout: 15_000 }
const PROTOCOLS: readonly Protocol[] = ['http/1.1', 'h2']

let world: RelayWorld
beforeEach(async () => {
  world = await startRelayWorld({ accounts: { oa: 'openai' }, models: { gpt: ['oa/x'] } })
})
afterEach(() => world.stop())

/** A stream that has begun and waits for `go`. */
async function running(protocol: Protocol) {
  let go = () => {}
  const released = new Promise<void>((resolve) => {
    go = resolve
  })
  const frames = openaiStream(['first ', 'second'])
  world.provider.at('oa', async (_, reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    await reply.write(frames.slice(0, 2).join(''))
    await released
    reply.end(frames.slice(2).join(''))
  })
  const answer = await world.chat({ model: 'gpt', stream: true }, { protocol })
  return { answer, go }
}

for (const protocol of PROTOCOLS) {
  test(`${protocol}: while draining health fails, requests are served, and running ones end`, LIMIT, async () => {
    const { answer, go } = await running(protocol)
    await world.relay.drain()
    const health = await world.send({ method: 'GET', path: '/healthz' })
    assert.deepEqual([health.status, await health.text()], [503, 'draining'])
    assert.equal(health.headers.connection, 'close')

    world.gateway.close()
    const refused = await world.chat({ model: 'gpt' }, { protocol })
    assert.equal(refused.status, 503)
    assert.match(await refused.text(), /shutting down/)

    const closed = world.relay.close()
    const another = httpClient(world.relay.address)
    await assert.rejects(another.send({ method: 'GET', path: '/healthz' }), { code: 'ECONNREFUSED' })
    go()
    assert.match(await answer.text(), /first [\s\S]*second[\s\S]*\[DONE\]/)
    await closed
    const outcomes = [await world.outcome(), await world.outcome()]
    assert.deepEqual(outcomes.map(({ how }) => how).sort(), ['complete', 'refused'])
  })

  test(`${protocol}: what still runs after the grace is cut off`, LIMIT, async () => {
    const { answer } = await running(protocol)
    // An error over HTTP/1.1, the end of the stream over HTTP/2.
    answer.body.resume().on('error', () => {})
    const left = new Promise<void>((resolve) => answer.body.once('close', resolve))
    await world.relay.close(50)
    await left
    assert.equal((await world.outcome()).how, 'cut')
  })
}

for (const protocol of PROTOCOLS) {
  test(
    `${protocol}: who retires accepts nothing new, serves on, and stays healthy, until no connection is left`,
    LIMIT,
    async () => {
      const { answer, go } = await running(protocol)
      const kept = httpClient(world.relay.address)
      const health = () => kept.send({ method: 'GET', path: '/healthz' })
      assert.equal(await (await health()).text(), 'ok')
      const retired = world.relay.retire()
      const another = httpClient(world.relay.address)
      await assert.rejects(another.send({ method: 'GET', path: '/healthz' }), { code: 'ECONNREFUSED' })
      const last = await health()
      assert.deepEqual([last.status, last.headers.connection, await last.text()], [200, 'close', 'ok'])
      await assert.rejects(health(), { code: 'ECONNREFUSED' })
      go()
      assert.match(await answer.text(), /first [\s\S]*second[\s\S]*\[DONE\]/)
      await retired
      assert.equal((await world.outcome()).how, 'complete')
      const started = performance.now()
      await world.relay.close(10_000)
      assert.ok(performance.now() - started < 1_000)
    },
  )
}

test(
  'a connection that nobody uses any more is ended by who retires, one that waits for its answer is not',
  LIMIT,
  async () => {
    const { answer, go } = await running('http/1.1')
    const idle = httpClient(world.relay.address)
    await (await idle.send({ method: 'GET', path: '/healthz' })).text()
    const started = performance.now()
    const retired = world.relay.retire()
    const early = await Promise.race([retired, new Promise((resolve) => setTimeout(resolve, 1_500, 'still there'))])
    assert.equal(early, 'still there')
    go()
    await answer.text()
    await retired
    // The stream's connection was kept by its head, and has its second too.
    assert.ok(performance.now() - started >= 2_000)
  },
)

test('unused connections do not hold a close up', LIMIT, async () => {
  for (const protocol of PROTOCOLS) {
    const health = await world.send({ method: 'GET', path: '/healthz', protocol })
    assert.equal(await health.text(), 'ok')
  }
  const started = performance.now()
  await world.relay.close(10_000)
  assert.ok(performance.now() - started < 5_000)
})

test('whoever asks for health is given the time to notice', LIMIT, async () => {
  const watched = await startRelayWorld({ accounts: { oa: 'openai' }, models: { gpt: ['oa/x'] }, noticeTime: 100 })
  const health = await watched.send({ method: 'GET', path: '/healthz' })
  await health.text()
  const started = performance.now()
  await watched.relay.drain()
  assert.ok(performance.now() - started >= 99)
  await watched.stop()
})
