import assert from 'node:assert/strict'
import { after, before, mock, test } from 'node:test'
import { lockstep } from '../conformance/lockstep.js'
import { openaiError, openaiJson, openaiStream, sse } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/free-port.js'
import { type RelayWorld, startRelayWorld } from './world.js'

const LIMIT = { timeout: 15_000 }
const STREAM = { 'content-type': 'text/event-stream' }
const IDLE = 150

let world: RelayWorld
before(async () => {
  const closed = `http://127.0.0.1:${await freePort()}/v1`
  world = await startRelayWorld({
    accounts: { bad: 'openai', good: 'openai', dead: { kind: 'openai', baseUrl: closed } },
    models: {
      chain: ['bad/x', 'good/g'],
      refused: ['dead/x', 'good/g'],
      single: ['bad/x'],
      unreachable: ['dead/x'],
      twice: ['bad/x', 'bad/y'],
    },
    settings: {
      timeouts: { idle: `${IDLE}ms`, firstToken: '200ms', response: '200ms' },
      fallback: { coolDown: '0s' },
    },
  })
  world.provider.at('good', (call, reply) =>
    call.body['stream'] === true ? reply.stream(openaiStream(['fine'])) : reply.json(200, openaiJson('fine')),
  )
})
after(() => world?.stop())

const FAILING = {
  'status 500': (_, reply) => reply.json(500, openaiError('no')),
  'status 429': (_, reply) => reply.json(429, openaiError('no')),
  'status 401': (_, reply) => reply.json(401, openaiError('no')),
  'a redirect': (_, reply) => reply.json(302, {}, { location: 'http://127.0.0.1:1/' }),
  'an error after 200': (_, reply) => reply.stream([openaiStream([])[0] ?? '', sse(openaiError('overloaded'))]),
  'nothing after 200': (_, reply) => reply.stream([]),
  silence: (_, reply) => reply.hang(),
  'silence after 200': (_, reply) => {
    reply.head(200, STREAM)
    return reply.hang()
  },
  'a reset': (_, reply) => reply.reset(),
  'a reset after 200': (_, reply) => {
    reply.head(200, STREAM)
    reply.reset()
  },
  'bytes that are no HTTP': (_, reply) => reply.raw('nonsense\r\n\r\n'),
  'early hints, then status 503': (_, reply) => {
    reply.raw('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n')
    reply.json(503, openaiError('no'))
  },
  'gzip that is none': (_, reply) => {
    reply.head(200, { ...STREAM, 'content-encoding': 'gzip' })
    reply.end('data: {}\n\n')
  },
  'a content coding that nobody knows': (_, reply) => {
    reply.head(200, { ...STREAM, 'content-encoding': 'rot13' })
    reply.end('qngn: {}\n\n')
  },
} satisfies Record<string, Parameters<RelayWorld['provider']['at']>[1]>

for (const [what, handler] of Object.entries(FAILING)) {
  for (const stream of [true, false]) {
    test(`${what} falls to the next target (${stream ? 'streaming' : 'whole'})`, LIMIT, async () => {
      world.provider.at('bad', handler)
      const answer = await world.chat({ model: 'chain', stream })
      assert.equal(answer.status, 200)
      assert.match(await answer.text(), /fine/)
      assert.equal(answer.headers['x-tollgate-target'], 'good/g')
      assert.equal(answer.headers['x-tollgate-attempts'], '2')
      const outcome = await world.outcome()
      assert.equal(outcome.how, 'complete')
      assert.deepEqual(
        outcome.attempts.map((attempt) => attempt.outcome),
        ['failed', 'served'],
      )
    })
  }
}

test('a refused connection falls to the next target', LIMIT, async () => {
  const answer = await world.chat({ model: 'refused' })
  assert.equal(answer.headers['x-tollgate-target'], 'good/g')
  await answer.text()
  assert.equal((await world.outcome()).failures[0]?.error.message, 'connection failed')
})

test('a refusal of the request itself is the answer, and nobody else is asked', LIMIT, async () => {
  world.provider.at('bad', (_, reply) => reply.json(400, openaiError('no such tool', 'invalid_request_error')))
  const before = world.provider.callsOf('good').length
  const answer = await world.chat({ model: 'chain', stream: true })
  assert.equal(answer.status, 400)
  assert.match(await answer.text(), /no such tool/)
  assert.equal(world.provider.callsOf('good').length, before)
  assert.equal((await world.outcome()).how, 'refused')
})

const LAST: readonly [string, string, Parameters<RelayWorld['provider']['at']>[1], number, string][] = [
  ['a provider that is out of time', 'single', (_, reply) => reply.hang(), 504, 'bad/x: no answer in time'],
  ['a provider that nobody reaches', 'unreachable', (_, reply) => reply.end(), 502, 'dead/x: connection failed'],
  [
    'a chain that is out of time',
    'twice',
    (_, reply) => reply.hang(),
    504,
    'bad/x: no answer within 200 ms; bad/y: no answer in time',
  ],
  ['a chain that fails', 'twice', (_, reply) => reply.json(503, openaiError('down')), 502, 'bad/x: 503 '],
]
for (const [what, model, handler, status, message] of LAST) {
  test(`${what} is a ${status}, settled as refused`, LIMIT, async () => {
    world.provider.at('bad', handler)
    const answer = await world.chat({ model })
    assert.equal(answer.status, status)
    const { error } = (await answer.json()) as { error: { message: string } }
    assert.ok(error.message.includes(message), error.message)
    const outcome = await world.outcome()
    assert.deepEqual([outcome.how, outcome.status], ['refused', status])
  })
}

test('an attempt that is given up leaves its provider at once', LIMIT, async () => {
  world.provider.at('bad', (_, reply) => reply.hang())
  const incoming = world.provider.nextCall('bad')
  const answer = world.chat({ model: 'chain' })
  await (await incoming).aborted
  await (await answer).text()
  await world.outcome()
})

test('an error in the middle of a stream ends it in the dialect, and the provider is left', LIMIT, async () => {
  const incoming = world.provider.nextCall('bad')
  world.provider.at('bad', async (_, reply) => {
    reply.head(200, STREAM)
    await reply.write([...openaiStream(['part']).slice(0, 2), sse(openaiError('died'))].join(''))
    await reply.hang()
  })
  const answer = await world.chat({ model: 'chain', stream: true })
  const text = await answer.text()
  assert.match(text, /part/)
  assert.match(text, /"error":\{.*\n\n$/)
  await (await incoming).aborted
  assert.equal((await world.outcome()).how, 'cut')
})

test('a provider that breaks off in the middle leaves the client an error in its dialect', LIMIT, async () => {
  const steps = lockstep()
  world.provider.at('bad', async (_, reply) => {
    reply.head(200, STREAM)
    await reply.write(openaiStream(['part']).slice(0, 2).join(''))
    await steps.seen(1)
    reply.reset()
  })
  const answer = await world.chat({ model: 'single', stream: true })
  let text = ''
  for await (const chunk of answer.body.setEncoding('utf8')) {
    text += chunk
    steps.saw()
  }
  assert.match(text, /part[\s\S]*"error":\{[^\n]*\n\n$/)
  assert.equal((await world.outcome()).how, 'cut')
})

test('a stream that goes silent ends with an error in the dialect, and the provider is left', LIMIT, async () => {
  const incoming = world.provider.nextCall('bad')
  world.provider.at('bad', async (_, reply) => {
    reply.head(200, STREAM)
    await reply.write(openaiStream(['part']).slice(0, 2).join(''))
    await reply.hang()
  })
  const answer = await world.chat({ model: 'single', stream: true })
  assert.match(await answer.text(), new RegExp(`part[\\s\\S]*sent nothing for ${IDLE} ms`))
  await (await incoming).aborted
  assert.equal((await world.outcome()).how, 'cut')
})

test('pieces that keep coming keep a stream alive for longer than its idle time', LIMIT, async () => {
  world.provider.at('bad', async (_, reply) => {
    reply.head(200, STREAM)
    for (const frame of openaiStream([...'abcdefgh'])) {
      await reply.write(frame)
      await new Promise((resolve) => setTimeout(resolve, IDLE / 4))
    }
    reply.end()
  })
  const answer = await world.chat({ model: 'single', stream: true })
  assert.match(await answer.text(), /\[DONE\]\n\n$/)
  assert.equal((await world.outcome()).how, 'complete')
})

test('nothing has thrown', () => {
  assert.deepEqual(world.failures, [])
  assert.equal(world.gateway.openExchanges, 0)
})

test('a failure whose message never ends is reported without it after five seconds', LIMIT, async () => {
  const patient = await startRelayWorld({
    accounts: { bad: 'openai' },
    models: { single: ['bad/x'] },
    settings: { timeouts: { response: '60s' } },
  })
  try {
    patient.provider.at('bad', async (_, reply) => {
      reply.head(400, { 'content-type': 'application/json' })
      await reply.write('{"error":{"message":"this goes on')
      await reply.hang()
    })
    const timers = mock.method(globalThis, 'setTimeout').mock
    const answer = patient.chat({ model: 'single' })
    const ring = await eventually('the timer is set', () => {
      return timers.calls.find((call) => call.arguments[1] === 5_000)?.arguments[0]
    })
    timers.restore()
    ring()
    assert.equal((await answer).status, 400)
    assert.doesNotMatch(await (await answer).text(), /this goes on/)
    assert.equal((await patient.outcome()).how, 'refused')
  } finally {
    await patient.stop()
  }
})
