import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { egressHost } from '../../core/egress-host.js'
import type { GatewayError } from '../../core/errors.js'
import type { WireRequest } from '../../core/provider.js'
import type { Upstream } from '../../core/settings.js'
import { CONTEXT_HEADERS, CONTEXT_WINDOW, readContext } from '../../core/signed-context.js'
import { systemClock } from '../../io/system-clock.js'
import { openaiChat } from '../../llm/dialects/openai-chat.js'
import { directEgress } from '../../relay/direct-egress.js'
import type { Egress, Sending } from '../../relay/egress.js'
import { kongEgress } from '../../relay/kong-egress.js'
import { equal, signWith } from '../../relay/signing.js'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/free-port.js'
import { type FakeProvider, type Handler, startProvider } from '../support/provider.js'

const LIMIT = { timeout: 10_000 }
const SECRET = 'a secret of at least 32 characters, shared with the plugin'

let server: FakeProvider
let direct: Egress
let throughKong: Egress
before(async () => {
  server = await startProvider()
  direct = directEgress({ connectTimeout: () => 1_000 })
  throughKong = kongEgress({ baseUrl: server.url, sign: signWith(SECRET), clock: systemClock, connectTimeout: 1_000 })
})
after(async () => {
  await direct?.close()
  await throughKong?.close()
  await server?.stop()
})

const REQUEST: WireRequest = {
  method: 'POST',
  path: '/x/v1/chat?y=1',
  headers: { 'content-type': 'application/json', authorization: 'Bearer key' },
  body: Buffer.from('{"a":1}'),
}

const upstream = (authority: string): Upstream => ({
  name: 'x',
  provider: { kind: 'openai', dialect: openaiChat, build: () => REQUEST, sign: (wire) => wire },
  credentials: { apiKey: 'key' },
  authority,
  scheme: 'http',
  basePath: '',
  cluster: 'tollgate_x_12ab',
})
const here = () => upstream(server.url.replace('http://', ''))

interface Heard {
  readonly status?: number
  readonly text: string
  readonly error?: GatewayError
}

/** Sends, and collects what comes of it. */
function ask(egress: Egress, to: Upstream, script: Handler, during?: (sending: Sending) => void): Promise<Heard> {
  server.at('x', script)
  return new Promise((resolve) => {
    let status: number | undefined
    let text = ''
    const sending = egress.send(REQUEST, to, {
      head: (answered, header) => {
        status = answered
        text += header('x-more') ?? ''
        during?.(sending)
      },
      chunk: (bytes) => {
        text += Buffer.from(bytes).toString()
      },
      end: () => resolve({ status, text }),
      failed: (error) => resolve({ status, text, error }),
    })
  })
}

test('direct: the request goes to its own endpoint as it is, and the answer comes back', LIMIT, async () => {
  const heard = await ask(direct, here(), (_, reply) => reply.json(201, { ok: true }, { 'x-more': 'more ' }))
  assert.deepEqual(heard, { status: 201, text: 'more {"ok":true}' })
  const { method, path, bodyText, headers } = server.calls.at(-1) ?? {}
  assert.deepEqual([method, path, bodyText], ['POST', '/x/v1/chat?y=1', '{"a":1}'])
  const { host, connection: _, 'content-length': length, ...rest } = headers ?? {}
  assert.deepEqual([host, length], [here().authority, '7'])
  assert.deepEqual(rest, { ...REQUEST.headers, 'accept-encoding': 'identity' })
})

test('direct: connections are kept', LIMIT, async () => {
  const before = server.connections()
  for (let i = 0; i < 10; i++) await ask(direct, here(), (_, reply) => reply.json(200, {}))
  // One that has just been used is not free at once.
  assert.ok(server.connections() <= before + 1)
})

test('direct: redirects are not followed, and nothing is decompressed', LIMIT, async () => {
  const moved = await ask(direct, here(), (_, reply) => {
    reply.head(307, { location: '/x/elsewhere' })
    reply.end('moved')
  })
  assert.deepEqual([moved.status, moved.text], [307, 'moved'])
  const packed = await ask(direct, here(), (_, reply) => {
    reply.head(200, { 'content-encoding': 'gzip' })
    reply.end('no gzip at all')
  })
  assert.equal(packed.text, 'no gzip at all')
})

test('direct: no connection, a reset and an early end are failures without details', LIMIT, async () => {
  const nowhere = await ask(direct, upstream(`127.0.0.1:${await freePort()}`), () => {})
  const reset = await ask(direct, here(), (_, reply) => reply.reset())
  const cut = await ask(direct, here(), async (_, reply) => {
    reply.head(200)
    await reply.write('part')
    reply.cut()
  })
  for (const { error } of [nowhere, reset, cut]) {
    assert.deepEqual([error?.code, error?.message], ['upstream_error', 'connection failed'])
  }
  assert.deepEqual([cut.status, cut.text], [200, 'part'])
})

test('direct: what is given up is cut off, also before it is connected, and says nothing more', LIMIT, async () => {
  const incoming = server.nextCall('x')
  server.at('x', (_, reply) => reply.hang())
  const heard: string[] = []
  const receiver = {
    head: () => heard.push('head'),
    chunk: () => heard.push('chunk'),
    end: () => heard.push('end'),
    failed: () => heard.push('failed'),
  }
  const sending = direct.send(REQUEST, here(), receiver)
  const call = await incoming
  sending.destroy()
  await call.aborted

  const calls = server.calls.length
  const early = directEgress({ connectTimeout: () => 1_000 })
  early.send(REQUEST, here(), receiver).destroy()
  await eventually('its connection is there', () => server.connections() > 0)
  await early.close()
  assert.equal(server.calls.length, calls)
  assert.deepEqual(heard, [])
})

test('direct: a paused answer waits', LIMIT, async () => {
  let written = 0
  let sending: Sending | undefined
  const answered = ask(
    direct,
    here(),
    async (_, reply) => {
      reply.head(200)
      for (; written < 200; written++) await reply.write('x'.repeat(100_000))
      reply.end()
    },
    (made) => {
      sending = made
      made.pause()
    },
  )
  let last = -1
  await eventually('the provider stands still', async () => {
    if (written === last && sending) return true
    last = written
    await new Promise((resolve) => setTimeout(resolve, 100))
    return false
  })
  assert.ok(written < 200)
  sending?.resume()
  assert.equal((await answered).text.length, 200 * 100_000)
})

test('Kong is asked by the endpoint’s host, with a context for it that is new each time', LIMIT, async () => {
  const nonces = new Set<string>()
  for (let i = 0; i < 2; i++) {
    const heard = await ask(throughKong, upstream('api.example.com'), (_, reply) =>
      reply.json(200, {}, { server: 'kong/3.9.3', 'x-kong-upstream-latency': '3' }),
    )
    assert.equal(heard.status, 200)
    const { host, [CONTEXT_HEADERS.egress]: context, ...rest } = server.calls.at(-1)?.headers ?? {}
    assert.equal(host, egressHost('tollgate_x_12ab'))
    const read = readContext(String(context), {
      purpose: 'egress',
      now: Date.now(),
      window: CONTEXT_WINDOW,
      sign: signWith(SECRET),
      equal,
    })
    assert.ok(read.kind === 'valid')
    assert.deepEqual(read.context.content, { upstream: 'tollgate_x_12ab' })
    nonces.add(read.context.nonce)
    assert.equal(rest.authorization, 'Bearer key')
    assert.equal(rest['accept-encoding'], 'identity')
    assert.equal(server.calls.at(-1)?.path, '/x/v1/chat?y=1')
  }
  assert.equal(nonces.size, 2)
})

for (const status of [403, 404, 502, 503, 504]) {
  test(`a ${status} of Kong's own is a failed connection; of the provider it is the answer`, LIMIT, async () => {
    const message = { message: 'no Route matched with those values' }
    const own = await ask(throughKong, here(), (_, reply) => reply.json(status, message, { server: 'kong/3.9.3' }))
    const code = status === 504 ? 'upstream_timeout' : 'upstream_error'
    assert.deepEqual(
      [own.status, own.text, own.error?.code, own.error?.message],
      [undefined, '', code, 'the gateway could not reach the provider'],
    )
    const passed = await ask(throughKong, here(), (_, reply) =>
      reply.json(status, {}, { server: 'kong/3.9.3', 'x-kong-upstream-latency': '1' }),
    )
    assert.equal(passed.status, status)
    const without = await ask(throughKong, here(), (_, reply) => reply.json(status, {}, { server: 'cloudflare' }))
    assert.equal(without.status, status)
  })
}
