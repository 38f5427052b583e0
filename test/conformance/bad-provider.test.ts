import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { anthropicJson, openaiJson } from '../support/answers.js'
import type { Handler } from '../support/provider.js'
import { errorIn, startWorld, type World } from './world.js'

const LIMIT = { timeout: 30_000 }
const USER = [{ role: 'user' as const, content: 'hi' }]
const HTML = '<!doctype html><html><body>Bad gateway, secret: inner-host-7</body></html>'
const STREAM = { 'content-type': 'text/event-stream' }
const JSON_TYPE = { 'content-type': 'application/json' }

/** An answer of this type in pieces that only end when the gateway gives up, or after 128 MiB. */
const endless =
  (headers: Readonly<Record<string, string>>, opening: string): Handler =>
  async (call, reply) => {
    reply.head(200, headers)
    await reply.write(opening)
    const piece = 'x'.repeat(256 * 1024)
    for (let sent = 0; sent < 512 && !call.isAborted(); sent++) await reply.write(piece)
    reply.end()
  }

const whole =
  (status: number, headers: Readonly<Record<string, string>>, body: string): Handler =>
  (_, reply) => {
    reply.head(status, headers)
    reply.end(body)
  }

const GARBAGE: Readonly<Record<string, Handler>> = {
  'HTML with status 200': whole(200, { 'content-type': 'text/html' }, HTML),
  'HTML with status 500': whole(500, { 'content-type': 'text/html' }, HTML),
  'HTML that calls itself JSON': whole(200, JSON_TYPE, HTML),
  'HTML that calls itself a stream': whole(200, STREAM, HTML),
  'half a JSON': whole(200, JSON_TYPE, '{"id":"x","choices":[{"index":0,"message":{"role":"assi'),
  'JSON of another shape': whole(200, JSON_TYPE, '{"hello":"world"}'),
  'a JSON list': whole(200, JSON_TYPE, '[]'),
  'frames that are no JSON': whole(200, STREAM, 'data: {"choices":[{\n\ndata: nonsense\n\n'),
  'an empty body': whole(200, JSON_TYPE, ''),
  'an empty stream': whole(200, STREAM, ''),
  'status 204': (_, reply) => {
    reply.head(204)
    reply.end()
  },
  'a redirect': whole(302, { location: 'http://127.0.0.1:1/' }, ''),
  'an endless SSE line': endless(STREAM, 'data: '),
  'an endless JSON string': endless(JSON_TYPE, '{"id":"'),
  'gzip that is none': whole(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }, '{"id":"x"}'),
  'an unknown content coding': whole(200, { ...JSON_TYPE, 'content-encoding': 'rot13' }, '{"id":"x"}'),
  'a reset before the headers': (_, reply) => reply.reset(),
  'a reset after the headers': (_, reply) => {
    reply.head(200, STREAM)
    reply.reset()
  },
  'bytes that are no HTTP': (_, reply) => {
    reply.raw('\u0000\u0001\u0002 not http at all\r\n\r\n')
    reply.cut()
  },
}

/** Providers that fail and keep sending: giving such an attempt up must not hurt the gateway. */
const FLOODS: Readonly<Record<string, Handler>> = {
  'a stream of garbage': endless(STREAM, 'data: nonsense\n\n'),
  'an endless error page': async (call, reply) => {
    reply.head(500, { 'content-type': 'text/html' })
    const piece = 'x'.repeat(64 * 1024)
    for (let sent = 0; sent < 2048 && !call.isAborted(); sent++) await reply.write(piece)
    reply.end()
  },
}

let world: World
const names = Object.keys(GARBAGE).map((_, index) => `bad${index}`)
before(async () => {
  world = await startWorld({
    accounts: {
      good: 'openai',
      flood: 'openai',
      goodan: 'anthropic',
      ...Object.fromEntries(names.map((name) => [`oa${name}`, 'openai' as const])),
      ...Object.fromEntries(names.map((name) => [`an${name}`, 'anthropic' as const])),
    },
    models: {
      good: ['good/x'],
      flooded: ['flood/x', 'good/x'],
      goodan: ['goodan/claude-sonnet-4-5'],
      ...Object.fromEntries(names.map((name) => [`oa${name}`, [`oa${name}/x`]])),
      ...Object.fromEntries(names.map((name) => [`an${name}`, [`an${name}/claude-sonnet-4-5`]])),
    },
    // Every round must try the failing target again.
    settings: { fallback: { coolDown: '0s' } },
  })
  world.provider.at('good', (_, reply) => reply.json(200, openaiJson('ok')))
  world.provider.at('goodan', (_, reply) => reply.json(200, anthropicJson('ok')))
})
after(() => world?.stop())

for (const [index, [title, handler]] of Object.entries(GARBAGE).entries()) {
  for (const kind of ['oa', 'an']) {
    for (const how of ['whole', 'streaming']) {
      test(`${kind}, ${how}: ${title} is a clean 502`, LIMIT, async () => {
        const name = `${kind}bad${index}`
        world.provider.at(name, handler)
        const answer = await world.chat({ model: name, messages: USER, stream: how === 'streaming' })
        const error = await errorIn(answer)
        assert.deepEqual([answer.status, error.code, error.type], [502, 'upstream_error', 'api_error'])
        assert.ok(!error.message.includes('inner-host-7'), 'the provider’s page shows')
        assert.equal((await world.chat({ model: 'good', messages: USER })).status, 200)
        assert.equal((await world.chat({ model: 'goodan', messages: USER })).status, 200)
      })
    }
  }
}

for (const [title, handler] of Object.entries(FLOODS)) {
  test(`${title} falls to the next target again and again`, LIMIT, async () => {
    world.provider.at('flood', handler)
    for (let round = 0; round < 5; round++) {
      const answer = await world.chat({ model: 'flooded', messages: USER })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('x-tollgate-target'), 'good/x')
      await answer.arrayBuffer()
    }
  })
}

test('garbage leaves no exchange behind', LIMIT, async () => {
  await world.settled()
})
