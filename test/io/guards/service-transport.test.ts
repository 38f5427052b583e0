import assert from 'node:assert/strict'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:https'
import { type TestContext, test } from 'node:test'
import { createServiceTransport } from '../../../io/guards/service-transport.js'
import type { ServiceCall } from '../../../policies/services/transport.js'
import { deadline, failureOf, lasting } from '../../support/guards/asking.js'
import { deadUrl, type FakeCall, startFake } from '../../support/guards/fake-service.js'
import { selfSigned } from '../credentials/self-signed.js'

const HI = new TextEncoder().encode('hi')

function subject(t: TestContext) {
  let time = 0
  const waits: number[] = []
  const transport = createServiceTransport({
    clock: { monotonic: () => time },
    async wait(ms) {
      waits.push(ms)
    },
  })
  t.after(() => transport.close())
  const post = (url: string, more: Partial<ServiceCall> = {}) =>
    transport.send({ method: 'POST', url, headers: {}, body: HI, most: 1000, signal: lasting(), ...more })
  const pass = (ms: number) => {
    time += ms
  }
  return { post, waits, pass }
}

const echo = ({ path, headers, body }: FakeCall) => ({
  status: 200,
  body: { path, body, type: headers['content-type'], encoding: headers['accept-encoding'] },
  headers: { 'x-kind': 'echo' },
})

test('a call goes out as it is, and its answer comes back whole; connections are kept', async (t) => {
  const { post } = subject(t)
  const fake = await startFake(t, echo)
  for (let call = 0; call < 10; call++) {
    const answer = await post(`${fake.url}/a:b%2Fc?d=e`, {
      headers: { 'content-type': 'text/plain' },
      body: new TextEncoder().encode('ä'),
    })
    assert.equal(answer.status, 200)
    assert.equal(answer.header('x-kind'), 'echo')
    assert.deepEqual(JSON.parse(answer.body), {
      path: '/a:b%2Fc?d=e',
      body: 'ä',
      type: 'text/plain',
      encoding: 'identity',
    })
  }
  assert.ok(fake.connections() <= 2, `${fake.connections()} connections`)
})

test('a long body arrives whole, with its length, also where it is sent again', async (t) => {
  const { post } = subject(t)
  const fake = await startFake(t, ({ headers, body }) => ({
    status: 200,
    body: [body.length, body.replaceAll('ä', '') === '', headers['content-length'], headers['transfer-encoding']],
  }))
  const body = new TextEncoder().encode('ä'.repeat(1_000_001))
  const expected = [1_000_001, true, '2000002', null]
  for (const mishap of ['reset', { status: 503, body: '' }] as const) {
    fake.next(mishap)
    assert.deepEqual(JSON.parse((await post(fake.url, { body })).body), expected)
  }
  assert.equal(fake.calls.length, 4)
})

test('who answers before a long body has arrived is heard', async (t) => {
  const { post } = subject(t)
  const server = createHttpServer((_, response) => {
    response.writeHead(413, { connection: 'close' }).end('too large')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  const body = new Uint8Array(4_000_000)
  assert.equal((await post(`http://127.0.0.1:${address.port}`, { body })).status, 413)
})

test('redirects are answers', async (t) => {
  const { post } = subject(t)
  const fake = await startFake(t, () => ({ status: 307, body: '', headers: { location: '/elsewhere' } }))
  assert.equal((await post(fake.url)).status, 307)
  assert.equal(fake.calls.length, 1)
})

test('a reset connection is tried once more, at once', async (t) => {
  const { post, waits } = subject(t)
  const fake = await startFake(t, echo)
  fake.next('reset')
  assert.equal((await post(fake.url)).status, 200)
  assert.deepEqual([fake.calls.length, waits], [2, []])
  fake.next('reset', 'reset')
  assert.match(await failureOf(post(fake.url)), /^the connection failed \((ECONNRESET|UND_ERR_SOCKET)\)$/)
  assert.equal(fake.calls.length, 4)
})

test('a 503 is tried once more after a moment, other statuses are not', async (t) => {
  const { post, waits } = subject(t)
  const fake = await startFake(t, echo)
  const down = { status: 503, body: '' }
  fake.next(down)
  assert.equal((await post(fake.url)).status, 200)
  fake.next(down, down)
  assert.equal((await post(fake.url)).status, 503)
  assert.deepEqual(waits, [100, 100])
  fake.next({ status: 500, body: '' }, { status: 429, body: '' })
  assert.deepEqual([(await post(fake.url)).status, (await post(fake.url)).status], [500, 429])
  assert.equal(fake.calls.length, 6)
  fake.next(down, 'reset')
  assert.match(await failureOf(post(fake.url)), /^the connection failed/)
  fake.next('reset', down)
  assert.equal((await post(fake.url)).status, 503)
  assert.equal(fake.calls.length, 10)
})

test('after the deadline nothing is tried again', async (t) => {
  const { signal, pass } = deadline()
  const fake = await startFake(t, () => ({ status: 503, body: '' }))
  const transport = createServiceTransport({ clock: { monotonic: () => 0 }, wait: async () => pass() })
  t.after(() => transport.close())
  const answer = await transport.send({ method: 'POST', url: fake.url, headers: {}, body: HI, most: 10, signal })
  assert.equal(answer.status, 503)
  assert.equal(fake.calls.length, 1)
})

test('an answer that is too long is given up', async (t) => {
  const { post } = subject(t)
  const fake = await startFake(t, () => ({ status: 200, body: 'x'.repeat(1001) }))
  assert.equal(await failureOf(post(fake.url)), 'its answer has more than 1000 bytes')
})

test('a service that fails again and again is not asked for a while, others are', async (t) => {
  const { post, pass } = subject(t)
  const fake = await startFake(t, echo)
  const other = await startFake(t, echo)
  const dead = await deadUrl()
  fake.next(...Array.from({ length: 5 }, () => ({ status: 500, body: '' })))
  for (let call = 0; call < 5; call++) {
    assert.equal((await post(fake.url)).status, 500)
    assert.match(await failureOf(post(dead)), /ECONNREFUSED/)
  }
  assert.equal(await failureOf(post(`${fake.url}/x`)), 'it has failed several times in a row, and rests')
  assert.equal(await failureOf(post(dead)), 'it has failed several times in a row, and rests')
  assert.equal((await post(other.url)).status, 200)
  assert.equal(fake.calls.length, 5)
  pass(1000)
  assert.equal((await post(fake.url)).status, 200)
  assert.equal((await post(fake.url)).status, 200)
})

test('deadlines count against the service, clients who leave and refusals do not', async (t) => {
  const { post } = subject(t)
  const fake = await startFake(t, echo)
  const ended = async (end: 'pass' | 'hangUp') => {
    fake.next('hang')
    const late = deadline()
    const failed = failureOf(post(fake.url, { signal: late.signal }))
    await fake.arrived(fake.calls.length + 1)
    late[end]()
    return failed
  }
  for (let call = 0; call < 6; call++) assert.equal(await ended('hangUp'), 'nobody waits for it any more')
  for (let call = 0; call < 6; call++) {
    fake.next({ status: 401, body: '' })
    assert.equal((await post(fake.url)).status, 401)
  }
  for (let call = 0; call < 5; call++) assert.equal(await ended('pass'), 'it took too long')
  assert.equal(await failureOf(post(fake.url)), 'it has failed several times in a row, and rests')
})

test('who is gone before the call makes none', async (t) => {
  const { post } = subject(t)
  const fake = await startFake(t, echo)
  const gone = deadline()
  gone.hangUp()
  assert.equal(await failureOf(post(fake.url, { signal: gone.signal })), 'nobody waits for it any more')
  assert.equal(fake.calls.length, 0)
})

test('certificates are verified, against whom they are from and what they are for', async (t) => {
  const { key, cert } = selfSigned()
  const server = createServer({ key, cert }, (_, response) => response.end('{}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  const url = `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const failure = async (ca?: string) => {
    const transport = createServiceTransport({
      clock: { monotonic: () => 0 },
      wait: async () => {},
      ...(ca !== undefined && { ca }),
    })
    t.after(() => transport.close())
    return failureOf(transport.send({ method: 'POST', url, headers: {}, body: HI, most: 1000, signal: lasting() }))
  }
  assert.equal(await failure(), 'the connection failed (DEPTH_ZERO_SELF_SIGNED_CERT)')
  assert.equal(await failure(cert), 'the connection failed (ERR_TLS_CERT_ALTNAME_INVALID)')
})
