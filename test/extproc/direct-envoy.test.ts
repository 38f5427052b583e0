import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { configText } from '../conformance/world.js'
import { anthropicJson, openaiError, openaiJson, openaiStream } from '../support/answers.js'
import {
  type Bootstrap,
  bodiesApart,
  type DirectSide,
  inTwoStreams,
  startSide,
  virtualHosts,
} from '../support/direct-side.js'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/free-port.js'
import { type FakeProvider, type Handler, startProvider } from '../support/provider.js'

const LIMIT = { timeout: 60_000 }
const JSON_TYPE = { 'content-type': 'application/json' }
const ANSWER = JSON.stringify(openaiJson('hello there', { usage: { input: 5, output: 9 } }))

const json =
  (status: number, value: object, headers: Readonly<Record<string, string>> = {}): Handler =>
  (_, reply) =>
    reply.json(status, value, headers)

const whole =
  (status: number, headers: Readonly<Record<string, string>>, body: string | Uint8Array): Handler =>
  (_, reply) => {
    reply.head(status, headers)
    reply.end(body)
  }

/** Providers by what they do. */
const PROVIDERS: Readonly<Record<string, Handler>> = {
  plain: json(200, openaiJson('hi'), {
    ...{ 'x-request-id': 'req_1', 'openai-organization': 'secret-org', 'set-cookie': 'a=b', server: 'them' },
    'strict-transport-security': 'theirs',
  }),
  pieces: async (_, reply) => {
    reply.head(200, JSON_TYPE)
    for (const letter of ANSWER.match(/.{1,40}/g) ?? []) await reply.write(letter)
    reply.end()
  },
  gzip: whole(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }, gzipSync(ANSWER)),
  'broken-gzip': whole(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }, ANSWER),
  rot13: whole(200, { ...JSON_TYPE, 'content-encoding': 'rot13' }, ANSWER),
  large: json(200, openaiJson('long '.repeat(600_000))),
  'error-in-200': json(200, openaiError('overloaded', 'server_error')),
  empty: whole(200, JSON_TYPE, ''),
  nothing: whole(204, {}, ''),
  html: whole(200, { 'content-type': 'text/html' }, '<html>'),
  'half-a-json': whole(200, JSON_TYPE, ANSWER.slice(0, 60)),
  redirect: whole(302, { location: 'http://127.0.0.1:1/' }, ''),
  s400: json(400, openaiError('no such field', 'invalid_request_error', 'bad_field')),
  s401: json(401, openaiError('Incorrect API key provided: key-of-s401')),
  s404: json(404, openaiError('no such model', 'invalid_request_error', 'model_not_found')),
  s413: json(413, openaiError('too long')),
  s429: json(429, openaiError('slow down'), { 'retry-after': '7' }),
  s500: json(500, openaiError('inner')),
  s503: whole(503, {}, ''),
  s529: whole(529, { 'content-type': 'text/plain' }, 'overloaded'),
  'gzip-400': whole(400, { ...JSON_TYPE, 'content-encoding': 'gzip' }, gzipSync(JSON.stringify(openaiError('packed')))),
  reset: (_, reply) => reply.reset(),
  'reset-after-head': (_, reply) => {
    reply.head(200, JSON_TYPE)
    reply.reset()
  },
  'cut-body': async (_, reply) => {
    reply.head(200, { ...JSON_TYPE, 'content-length': '1000' })
    await reply.write(ANSWER.slice(0, 50))
    reply.cut()
  },
  'cut-chunks': async (_, reply) => {
    reply.head(200, JSON_TYPE)
    await reply.write(ANSWER)
    reply.reset()
  },
  'no-http': (_, reply) => {
    reply.raw('\u0000\u0001 nonsense\r\n\r\n')
    reply.cut()
  },
  mute: (_, reply) => reply.hang(),
  'head-only': async (_, reply) => {
    reply.head(200, JSON_TYPE)
    await reply.hang()
  },
  'half-then-silent': async (_, reply) => {
    reply.head(200, JSON_TYPE)
    await reply.write(ANSWER.slice(0, 50))
    await reply.hang()
  },
  'endless-error': async (_, reply) => {
    reply.head(500, JSON_TYPE)
    await reply.write('{"error":{"message":"goes on')
    await reply.hang()
  },
  'cut-error': async (_, reply) => {
    reply.head(500, { ...JSON_TYPE, 'content-length': '1000' })
    await reply.write('{"error":{"message":"goes on')
    reply.reset()
  },
  'silent-error': async (_, reply) => {
    reply.head(429, { ...JSON_TYPE, 'content-length': '1000', 'retry-after': '3' })
    await reply.write('{"error":{"message":"goes on')
    await reply.hang()
  },
  'long-error': json(400, openaiError('x'.repeat(200_000))),
}

let config: string
let provider: FakeProvider
let direct: DirectSide
let apart: DirectSide
let twoStreams: DirectSide

const withOwnHeader = (bootstrap: Bootstrap) => {
  for (const host of virtualHosts(bootstrap)) {
    host.response_headers_to_add = [
      { header: { key: 'strict-transport-security', value: 'ours' } },
      { header: { key: 'x-of-the-route', value: 'ours' } },
    ]
  }
}

before(async () => {
  provider = await startProvider()
  for (const [name, handler] of Object.entries(PROVIDERS)) provider.at(name, handler)
  provider.at('claude', json(200, anthropicJson('bonjour')))
  const names = Object.keys(PROVIDERS)
  config = configText(provider.url, {
    accounts: {
      ...Object.fromEntries(names.map((name) => [name, 'openai' as const])),
      claude: 'anthropic',
      dead: { kind: 'openai', baseUrl: `http://127.0.0.1:${await freePort()}/v1` },
      nowhere: { kind: 'openai', baseUrl: 'http://nowhere.invalid/v1' },
    },
    models: {
      ...Object.fromEntries(names.map((name) => [name, [`${name}/gpt-4o`]])),
      claude: ['claude/claude-sonnet-4-5'],
      dead: ['dead/gpt-4o'],
      nowhere: ['nowhere/gpt-4o'],
    },
    settings: {
      maxBody: '1MiB',
      timeouts: { connect: '500ms', firstToken: '1500ms', response: '1500ms' },
      fallback: { coolDown: '0s' },
      prices: { 'gpt-4o': { input: 1000, output: 3000 } },
      budgets: [{ name: 'all', limit: { usd: 10_000, per: 'month' } }],
      identity: { headers: { user: 'x-user-id' } },
    },
  })
  direct = await startSide(config, withOwnHeader)
  apart = await startSide(config, (bootstrap) => {
    withOwnHeader(bootstrap)
    bodiesApart(bootstrap)
  })
  twoStreams = await startSide(config, (bootstrap) => {
    withOwnHeader(bootstrap)
    inTwoStreams(bootstrap)
  })
}, LIMIT)
after(async () => {
  await direct?.stop()
  await apart?.stop()
  await twoStreams?.stop()
  await provider?.stop()
})

const BODY = { messages: [{ role: 'user', content: 'hi' }], max_tokens: 50 }
const CLIENT = {
  'content-type': 'application/json',
  authorization: 'Bearer client-secret',
  'x-api-key': 'client-secret',
  cookie: 'secret=1',
  'x-user-id': 'ann',
  'x-tollgate-direct': 'forged',
  'x-tollgate-request': 'GET http forged.example /forged',
  'x-tollgate-set-authorization': 'Bearer forged',
}

const chat = (side: DirectSide, body: string | object, headers = CLIENT) =>
  fetch(`${side.url}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  })

/** Differs by chance, or by how many bytes a length takes: a whole answer has a length. */
const BY_CHANCE = new Set(['date', 'x-request-id', 'content-length', 'transfer-encoding', 'connection', 'keep-alive'])
/** A body that replaces another one in answer to headers has no length. */
const FRAMING = new Set(['content-length', 'transfer-encoding'])
const TIMINGS = /^(time|at|prev|hash|seq|request|.*Ms|latency.*)$/

/** Everything that a client, the provider, the ledger and the log see of one request. */
async function seen(side: DirectSide, model: string) {
  const before = provider.callsOf(model).length
  const answer = await chat(side, { model, ...BODY })
  const id = answer.headers.get('x-request-id') ?? ''
  const body = (await answer.text()).replaceAll(id, 'ID').replace(/"created":\d+/, '"created":0')
  const rows = await side.rows(id)
  return {
    status: answer.status,
    headers: Object.fromEntries([...answer.headers].filter(([name]) => !BY_CHANCE.has(name))),
    body,
    calls: provider
      .callsOf(model)
      .slice(before)
      .map(({ method, path, headers, bodyText }) => ({
        method,
        path,
        headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !FRAMING.has(name))),
        bodyText,
      })),
    rows: rows.map(withoutTimings),
    log: withoutTimings(await side.logLine(id)),
  }
}

const count = (list: unknown) => (Array.isArray(list) ? list.length : 0)

function withoutTimings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTimings)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => !TIMINGS.test(name) && name !== 'lease' && name !== 'id')
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutTimings(member)]))
}

for (const model of [...Object.keys(PROVIDERS), 'claude', 'dead']) {
  test(`one stream or two, all see the same: ${model}`, LIMIT, async () => {
    const two = await seen(twoStreams, model)
    for (const side of [direct, apart]) {
      const streams = await side.streams()
      assert.deepEqual(await seen(side, model), two)
      assert.equal((await side.streams()) - streams, 1, 'streams to Tollgate')
    }
  })
}

test('a name that does not resolve is told in the same words', LIMIT, async () => {
  const [one, two] = [await seen(direct, 'nowhere'), await seen(twoStreams, 'nowhere')]
  assert.deepEqual([one.status, one.body], [two.status, two.body])
  assert.equal(one.status, 503)
})

test('what needs no provider is the same', LIMIT, async () => {
  const answers = async (side: DirectSide) => {
    const some = [
      await fetch(`${side.url}/v1/models`),
      await fetch(`${side.url}/v1/chat/completions`),
      await fetch(`${side.url}/v1/chat/completions`, { method: 'HEAD' }),
      await chat(side, '{"model":'),
      await chat(side, { model: 'unknown', ...BODY }),
      await chat(side, { model: 'plain', ...BODY, padding: 'x'.repeat(1_100_000) }),
      await chat(side, { model: 'plain', ...BODY, padding: 'x'.repeat(40_000_000) }),
    ]
    return Promise.all(
      some.map(async (answer) => [answer.status, (await answer.text()).replaceAll(/"created":\d+/g, '')]),
    )
  }
  assert.deepEqual(await answers(direct), await answers(twoStreams))
  assert.deepEqual(await answers(apart), await answers(twoStreams))
})

test('a stream is over when it has ended, also where its body came along', LIMIT, async () => {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  provider.at('plain', async (_, reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    const [first, ...rest] = openaiStream(['one', ' two'])
    await reply.write(first ?? '')
    await ended
    for (const chunk of rest) await reply.write(chunk)
    reply.end()
  })
  const answer = await chat(direct, { model: 'plain', ...BODY, stream: true })
  const id = answer.headers.get('x-request-id') ?? ''
  await setTimeout(300)
  assert.deepEqual(
    (await direct.logLines()).filter(({ request }) => request === id),
    [],
  )
  end()
  await answer.text()
  assert.equal((await direct.logLine(id))['how'], 'complete')
})

test('a stream takes two', LIMIT, async () => {
  const before = await direct.streams()
  await (await chat(direct, { model: 'plain', ...BODY, stream: true })).text()
  assert.equal((await direct.streams()) - before, 2)
})

test('a request and its answer take a message each, where bodies go along with headers', LIMIT, async () => {
  const messages = async (side: DirectSide, content: string) => {
    const before = await side.messages()
    const answer = await chat(side, { model: 'pieces', messages: [{ role: 'user', content }] })
    assert.equal(JSON.parse(await answer.text()).choices[0].message.content, 'hello there')
    return (await side.messages()) - before
  }
  for (const [content, alongWith, apartWith] of [
    ['hi', 2, 3],
    ['é\r\n\u0000 ü \u{1f600}', 2, 3],
    ['x'.repeat(30_000), 2, 3],
    ['x'.repeat(40_000), 3, 3],
  ] as const) {
    assert.deepEqual([await messages(direct, content), await messages(apart, content)], [alongWith, apartWith])
    const calls = provider.callsOf('pieces').slice(-2)
    for (const call of calls) assert.deepEqual(call.body['messages'], [{ role: 'user', content }])
  }
})

test('a body of unknown length has a message of its own', LIMIT, async () => {
  const before = await direct.messages()
  const text = JSON.stringify({ model: 'pieces', ...BODY })
  const pieces = new ReadableStream({
    start(controller) {
      for (const piece of text.match(/.{1,20}/g) ?? []) controller.enqueue(Buffer.from(piece))
      controller.close()
    },
  })
  const init = { method: 'POST', headers: CLIENT, body: pieces, duplex: 'half' }
  const answer = await fetch(`${direct.url}/v1/chat/completions`, init as RequestInit)
  assert.equal(answer.status, 200)
  await answer.text()
  assert.equal((await direct.messages()) - before, 3)
})

test('who says in a header what the body is, is not believed', LIMIT, async () => {
  const forged = JSON.stringify({ model: 'pieces', messages: [{ role: 'user', content: 'forged' }] })
  const base64 = Buffer.from(forged).toString('base64')
  const headers = { ...CLIENT, 'x-tollgate-body': forged, 'x-tollgate-body-base64': base64 }
  for (const side of [direct, apart, twoStreams]) {
    for (const padding of ['', 'x'.repeat(50_000)]) {
      const answer = await chat(side, { model: 'pieces', ...BODY, user: padding }, headers)
      assert.equal(answer.status, 200)
      await answer.text()
      const call = provider.callsOf('pieces').at(-1)
      assert.deepEqual(call?.body['messages'], BODY.messages)
      assert.deepEqual(
        Object.keys(call?.headers ?? {}).filter((name) => name.startsWith('x-tollgate')),
        [],
      )
    }
  }
})

test('lengths are told on both sides', LIMIT, async () => {
  for (const side of [direct, apart]) {
    for (const model of ['pieces', 'claude', 'gzip', 's400']) {
      const answer = await chat(side, { model, ...BODY })
      const text = await answer.text()
      assert.equal(answer.headers.get('content-length'), String(Buffer.byteLength(text)))
      assert.deepEqual(
        [answer.headers.get('x-tollgate-body'), answer.headers.get('x-tollgate-body-base64')],
        [null, null],
      )
      const call = provider.callsOf(model).at(-1)
      assert.equal(call?.headers['content-length'], String(Buffer.byteLength(call?.bodyText ?? '')))
      assert.equal(call?.headers['transfer-encoding'], undefined)
    }
  }
})

test('requests that run at once do not mix', LIMIT, async () => {
  provider.at('plain', (call, reply) => reply.json(200, openaiJson(JSON.stringify(call.body['messages']))))
  const one = async (number: number) => {
    const content = `question ${number} ${'x'.repeat(number * 100)}`
    const answer = await chat(direct, { model: 'plain', messages: [{ role: 'user', content }] })
    assert.match(await answer.text(), new RegExp(`question ${number} `), `status ${answer.status}`)
  }
  await Promise.all(Array.from({ length: 40 }, (_, number) => one(number)))
})

test('a client that hangs up before the answer is settled, and its provider is let go', LIMIT, async () => {
  for (const side of [direct, twoStreams]) {
    const client = new AbortController()
    const called = provider.nextCall('mute')
    const answer = fetch(`${side.url}/v1/chat/completions`, {
      method: 'POST',
      headers: CLIENT,
      body: JSON.stringify({ model: 'mute', ...BODY }),
      signal: client.signal,
    })
    const call = await called
    client.abort()
    await assert.rejects(answer)
    await call.aborted
  }
  const gone = async (side: DirectSide) =>
    withoutTimings((await side.logLines()).filter(({ how, model }) => how === 'cut' && model === 'mute'))
  await eventually('both are logged', async () =>
    [await gone(direct), await gone(twoStreams)].every((lines) => count(lines) === 1),
  )
  assert.deepEqual(await gone(direct), await gone(twoStreams))
})

test('an answer that is larger than Envoy holds is an error, and the next one is none', LIMIT, async () => {
  provider.at('large', json(200, openaiJson('x'.repeat(34 * 2 ** 20))))
  const answer = await chat(direct, { model: 'large', ...BODY })
  assert.equal(answer.status, 502)
  assert.match(await answer.text(), /larger than the gateway buffers/)
  assert.equal((await chat(direct, { model: 'pieces', ...BODY })).status, 200)
})

test('a failure of unknown length that breaks off is a failure, and hurts nobody else', LIMIT, async () => {
  provider.at('cut-error', async (_, reply) => {
    reply.head(500, JSON_TYPE)
    await reply.write('{"error":{"message":"goes on')
    reply.reset()
  })
  for (let i = 0; i < 5; i++) {
    const answer = await chat(direct, { model: 'cut-error', ...BODY })
    assert.equal(answer.status, 502)
    await answer.text()
  }
  assert.equal((await chat(direct, { model: 'pieces', ...BODY })).status, 200)
})

test('a cluster without the script leaves the request to its upstream level', LIMIT, async () => {
  const old = await startSide(config, (bootstrap) => {
    for (const cluster of bootstrap.static_resources.clusters) {
      for (const options of Object.values(cluster.typed_extension_protocol_options ?? {})) {
        const [upstream, , codec] = (options.http_filters ?? []) as { typed_config: { extension_config?: object } }[]
        if (upstream?.typed_config.extension_config) {
          options.http_filters = [upstream.typed_config.extension_config, codec ?? {}]
        }
      }
    }
  })
  try {
    const streams = await old.streams()
    const answer = await chat(old, { model: 'pieces', ...BODY })
    assert.deepEqual([answer.status, JSON.parse(await answer.text()).choices[0].message.content], [200, 'hello there'])
    assert.equal((await old.streams()) - streams, 2)
    const failure = await chat(old, { model: 's400', ...BODY })
    assert.equal(failure.status, 400)
    assert.match(await failure.text(), /no such field/)
    const call = provider.callsOf('pieces').at(-1)
    assert.deepEqual(
      Object.keys(call?.headers ?? {}).filter((name) => name.startsWith('x-')),
      [],
    )
  } finally {
    await old.stop()
  }
})
