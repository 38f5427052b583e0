import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CONTEXT_HEADERS } from '../../core/signed-context.js'
import { systemClock } from '../../io/system-clock.js'
import { lockstep } from '../conformance/lockstep.js'
import { anthropicStream, openaiJson, openaiStream } from '../support/answers.js'
import { CHAT, contextFor, type Protocol, type RelayWorld, startRelayWorld } from './world.js'

const LIMIT = { timeout: 15_000 }
const PROTOCOLS: readonly Protocol[] = ['http/1.1', 'h2']
const PIECES = ['one ', 'two ', 'three ', 'Grüße 🌍']
const STREAM = { 'content-type': 'text/event-stream' }

const FORMATS = [
  { model: 'gpt', account: 'oa', frames: openaiStream },
  { model: 'claude', account: 'an', frames: anthropicStream },
]

let world: RelayWorld
let tags: Readonly<Record<string, string>> = {}
before(async () => {
  world = await startRelayWorld({
    accounts: { oa: 'openai', an: 'anthropic' },
    models: { gpt: ['oa/gpt-target'], claude: ['an/claude-sonnet-4-5'] },
    settings: {
      maxBody: '100KiB',
      identity: {
        claims: { user: 'sub' },
        tags: {
          claims: { consumer: 'kong.consumer.username', route: 'kong.route.name' },
          headers: { word: 'x-word' },
        },
      },
    },
    policies: [
      {
        name: 'remember',
        admit(request, { identity }) {
          tags = { ...identity.tags, ...(identity.user && { user: identity.user }) }
          return { kind: 'continue', request }
        },
      },
    ],
  })
})
after(() => world?.stop())

for (const protocol of PROTOCOLS) {
  test(`${protocol}: a whole answer has the headers of the contract and none of the provider's`, LIMIT, async () => {
    world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('fine'), { 'x-provider': '1', server: 'x' }))
    const answer = await world.chat({ model: 'gpt' }, { protocol, headers: { 'x-request-id': 'r-1' } })
    assert.equal(answer.status, 200)
    const body = await answer.text()
    assert.match(body, /fine/)
    const hop = new Set([':status', 'date', 'connection', 'keep-alive'])
    const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !hop.has(name)))
    assert.deepEqual(headers, {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'x-request-id': 'r-1',
      'x-tollgate-target': 'oa/gpt-target',
      'x-tollgate-attempts': '1',
    })
    const outcome = await world.outcome()
    assert.deepEqual([outcome.how, outcome.status, outcome.attempts[0]?.usageSource], ['complete', 200, 'provider'])
  })

  for (const { model, account, frames } of FORMATS) {
    test(`${protocol}, ${model}: each piece is out before the provider sends the next`, LIMIT, async () => {
      const steps = lockstep()
      world.provider.at(account, async (_, reply) => {
        reply.head(200, STREAM)
        for (const [sent, run] of runsPerPiece(frames(PIECES)).entries()) {
          await steps.seen(sent)
          await reply.write(run)
        }
        reply.end()
      })
      const answer = await world.chat({ model, stream: true }, { protocol })
      assert.equal(answer.headers['content-type'], 'text/event-stream; charset=utf-8')
      let got = ''
      let seen = 0
      for await (const chunk of answer.body.setEncoding('utf8')) {
        got += chunk
        for (; seen < PIECES.length && got.includes(JSON.stringify(PIECES[seen])); seen++) steps.saw()
      }
      assert.equal(textIn(got), PIECES.join(''))
      assert.ok(got.endsWith('data: [DONE]\n\n'))
      assert.equal((await world.outcome()).how, 'complete')
    })

    test(`${protocol}, ${model}: a compressed stream is undone piece by piece`, LIMIT, async () => {
      const steps = lockstep()
      world.provider.at(account, async (_, reply) => {
        reply.head(200, { ...STREAM, 'content-encoding': 'gzip' })
        const encoder = reply.compressed('gzip')
        for (const [sent, run] of runsPerPiece(frames(PIECES)).entries()) {
          await steps.seen(sent)
          await encoder.write(run)
        }
        await encoder.end()
      })
      const answer = await world.chat({ model, stream: true }, { protocol })
      let got = ''
      let seen = 0
      for await (const chunk of answer.body.setEncoding('utf8')) {
        got += chunk
        for (; seen < PIECES.length && got.includes(JSON.stringify(PIECES[seen])); seen++) steps.saw()
      }
      assert.equal(textIn(got), PIECES.join(''))
      assert.equal((await world.outcome()).how, 'complete')
    })
  }

  for (const [what, headers] of [
    ['declared', {}],
    ['chunked', { 'transfer-encoding': 'chunked' }],
  ] as const) {
    if (protocol === 'h2' && what === 'chunked') continue
    test(
      `${protocol}: a body beyond the limit (${what}) is 413, and the connection can be used again`,
      LIMIT,
      async () => {
        const answer = await world.chat({ model: 'gpt', padding: 'x'.repeat(300_000) }, { protocol, headers })
        assert.equal(answer.status, 413)
        const { error } = (await answer.json()) as { error: { message: string; type: string } }
        assert.equal(error.type, 'invalid_request_error')
        assert.match(error.message, /102400 bytes/)
        assert.equal((await world.outcome()).how, 'refused')
        const models = await world.send({
          protocol,
          method: 'GET',
          path: '/v1/models',
          headers: { [CONTEXT_HEADERS.ingress]: contextFor() },
        })
        assert.equal(models.status, 200)
        await models.text()
      },
    )
  }
}

test('the provider gets the request for it and nothing of the client', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('fine')))
  const headers = { authorization: 'Bearer of-client', 'x-word': 'secret', cookie: 'a=b' }
  await (await world.chat({ model: 'gpt' }, { headers })).text()
  await world.outcome()
  const call = world.provider.calls.at(-1)
  const { host, connection, 'content-length': _, ...sent } = call?.headers ?? {}
  assert.equal(`http://${host}`, world.provider.url)
  assert.notEqual(connection, 'close')
  assert.deepEqual(sent, {
    'content-type': 'application/json',
    authorization: 'Bearer key-of-oa',
    'accept-encoding': 'identity',
  })
  assert.equal(call?.body['model'], 'gpt-target')
})

test('identity comes from the context, and from headers as they are', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('fine')))
  const caller = { consumer: { username: 'bob' }, route: { name: 'chat' }, claims: { sub: 'ann' } }
  const headers = { [CONTEXT_HEADERS.ingress]: contextFor(caller), 'x-word': latin1('grün') }
  const answer = await world.chat({ model: 'gpt' }, { headers })
  assert.equal(answer.status, 200, await answer.text())
  await world.outcome()
  assert.deepEqual(tags, { consumer: 'bob', route: 'chat', word: 'grün', user: 'ann' })
})

const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

const stale = systemClock.now() - 31_000
const REFUSED: Readonly<Record<string, () => Record<string, string>>> = {
  absent: () => ({}),
  malformed: () => ({ [CONTEXT_HEADERS.ingress]: 'v1.ingress.x' }),
  forged: () => ({
    [CONTEXT_HEADERS.ingress]: contextFor({}, systemClock.now(), 'another secret of the same length....'),
  }),
  expired: () => ({ [CONTEXT_HEADERS.ingress]: contextFor({}, stale) }),
}
for (const [reason, headers] of Object.entries(REFUSED)) {
  for (const protocol of PROTOCOLS) {
    test(`${protocol}: a request whose context is ${reason} is 503 and reaches nobody`, LIMIT, async () => {
      const calls = world.provider.calls.length
      const body = JSON.stringify({ model: 'gpt' })
      const answer = await world.send({ protocol, headers: headers(), body })
      assert.equal(answer.status, 503)
      const { error } = (await answer.json()) as { error: { message: string; code: string } }
      assert.equal(error.code, 'upstream_unavailable')
      assert.ok(!error.message.includes(reason))
      assert.equal(world.refusals.at(-1), reason)
      assert.notEqual(answer.headers.connection, 'close')
      assert.equal((await world.outcome()).how, 'refused')
      assert.equal(world.provider.calls.length, calls)
    })
  }
}

test('a context is good once', LIMIT, async () => {
  const headers = { [CONTEXT_HEADERS.ingress]: contextFor() }
  const models = () => world.send({ method: 'GET', path: '/v1/models', headers })
  const first = await models()
  const second = await models()
  assert.deepEqual([first.status, second.status], [200, 503])
  await first.text()
  await second.text()
  await world.outcome()
  assert.equal(world.refusals.at(-1), 'replayed')
})

test('health is told without a context; a client of the gateway finds no such path', LIMIT, async () => {
  const healthy = await world.send({ method: 'GET', path: '/healthz' })
  assert.deepEqual([healthy.status, await healthy.text()], [200, 'ok'])
  const headers = { [CONTEXT_HEADERS.ingress]: contextFor() }
  const client = await world.send({ method: 'GET', path: '/healthz', headers })
  assert.equal(client.status, 404)
  await client.text()
  const post = await world.send({ method: 'POST', path: '/healthz' })
  assert.equal(post.status, 503)
  await post.text()
  await world.outcome()
  await world.outcome()
})

test('wrong paths, methods and bodies are told in the dialect', LIMIT, async () => {
  const ask = async (method: string, path: string, body?: string) => {
    const headers = { [CONTEXT_HEADERS.ingress]: contextFor() }
    const answer = await world.send({ method, path, headers, body })
    const { error } = (await answer.json()) as { error: { code: string } }
    await world.outcome()
    return [answer.status, error.code]
  }
  assert.deepEqual(await ask('POST', '/v1/nothing', '{}'), [404, 'not_found'])
  assert.deepEqual(await ask('GET', CHAT), [405, 'method_not_allowed'])
  assert.deepEqual(await ask('POST', CHAT, '{'), [400, 'malformed_request'])
  assert.deepEqual(await ask('POST', CHAT), [400, 'malformed_request'])
})

test('an id that could not stand in a log is replaced', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('fine')))
  const answer = await world.chat({ model: 'gpt' }, { headers: { 'x-request-id': 'x'.repeat(1000) } })
  await answer.text()
  assert.match(String(answer.headers['x-request-id']), /^[\w-]{36}$/)
  await world.outcome()
})

test('nothing has thrown', () => {
  assert.deepEqual(world.failures, [])
  assert.equal(world.gateway.openExchanges, 0)
})

/** The frames in runs: the first ends with the first piece of text, each further one with the next, the last has the rest. */
function runsPerPiece(frames: readonly string[]): readonly string[] {
  const ends = PIECES.map((piece) => frames.findIndex((frame) => frame.includes(JSON.stringify(piece))) + 1)
  return [...ends, frames.length].map((end, index) => frames.slice(ends[index - 1] ?? 0, end).join(''))
}

function textIn(stream: string): string {
  const chunks = stream.split('\n').flatMap((line) => (/^data: \{/.test(line) ? [JSON.parse(line.slice(6))] : []))
  return chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')
}
