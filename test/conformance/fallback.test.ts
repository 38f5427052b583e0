import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { APIError } from 'openai'
import {
  anthropicError,
  anthropicStream,
  event,
  openaiError,
  openaiJson,
  openaiStream,
  sse,
} from '../support/answers.js'
import { freePort } from '../support/free-port.js'
import { errorIn, startWorld, type World } from './world.js'

const LIMIT = { timeout: 20_000 }
const USER = [{ role: 'user' as const, content: 'hi' }]
const FALLING = [408, 409, 429, 500, 502, 503, 504, 529]

// Every case has accounts of its own: a failing target may be put on cool-down, and that must not reach the next case.
let world: World
before(async () => {
  const closed = `http://127.0.0.1:${await freePort()}/v1`
  const openai = [
    ...FALLING.map((status) => `s${status}`),
    ...['busy', 'mute', 'deaf', 'slow', 'oaerr', 'late', 'two', 'good', 'last', 'first', 'k401', 'third', 'json3'],
    ...['f1', 'f2', 'r1', 'r2', 't1', 't2', 'c1', 'c2', 'silent'],
  ]
  world = await startWorld({
    accounts: {
      dead: { kind: 'openai', baseUrl: closed },
      dead3: { kind: 'openai', baseUrl: closed },
      ...Object.fromEntries(openai.map((name) => [name, 'openai' as const])),
      anerr: 'anthropic',
      anlate: 'anthropic',
      claude: 'anthropic',
    },
    models: {
      ...Object.fromEntries(FALLING.map((status) => [`m${status}`, [`s${status}/x`, 'good/g']])),
      refused: ['dead/x', 'good/g'],
      mute: ['mute/x', 'good/g'],
      deaf: ['deaf/x', 'good/g'],
      slow: ['slow/x', 'good/g'],
      busy: ['busy/x', 'good/g'],
      oaerr: ['oaerr/x', 'good/g'],
      anerr: ['anerr/claude-sonnet-4-5', 'good/g'],
      oalate: ['late/x', 'good/g'],
      anlate: ['anlate/claude-sonnet-4-5', 'good/g'],
      three: ['dead3/x', 'two/y', 'third/z'],
      json3: ['dead3/y', 'json3/y', 'third/z'],
      translated: ['c1/x', 'claude/claude-sonnet-4-5'],
      failing: ['f1/x', 'f2/y'],
      limited: ['r1/x', 'r2/y'],
      late: ['t1/x', 't2/y'],
      lastword: ['first/x', 'last/y'],
      firstword: ['c2/x', 'good/g'],
      badkey: ['k401/x'],
    },
    settings: {
      timeouts: { connect: '500ms', firstToken: '700ms', response: '700ms' },
      fallback: { coolDown: '10s', maxCoolDown: '60s' },
    },
  })
  for (const name of ['good', 'third']) {
    world.provider.at(name, (call, reply) =>
      call.body['stream'] === true
        ? reply.stream(openaiStream(['fine'], { model: name }))
        : reply.json(200, openaiJson('fine', { model: name })),
    )
  }
})
after(() => world?.stop())

/** The text of a stream, with the headers that tell how it was come by. */
async function streamed(model: string) {
  const { data, response } = await world.client.chat.completions
    .create({ model, messages: USER, stream: true })
    .withResponse()
  let text = ''
  for await (const chunk of data) text += chunk.choices[0]?.delta.content ?? ''
  return {
    text,
    target: response.headers.get('x-tollgate-target'),
    attempts: response.headers.get('x-tollgate-attempts'),
  }
}

const FROM_SECOND = { text: 'fine', target: 'good/g', attempts: '2' }

for (const status of FALLING) {
  test(`status ${status} falls to the next target, streaming and not`, LIMIT, async () => {
    world.provider.at(`s${status}`, (_, reply) => reply.json(status, openaiError(`no: ${status}`)))
    assert.deepEqual(await streamed(`m${status}`), FROM_SECOND)
    const answer = await world.client.chat.completions.create({ model: `m${status}`, messages: USER })
    assert.equal(answer.choices[0]?.message.content, 'fine')
  })
}

test('a refused connection falls to the next target', LIMIT, async () => {
  assert.deepEqual(await streamed('refused'), FROM_SECOND)
})

test('a provider that accepts and never answers is left at the time to the first token', LIMIT, async () => {
  world.provider.at('mute', (_, reply) => reply.hang())
  const started = Date.now()
  assert.deepEqual(await streamed('mute'), FROM_SECOND)
  assert.ok(Date.now() - started < 5000)
})

test('a provider that answers 200 and then says nothing is left at the time to the first token', LIMIT, async () => {
  world.provider.at('deaf', async (_, reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    await reply.hang()
  })
  assert.deepEqual(await streamed('deaf'), FROM_SECOND)
})

test('a role chunk is no first token: silence after it falls to the next target', LIMIT, async () => {
  world.provider.at('slow', async (_, reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    await reply.write(openaiStream([])[0] ?? '')
    await reply.hang()
  })
  assert.deepEqual(await streamed('slow'), FROM_SECOND)
})

test('Retry-After puts a target on cool-down: the next request does not try it', LIMIT, async () => {
  world.provider.at('busy', (_, reply) => reply.json(429, openaiError('slow down'), { 'retry-after': '30' }))
  assert.deepEqual(await streamed('busy'), FROM_SECOND)
  const tried = world.provider.callsOf('busy').length
  assert.deepEqual(await streamed('busy'), { ...FROM_SECOND, attempts: '1' })
  assert.equal(world.provider.callsOf('busy').length, tried)
})

test('an OpenAI error event before any content falls over unseen', LIMIT, async () => {
  world.provider.at('oaerr', (_, reply) =>
    reply.stream([openaiStream([])[0] ?? '', sse(openaiError('overloaded', 'server_error'))]),
  )
  assert.deepEqual(await streamed('oaerr'), FROM_SECOND)
})

test('an Anthropic error event before any content falls over unseen', LIMIT, async () => {
  world.provider.at('anerr', (_, reply) =>
    reply.stream([anthropicStream([])[0] ?? '', event('error', anthropicError('Overloaded', 'overloaded_error'))]),
  )
  assert.deepEqual(await streamed('anerr'), FROM_SECOND)
})

for (const [model, account, frames] of [
  ['oalate', 'late', [...openaiStream(['part']).slice(0, 2), sse(openaiError('died', 'server_error'))]],
  ['anlate', 'anlate', [...anthropicStream(['part']).slice(0, 3), event('error', anthropicError('died'))]],
] as const) {
  test(`${model}: an error after content ends the stream with an error event and is not retried`, LIMIT, async () => {
    world.provider.at(account, (_, reply) => reply.stream(frames))
    const before = world.provider.callsOf('good').length
    const stream = await world.client.chat.completions.create({ model, messages: USER, stream: true })
    let text = ''
    await assert.rejects(async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
    }, APIError)
    assert.equal(text, 'part')
    assert.equal(world.provider.callsOf('good').length, before)
  })
}

test('a chain of three with two dead targets streams from the third', LIMIT, async () => {
  world.provider.at('two', (_, reply) => reply.json(503, openaiError('down')))
  assert.deepEqual(await streamed('three'), { text: 'fine', target: 'third/z', attempts: '3' })
  assert.equal(world.provider.callsOf('third').at(-1)?.body['model'], 'z')
})

test('a chain of three with two dead targets answers whole from the third', LIMIT, async () => {
  world.provider.at('json3', (_, reply) => reply.reset())
  const answer = await world.chat({ model: 'json3', messages: USER })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('x-tollgate-attempts'), '3')
  assert.equal(answer.headers.get('x-tollgate-target'), 'third/z')
})

test('each attempt is translated afresh for its own target', LIMIT, async () => {
  world.provider.at('c1', (_, reply) => reply.json(500, openaiError('down')))
  world.provider.at('claude', (_, reply) => reply.stream(anthropicStream(['salut'])))
  const answer = await streamed('translated')
  assert.deepEqual(answer, { text: 'salut', target: 'claude/claude-sonnet-4-5', attempts: '2' })
  const [first] = world.provider.callsOf('c1')
  const [second] = world.provider.callsOf('claude')
  assert.deepEqual([first?.path, first?.headers.authorization], ['/c1/v1/chat/completions', 'Bearer key-of-c1'])
  assert.deepEqual([second?.path, second?.headers['x-api-key']], ['/claude/v1/messages', 'key-of-claude'])
  assert.equal(second?.headers.authorization, undefined)
  assert.ok(!('stream_options' in (second?.body ?? {})))
})

test('when all targets fail the answer is 502 and names each target with its status', LIMIT, async () => {
  world.provider.at('f1', (_, reply) => reply.json(500, openaiError('inner secret one')))
  world.provider.at('f2', (_, reply) => reply.json(503, openaiError('inner secret two')))
  const answer = await world.chat({ model: 'failing', messages: USER })
  const error = await errorIn(answer)
  assert.equal(answer.status, 502)
  assert.deepEqual([error.code, error.type], ['upstream_error', 'api_error'])
  assert.match(error.message, /f1\/x\D*500/)
  assert.match(error.message, /f2\/y\D*503/)
  assert.equal(answer.headers.get('x-tollgate-attempts'), '2')
})

test('when all targets answer 429 the answer is 429 with retry-after', LIMIT, async () => {
  for (const name of ['r1', 'r2']) {
    world.provider.at(name, (_, reply) => reply.json(429, openaiError('slow'), { 'retry-after': '7' }))
  }
  const answer = await world.chat({ model: 'limited', messages: USER })
  const error = await errorIn(answer)
  assert.equal(answer.status, 429)
  assert.deepEqual([error.code, error.type], ['rate_limit_exceeded', 'rate_limit_error'])
  const seconds = Number(answer.headers.get('retry-after'))
  assert.ok(seconds >= 1 && seconds <= 7, `retry-after: ${seconds}`)
})

test('when every target times out the answer is 504', LIMIT, async () => {
  for (const name of ['t1', 't2']) world.provider.at(name, (_, reply) => reply.hang())
  const answer = await world.chat({ model: 'late', messages: USER })
  assert.equal(answer.status, 504)
  assert.equal((await errorIn(answer)).code, 'upstream_timeout')
})

test('a 400 of the last target keeps its status and message', LIMIT, async () => {
  world.provider.at('first', (_, reply) => reply.json(503, openaiError('down')))
  world.provider.at('last', (_, reply) =>
    reply.json(400, openaiError('top_k is too large', 'invalid_request_error', 'bad_top_k')),
  )
  const answer = await world.chat({ model: 'lastword', messages: USER })
  const error = await errorIn(answer)
  assert.equal(answer.status, 400)
  assert.equal(error.message, 'top_k is too large')
  assert.equal(error.type, 'invalid_request_error')
  assert.equal(error.code, 'bad_top_k')
})

test('a 400 of the first target is the answer: the next target is not asked', LIMIT, async () => {
  world.provider.at('c2', (_, reply) => reply.json(400, openaiError('no such tool', 'invalid_request_error')))
  const before = world.provider.callsOf('good').length
  const answer = await world.chat({ model: 'firstword', messages: USER, stream: true })
  assert.equal(answer.status, 400)
  assert.equal((await errorIn(answer)).message, 'no such tool')
  assert.equal(world.provider.callsOf('good').length, before)
})

test('a provider that rejects our key is 502 and shows neither key nor its words', LIMIT, async () => {
  world.provider.at('k401', (_, reply) => reply.json(401, openaiError('Incorrect API key provided: key-of-k401')))
  const answer = await world.chat({ model: 'badkey', messages: USER })
  const error = await errorIn(answer)
  assert.equal(answer.status, 502)
  assert.equal(error.code, 'upstream_error')
  assert.match(error.message, /k401\/x\D*401/)
  assert.ok(!error.message.includes('key-of-k401'))
})

test('failed chains leave no exchange behind', LIMIT, async () => {
  await world.settled()
})
