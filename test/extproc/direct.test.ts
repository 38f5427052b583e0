import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Outcome } from '../../core/outcome.js'
import type { Target } from '../../core/settings.js'
import type { Level } from '../../extproc/level.js'
import type { HeaderChanges, Incoming, Outgoing } from '../../extproc/messages.js'
import { type Bodies, routerLevel } from '../../extproc/router-level.js'
import { decompressor } from '../../io/decompress.js'
import { target } from '../policies/fakes.js'
import { chatGateway } from '../support/chat-gateway.js'

const REQUEST = '{"model":"m","messages":[{"role":"user","content":"hi"}]}'
const ANSWER = Buffer.from(
  JSON.stringify({
    ...{ id: 'c', object: 'chat.completion', created: 1, model: 'm' },
    choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  }),
)

/** A router level in front of a gateway whose model has these targets, after one request has been sent to it. */
async function asked({
  targets = [keyed('one_k1')],
  route = 'tollgate',
  body = REQUEST,
  headers = {},
  client = 'there',
  bodies = 'apart',
  along,
}: {
  targets?: readonly Target[]
  route?: string
  body?: string
  headers?: Readonly<Record<string, string>>
  client?: 'there' | 'gone'
  bodies?: Bodies
  along?: string
} = {}) {
  const outcomes: Outcome[] = []
  const sent: Outgoing[] = []
  const gateway = chatGateway({
    targets,
    timeouts: { response: 60_000 },
    observer: { ended: (outcome) => outcomes.push(outcome) },
  })
  const hooks = { quiet: () => {}, unpack: decompressor }
  const level = routerLevel(gateway, hooks, { send: (messages) => sent.push(...messages) }, bodies)
  const sentHeaders = { ':method': 'POST', ':path': '/v1/chat/completions', 'x-request-id': 'r', ...headers }
  const [first] = await level.take({
    kind: 'request-headers',
    headers: new Map(Object.entries(sentHeaders)),
    attributes: new Map([['xds.route_name', route]]),
    endOfStream: false,
    ...(along !== undefined && { along: Buffer.from(along) }),
  })
  if (client === 'gone') level.left?.()
  if (bodies === 'with headers') {
    assert.ok(first?.kind === 'request-headers')
    return { gateway, level, reply: first, outcomes, sent }
  }
  const [reply] = await level.take({ kind: 'request-body', body: Buffer.from(body), endOfStream: true })
  assert.ok(reply?.kind === 'request-body')
  return { gateway, level, reply, outcomes, sent }
}

/** A target whose provider has a key. */
function keyed(cluster: string): Target {
  const made = target(cluster)
  return { ...made, upstream: { ...made.upstream, credentials: { apiKey: 'provider-secret' } } }
}

/** What a provider's cluster tells of an answer, as an `envoy.config.core.v3.Metadata`. */
function told(...parts: readonly string[]): Buffer {
  const field = (number: number, contents: Buffer) =>
    Buffer.concat([Buffer.of(number * 8 + 2, contents.length), contents])
  const member = (name: string, value: Buffer) =>
    field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, value)]))
  return member('tollgate.direct', member('answer', field(3, Buffer.from(parts.join('\x1f')))))
}

const responseHeaders = (details: string, metadata?: Buffer, along?: Buffer): Incoming => ({
  kind: 'response-headers',
  headers: new Map([[':status', '200']]),
  attributes: new Map([['response.code_details', details]]),
  metadata,
  ...(along && { along }),
  endOfStream: false,
})
const FROM_PROVIDER = 'via_upstream'

const names = (changes: HeaderChanges | undefined) => changes?.set.map(([name]) => name).toSorted() ?? []

/** What the level says to an answer, which Envoy sends in two messages. */
async function answered(level: Level, parts: readonly string[], body: Buffer) {
  const [held] = await level.take(responseHeaders(FROM_PROVIDER, told(...parts)))
  assert.deepEqual(held, { kind: 'response-headers', body: 'held' })
  const [reply] = await level.take({ kind: 'response-body', body, endOfStream: true })
  return reply
}

function errorIn(message: Outgoing | undefined) {
  assert.ok(message?.kind === 'immediate')
  return { status: message.status, ...JSON.parse(Buffer.from(message.body).toString()).error }
}

test('one whole answer of one target: the reply to the body makes the request', async () => {
  const forged = { 'x-tollgate-direct': 'k9', 'x-tollgate-set-authorization': 'Bearer forged' }
  const { reply } = await asked({ headers: forged })
  const set = new Map(reply.headers?.set)
  assert.equal(set.get('x-tollgate-direct'), 'k1')
  assert.equal(set.get('x-tollgate-request'), 'POST https p.test /chat/completions')
  assert.equal(set.get('x-tollgate-set-authorization'), 'Bearer provider-secret')
  assert.equal(set.get('content-length'), String(reply.replaceBody?.length))
  assert.deepEqual(JSON.parse(Buffer.from(reply.replaceBody ?? []).toString()).messages, JSON.parse(REQUEST).messages)
  assert.equal(reply.route, 'again')
})

test('a body that came with its headers needs no message of its own', async () => {
  const headers = { 'x-tollgate-body': REQUEST }
  const { reply } = await asked({ bodies: 'with headers', headers, along: REQUEST })
  const set = new Map(reply.headers?.set)
  assert.equal(set.get('x-tollgate-set-authorization'), 'Bearer provider-secret')
  assert.deepEqual(JSON.parse(Buffer.from(reply.replaceBody ?? []).toString()).messages, JSON.parse(REQUEST).messages)
  // Envoy takes the length away with the body that is replaced here.
  assert.equal(set.get('x-tollgate-set-content-length'), String(reply.replaceBody?.length))
  assert.equal(set.has('content-length'), false)
  assert.ok(reply.headers?.remove.includes('x-tollgate-body'))
})

test('where there is an upstream level the body that came along passes unasked', async () => {
  const along = REQUEST.replace('{', '{"stream":true,')
  const { reply } = await asked({ bodies: 'with headers', headers: { 'x-tollgate-body-base64': 'e30=' }, along })
  assert.deepEqual([reply.replaceBody, reply.route], [undefined, 'again'])
  assert.equal(Object(reply).body, 'unasked')
  assert.ok(reply.headers?.remove.includes('x-tollgate-body-base64'))
})

test('what a client says to be the body is not believed where no script takes it away', async () => {
  const along = REQUEST.replace('hi', 'forged')
  const { reply } = await asked({ headers: { 'x-tollgate-body': along }, along })
  assert.deepEqual(JSON.parse(Buffer.from(reply.replaceBody ?? []).toString()).messages, JSON.parse(REQUEST).messages)
  assert.ok(reply.headers?.remove.includes('x-tollgate-body'))
})

for (const [what, options] of [
  ['a stream', { body: REQUEST.replace('{', '{"stream":true,') }],
  ['a chain', { targets: [keyed('one_k1'), keyed('two_k2')] }],
  ["an Envoy whose clusters don't know how", { route: 'theirs' }],
] as const) {
  test(`${what} has an upstream level, and no key leaves at the router level`, async () => {
    const forged = { 'x-tollgate-direct': 'k1', 'x-tollgate-set-authorization': 'Bearer forged' }
    const { reply } = await asked({ ...options, headers: forged })
    assert.equal(reply.replaceBody, undefined)
    assert.deepEqual(
      names(reply.headers).filter((name) => name.startsWith('x-tollgate-') && !/^x-tollgate-target-\d$/.test(name)),
      ['x-tollgate-exchange'],
    )
    assert.ok(reply.headers?.remove.includes('x-tollgate-direct'))
    assert.ok(reply.headers?.remove.includes('x-tollgate-set-authorization'))
  })
}

test('an answer that passes as it is is not sent back, and is settled once', async () => {
  const { level, outcomes, gateway } = await asked()
  const reply = await answered(level, ['200', 'content-type', 'application/json', 'server', 'them'], ANSWER)
  assert.ok(reply?.kind === 'held-body')
  assert.equal(reply.replaceBody, undefined)
  assert.deepEqual(names(reply.headers), [
    ...[':status', 'content-length', 'content-type', 'x-request-id', 'x-tollgate-attempts', 'x-tollgate-target'],
  ])
  level.left?.()
  await level.closed()
  assert.equal(gateway.openExchanges, 0)
  assert.deepEqual(
    outcomes.map(({ how, status, attempts }) => [how, status, attempts[0]?.usage.completion]),
    [['complete', 200, 2]],
  )
})

test('an answer that came with its headers is done in one message, and is not sent back either where it passes', async () => {
  const { level, outcomes } = await asked()
  const parts = told('200', 'content-type', 'application/json')
  const [reply, ...more] = await level.take(responseHeaders(FROM_PROVIDER, parts, ANSWER))
  assert.deepEqual(more, [])
  assert.ok(reply?.kind === 'response-headers')
  assert.deepEqual([reply.body, reply.replaceBody, reply.metadata], [undefined, undefined, undefined])
  assert.equal(new Map(reply.headers?.set).get('content-length'), String(ANSWER.length))
  assert.ok(reply.headers?.remove.includes('x-tollgate-body'))
  await level.closed()
  assert.equal(outcomes[0]?.how, 'complete')
})

test('an answer that is changed in one message says its length apart, as Envoy takes it away', async () => {
  const { level } = await asked()
  const parts = told('200', 'content-encoding', 'gzip')
  const [reply] = await level.take(responseHeaders(FROM_PROVIDER, parts, gzipSync(ANSWER)))
  assert.ok(reply?.kind === 'response-headers')
  assert.deepEqual(Buffer.from(reply.replaceBody ?? []), ANSWER)
  assert.deepEqual(reply.metadata, { namespace: 'tollgate.direct', texts: [['length', String(ANSWER.length)]] })
})

test('headers that come more than once are one to those who read them', async () => {
  const { level, outcomes } = await asked()
  const parts = ['200', 'content-type', 'application/json', 'x-request-id', 'one', 'x-request-id', 'two']
  await answered(level, parts, ANSWER)
  await level.closed()
  assert.equal(outcomes[0]?.attempts[0]?.upstreamId, 'one,?two')
})

test('an error in a 200 is an error', async () => {
  const { level, outcomes } = await asked()
  const body = Buffer.from('{"error":{"message":"overloaded","type":"server_error"}}')
  const reply = await answered(level, ['200', 'content-type', 'application/json'], body)
  assert.deepEqual([errorIn(reply).status, errorIn(reply).code], [502, 'upstream_error'])
  await level.closed()
  assert.deepEqual([outcomes.length, outcomes[0]?.how], [1, 'refused'])
})

test('a refusal keeps its words', async () => {
  const { level } = await asked()
  const body = Buffer.from('{"error":{"message":"no such tool","type":"invalid_request_error"}}')
  const reply = await answered(level, ['400', 'content-type', 'application/json'], body)
  assert.deepEqual([errorIn(reply).status, errorIn(reply).message], [400, 'no such tool'])
})

test("what a provider had said before it broke off is known by Envoy's own answer", async () => {
  const { level, outcomes } = await asked()
  const details = 'upstream_reset_before_response_started{connection_termination}'
  const [reply] = await level.take(responseHeaders(details, told('200', 'x-request-id', 'theirs')))
  assert.equal(errorIn(reply).message, 'Every target failed. one_k1: 200 connection failed')
  await level.closed()
  const [attempt] = outcomes[0]?.attempts ?? []
  assert.deepEqual([attempt?.status, attempt?.upstreamId, attempt?.outcome], [200, 'theirs', 'failed'])
})

test('a failure that was not told to its end in time is that failure', async () => {
  const { level } = await asked()
  const [reply] = await level.take(responseHeaders('response_timeout', told('500')))
  assert.deepEqual([errorIn(reply).status, errorIn(reply).code], [502, 'upstream_error'])
})

test('an answer that was not there in time is a timeout', async () => {
  const { level } = await asked()
  const [reply] = await level.take(responseHeaders('upstream_per_try_timeout', told('200')))
  assert.deepEqual([errorIn(reply).status, errorIn(reply).code], [504, 'upstream_timeout'])
})

test('where Envoy has no host, nobody could be called', async () => {
  const { level } = await asked()
  const [reply] = await level.take(responseHeaders('no_healthy_upstream'))
  assert.deepEqual([errorIn(reply).status, errorIn(reply).code], [503, 'upstream_unavailable'])
})

test('the message of a failure has five seconds', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const { level, sent } = await asked()
    await level.take(responseHeaders(FROM_PROVIDER, told('500')))
    mock.timers.tick(4999)
    assert.deepEqual(sent, [])
    mock.timers.tick(1)
    await Promise.resolve()
    await Promise.resolve()
    assert.deepEqual(
      sent.map((message) => errorIn(message).status),
      [502],
    )
  } finally {
    mock.timers.reset()
  }
})

test('a client that hangs up ends the wait for a message', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const { level, sent, outcomes } = await asked()
    await level.take(responseHeaders(FROM_PROVIDER, told('500')))
    level.left?.()
    await level.closed()
    mock.timers.tick(60_000)
    await Promise.resolve()
    assert.deepEqual([sent, outcomes.length], [[], 1])
  } finally {
    mock.timers.reset()
  }
})

test('for a client who has gone nobody is asked', async () => {
  const { level, reply, outcomes } = await asked({ client: 'gone' })
  assert.equal(reply.replaceBody, undefined)
  await level.closed()
  assert.deepEqual(
    outcomes.map(({ how, status, attempts }) => [how, status, attempts.length]),
    [['cut', 499, 0]],
  )
})
