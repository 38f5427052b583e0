import assert from 'node:assert/strict'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { after, before, test } from 'node:test'
import { freePort } from '../free-port.js'
import { type FakeProvider, type Handler, startProvider } from '../provider.js'
import { echoed, portOf, startEcho } from './echo-provider.js'
import { type ProbePlugin, probeConfig, writeProbe } from './probe-plugin.js'
import { type RunningKong, startKong } from './stand-in.js'

let echo: FakeProvider
let scripted: FakeProvider
let probe: ProbePlugin
let kong: RunningKong

before(async () => {
  echo = await startEcho('echo')
  scripted = await startProvider()
  probe = await writeProbe()
  const to = (name: string) => ({ access: `await kong.service.setUpstream('${name}')` })
  const free = await freePort()
  const upstreams = [
    { name: 'echo', targets: [{ target: `localhost:${portOf(echo)}` }], host_header: 'provider.test' },
    { name: 'scripted', targets: [{ target: `127.0.0.1:${portOf(scripted)}` }] },
    { name: 'empty' },
    { name: 'one-dead', targets: [{ target: `127.0.0.1:${free}` }, { target: `127.0.0.1:${portOf(echo)}` }] },
    { name: 'dead', targets: [{ target: `127.0.0.1:${free}` }] },
  ]
  const routes = {
    '/unset': {},
    '/echo': to('echo'),
    '/scripted': to('scripted'),
    '/empty': to('empty'),
    '/one-dead': to('one-dead'),
    '/dead': to('dead'),
  }
  const more = {
    upstreams,
    routes: [{ name: 'no-service', paths: ['/no-service'] }],
  }
  const service = { host: 'localhost', port: 1, retries: 1, read_timeout: 300, connect_timeout: 1000 }
  kong = await startKong({ declarative: probeConfig(service, routes, more), pluginsDir: probe.pluginsDir })
})
after(async () => {
  await kong?.stop()
  await probe?.remove()
  await echo?.stop()
  await scripted?.stop()
})

/** Scripts what the provider does at `/scripted`, and gives what it gets there. */
function script(handler: Handler) {
  scripted.at('scripted', handler)
  return scripted.nextCall('scripted')
}

test('headers of one connection stay there; who forwards is added', async () => {
  const headers = {
    'x-forwarded-for': '192.0.2.1',
    'x-forwarded-proto': 'https',
    te: 'trailers',
    'proxy-connection': 'x',
  }
  const answer = await fetch(`${kong.url}/echo/a?b=c`, { headers })
  assert.match(answer.headers.get('via') ?? '', /^1\.1 kong\/3\.9\.1$/)
  assert.match(answer.headers.get('x-kong-upstream-latency') ?? '', /^\d+$/)
  assert.match(answer.headers.get('x-kong-proxy-latency') ?? '', /^\d+$/)
  const got = await echoed(answer)
  assert.equal(got.path, '/echo/a?b=c')
  assert.equal(got.headers['x-forwarded-for'], '192.0.2.1, 127.0.0.1')
  assert.equal(got.headers['x-forwarded-proto'], 'http')
  assert.equal(got.headers['via'], '1.1 kong/3.9.1')
  assert.equal(got.headers['te'], undefined)
  assert.equal(got.headers['proxy-connection'], undefined)
  assert.equal(got.headers['host'], `provider.test:${portOf(echo)}`)
})

test('bodies pass with their length or in chunks', async () => {
  const whole = await echoed(fetch(`${kong.url}/echo`, { method: 'POST', body: 'text' }))
  assert.equal(whole.body, 'text')
  assert.equal(whole.headers['content-length'], '4')
  const stream = new Blob(['in ', 'pieces']).stream()
  const chunked = await echoed(fetch(`${kong.url}/echo`, { method: 'POST', body: stream, duplex: 'half' }))
  assert.equal(chunked.body, 'in pieces')
  assert.equal(chunked.headers['transfer-encoding'], 'chunked')
})

test('a connection to the upstream serves one request after the other', async () => {
  await echoed(fetch(`${kong.url}/echo`))
  const before = echo.connections()
  for (let i = 0; i < 5; i++) await echoed(fetch(`${kong.url}/echo`, { method: 'POST', body: 'text' }))
  assert.equal(echo.connections(), before)
})

test('events arrive one by one while the stream is open', async () => {
  const go: (() => void)[] = []
  const gone = [0, 1].map((i) => new Promise<void>((resolve) => Object.assign(go, { [i]: resolve })))
  void script(async (_, reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    await reply.write('data: 1\n\n')
    await gone[0]
    await reply.write('data: 2\n\n')
    await gone[1]
    reply.end()
  })
  const answer = await fetch(`${kong.url}/scripted`)
  const events: string[] = []
  for await (const chunk of answer.body ?? []) {
    go[events.length]?.()
    events.push(Buffer.from(chunk).toString())
  }
  assert.deepEqual(events, ['data: 1\n\n', 'data: 2\n\n'])
})

test('a client that hangs up ends the request at the upstream', async () => {
  const call = script(async (_, reply) => {
    reply.head(200, {})
    await reply.write('first')
    await reply.hang()
  })
  const client = new AbortController()
  const answer = await fetch(`${kong.url}/scripted`, { signal: client.signal })
  assert.equal(answer.status, 200)
  client.abort()
  await (await call).aborted

  const silent = script((_, reply) => reply.hang())
  const waiting = new AbortController()
  const unanswered = assert.rejects(fetch(`${kong.url}/scripted`, { signal: waiting.signal }))
  const { aborted } = await silent
  waiting.abort()
  await unanswered
  await aborted
})

test('a stream that the upstream cuts is cut at the client', async () => {
  for (const how of ['cut', 'reset'] as const) {
    void script(async (_, reply) => {
      reply.head(200, {})
      await reply.write('first')
      reply[how]()
    })
    const answer = await fetch(`${kong.url}/scripted`)
    await assert.rejects(answer.text())
  }
})

test('a slow client slows the upstream', async () => {
  const piece = 'x'.repeat(1 << 16)
  let written = 0
  const call = script(async (one, reply) => {
    reply.head(200, {})
    while (written < 1000 && !one.isAborted()) {
      await reply.write(piece)
      written += 1
    }
    reply.end()
  })
  const response = await new Promise<IncomingMessage>((resolve) => httpRequest(`${kong.url}/scripted`, resolve).end())
  response.pause()
  await call
  // As long as nobody reads, what fits the buffers on the way is all that is written.
  let before = -1
  while (before !== written) {
    before = written
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.ok(written < 500, `${written} pieces were written`)
  let size = 0
  for await (const chunk of response) size += chunk.length
  assert.equal(size, 1000 * piece.length)
})

test('what goes wrong at the upstream is told as Kong tells it', async () => {
  const told = async (path: string) => {
    const answer = await fetch(kong.url + path)
    const text = await answer.text()
    assert.equal(answer.headers.get('server'), 'kong/3.9.1')
    assert.equal(answer.headers.get('x-kong-upstream-latency'), null)
    return [answer.status, JSON.parse(text).message]
  }
  const invalid = 'An invalid response was received from the upstream server'
  assert.deepEqual(await told('/nothing'), [404, 'no Route matched with those values'])
  assert.deepEqual(await told('/no-service'), [503, 'no Service found with those values'])
  assert.deepEqual(await told('/unset'), [503, 'The upstream server is currently unavailable'])
  assert.deepEqual(await told('/empty'), [503, 'failure to get a peer from the ring-balancer'])
  assert.deepEqual(await told('/dead'), [502, invalid])
  void script((_, reply) => reply.reset())
  assert.deepEqual(await told('/scripted'), [502, invalid])
  void script((_, reply) => reply.hang())
  assert.deepEqual(await told('/scripted'), [504, 'The upstream server is timing out'])
})

test('a target that cannot be reached is passed over', async () => {
  for (let i = 0; i < 4; i++) assert.equal((await echoed(fetch(`${kong.url}/one-dead`))).who, 'echo')
})

test('a service whose host is an address cannot be sent to a name', async () => {
  const routes = { '/echo': { access: `await kong.service.setUpstream('echo')` } }
  const upstreams = [{ name: 'echo', targets: [{ target: `localhost:${portOf(echo)}` }] }]
  const other = await startKong({
    declarative: probeConfig({ host: '127.0.0.1', port: portOf(echo) }, routes, { upstreams }),
    pluginsDir: probe.pluginsDir,
  })
  try {
    const answer = await fetch(`${other.url}/echo`)
    assert.equal(answer.status, 500)
    await answer.text()
    assert.deepEqual(other.faults, [{ kind: 'name_for_ip_service', message: 'echo' }])
  } finally {
    await other.stop()
  }
})
