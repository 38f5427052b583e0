import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import type { Policy } from '../../core/policy.js'
import { openaiStream, sse } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { type Protocol, type RelayWorld, startRelayWorld } from './world.js'

const LIMIT = { timeout: 15_000 }
const PROTOCOLS: readonly Protocol[] = ['http/1.1', 'h2']
const STREAM = { 'content-type': 'text/event-stream' }

/** A policy that a test holds up; by default it lets everything pass at once. */
let gate: Policy['admit'] = (request) => ({ kind: 'continue', request })

let world: RelayWorld
before(async () => {
  world = await startRelayWorld({
    accounts: { oa: 'openai', next: 'openai' },
    models: { gpt: ['oa/x', 'next/x'] },
    settings: { timeouts: { idle: '1s' } },
    policies: [{ name: 'gate', admit: (request, call) => gate(request, call) }],
  })
})
after(() => world?.stop())

for (const protocol of PROTOCOLS) {
  test(`${protocol}: a client that leaves in the middle ends the call to the provider`, LIMIT, async () => {
    const incoming = world.provider.nextCall('oa')
    world.provider.at('oa', async (_, reply) => {
      reply.head(200, STREAM)
      await reply.write(openaiStream(['part']).slice(0, 2).join(''))
      await reply.hang()
    })
    let leave = () => {}
    const started = (hangUp: () => void) => {
      leave = hangUp
    }
    const answer = await world.chat({ model: 'gpt', stream: true }, { protocol, started })
    answer.body.on('error', () => {})
    await once(answer.body, 'data')
    leave()
    await (await incoming).aborted
    const outcome = await world.outcome()
    assert.deepEqual([outcome.how, outcome.status, outcome.attempts.length], ['cut', 200, 1])
    assert.equal(outcome.attempts[0]?.usageSource, 'counted')
  })

  test(
    `${protocol}: a client that leaves before the first byte ends the call, and nobody else is asked`,
    LIMIT,
    async () => {
      const incoming = world.provider.nextCall('oa')
      world.provider.at('oa', (_, reply) => reply.hang())
      const before = world.provider.callsOf('next').length
      const started = (hangUp: () => void) => void incoming.then(hangUp)
      const answer = world.chat({ model: 'gpt' }, { protocol, started }).catch(() => 'gone')
      await (await incoming).aborted
      const outcome = await world.outcome()
      assert.deepEqual([outcome.how, outcome.attempts[0]?.outcome], ['cut', 'cancelled'])
      assert.equal(world.provider.callsOf('next').length, before)
      // A stream of HTTP/2 that is closed ends without a response.
      if (protocol === 'http/1.1') assert.equal(await answer, 'gone')
    },
  )

  test(`${protocol}: who leaves while a policy waits has nobody asked, whatever the policy says`, LIMIT, async () => {
    const before = world.provider.calls.length
    let leave = () => {}
    gate = async (request, call) => {
      const signal = call.signal()
      assert.equal(signal.aborted, false)
      leave()
      await once(signal, 'abort')
      return { kind: 'continue', request }
    }
    const started = (hangUp: () => void) => {
      leave = hangUp
    }
    void world.chat({ model: 'gpt' }, { protocol, started }).catch(() => {})
    const outcome = await world.outcome()
    gate = (request) => ({ kind: 'continue', request })
    assert.deepEqual([outcome.how, outcome.attempts.length], ['cut', 0])
    assert.equal(world.provider.calls.length, before)
  })

  test(
    `${protocol}: a client that does not read holds its provider up, in little memory, and loses nothing`,
    LIMIT,
    async () => {
      const frame = sse({ choices: [{ index: 0, delta: { content: 'x'.repeat(60_000) }, finish_reason: null }] })
      const count = 500
      let written = 0
      world.provider.at('oa', async (_, reply) => {
        const [first = '', ...rest] = openaiStream([])
        reply.head(200, STREAM)
        await reply.write(first)
        for (; written < count; written++) await reply.write(frame)
        reply.end(rest.join(''))
      })
      const answer = await world.chat({ model: 'gpt', stream: true }, { protocol })
      let last = -1
      await eventually('the provider stands still', async () => {
        if (written === last) return true
        last = written
        await new Promise((resolve) => setTimeout(resolve, 100))
        return false
      })
      assert.ok(written * frame.length < 16_000_000, `${written} pieces went into buffers`)
      const text = await answer.text()
      assert.equal(text.split('x'.repeat(60_000)).length - 1, count)
      assert.ok(text.endsWith('data: [DONE]\n\n'))
      assert.equal((await world.outcome()).how, 'complete')
    },
  )

  test(`${protocol}: a client that stops reading for good is cut off after the idle time`, LIMIT, async () => {
    const incoming = world.provider.nextCall('oa')
    const frame = sse({ choices: [{ index: 0, delta: { content: 'x'.repeat(60_000) }, finish_reason: null }] })
    world.provider.at('oa', async (call, reply) => {
      reply.head(200, STREAM)
      while (!call.isAborted()) await Promise.race([reply.write(frame), call.aborted])
    })
    const answer = await world.chat({ model: 'gpt', stream: true }, { protocol })
    answer.body.on('error', () => {})
    await (await incoming).aborted
    assert.equal((await world.outcome()).how, 'cut')
    answer.body.destroy()
  })
}

test('who leaves in the middle of the request is nobody', LIMIT, async () => {
  const headers = { 'content-length': '1000' }
  const started = (hangUp: () => void) => void setImmediate(hangUp)
  await assert.rejects(world.chat({ model: 'gpt' }, { headers, started }))
  assert.equal(world.gateway.openExchanges, 0)
})

test('nothing has thrown', () => {
  assert.deepEqual(world.failures, [])
  assert.equal(world.gateway.openExchanges, 0)
})
