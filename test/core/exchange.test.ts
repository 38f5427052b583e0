import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatewayError } from '../../core/errors.js'
import type { Exchange } from '../../core/exchange.js'
import type { KeyPool, TakenKey } from '../../core/key-pool.js'
import type { Outcome } from '../../core/outcome.js'
import type { Watch } from '../../core/policy.js'
import type { Provider, WireRequest } from '../../core/provider.js'
import type { Target } from '../../core/settings.js'
import { openaiChat } from '../../llm/dialects/openai-chat.js'
import { CHAT_PATH, chatGateway } from '../support/chat-gateway.js'

const REFUSED = new GatewayError('upstream_error', 'connection failed')
const CONNECTION = { code: 'upstream_error' }
const LATE = new GatewayError('upstream_timeout', 'no answer in time')

/** Something that is waited for until the test has it happen. */
function awaited<T>() {
  let happen = (_: T) => {}
  let fail = (_: unknown) => {}
  const promise = new Promise<T>((resolve, reject) => {
    happen = resolve
    fail = reject
  })
  return { promise, happen, fail }
}

/** Resolves once the attempt has been refused with this error; a host listens from the beginning, too. */
const refused = async (attempt: ReturnType<Exchange['attempt']>, error: GatewayError | { readonly code: string }) =>
  assert.rejects(async () => attempt, error)

/** Lets everything go on that can. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A pool of one key, and what happens to it. */
function poolOf(name: string, events: string[]): KeyPool {
  const key: TakenKey = {
    name,
    apiKey: 'secret',
    rests: () => false,
    heard: ({ kind }) => void events.push(`${name} ${kind}`),
    cleared: () => void events.push(`${name} cleared`),
    settle: ({ tokens }) => void events.push(`${name} used ${tokens}`),
    giveBack: () => void events.push(`${name} back`),
  }
  const all = [key]
  return { ready: () => 1, take: () => all.pop(), refusal: () => undefined }
}

interface World {
  /** How a request to the target is signed; at once unless said. */
  readonly sign?: (target: string, wire: WireRequest) => WireRequest | Promise<WireRequest>
  /** What the watch does when it is told of the target. */
  readonly asked?: (target: string) => void | Promise<void>
  readonly targets?: readonly string[]
  readonly keys?: 'of pools'
}

/** An exchange with targets `one`, `two` and so on, and everything that anybody is told of it. */
async function world({ sign = (_, wire) => wire, asked = () => {}, targets = ['one', 'two'], keys }: World = {}) {
  const told: string[] = []
  const keyEvents: string[] = []
  const outcomes: Outcome[] = []
  const clock = { time: 0, now: () => 1_700_000_000_000, monotonic: () => clock.time }
  const targetOf = (name: string): Target => {
    const provider: Provider = {
      kind: name,
      dialect: openaiChat,
      build: (body) => ({ method: 'POST', path: '/x', headers: {}, body }),
      sign: (wire) => sign(name, wire),
    }
    const credentials = keys ? { pool: poolOf(`key-${name}`, keyEvents) } : {}
    const upstream = {
      name,
      provider,
      credentials,
      authority: 'p',
      scheme: 'https',
      basePath: '',
      cluster: name,
    } as const
    return { name: `${name}/m`, model: 'm', limits: {}, upstream }
  }
  const watch: Watch = {
    asked(target) {
      told.push(`watch: ${target.upstream.name} is asked`)
      return asked(target.upstream.name)
    },
    failed: ({ target, error, credential }) =>
      void told.push(`watch: ${target.upstream.name} ${error.code}${credential ? ` with ${credential}` : ''}`),
    settle: () => void told.push('watch: settled'),
  }
  const gateway = chatGateway({
    model: 'chain',
    targets: targets.map(targetOf),
    timeouts: { response: 1000 },
    policies: [{ name: 'telling', admit: (request) => ({ kind: 'continue', request, watch }) }],
    meter: { countPrompt: () => ({ tokens: 1, upperBound: 1, exact: true }), cost: () => 1n },
    clock,
    observer: {
      asked: ({ attempt, target }) => void told.push(`observer: ${attempt} ${target.upstream.name}`),
      ended: (outcome) => outcomes.push(outcome),
    },
  })
  const body = Buffer.from(JSON.stringify({ model: 'chain', messages: [{ role: 'user', content: 'hi' }] }))
  const opened = await gateway.open({ method: 'POST', path: CHAT_PATH, requestId: 'r', header: () => undefined, body })
  assert.ok(opened.kind === 'exchange')
  return { exchange: opened, told, keyEvents, outcomes, clock }
}

/** Serves the attempt with an answer of three tokens, and returns the headers that the client gets. */
async function serve(exchange: Exchange, index: number): Promise<Readonly<Record<string, string>>> {
  const { body } = (await exchange.attempt(index)).respond(200, () => 'application/json')
  const completion = {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 2, completion_tokens: 1, total_tokens: 3 },
  }
  const answers = [...(await body.push(Buffer.from(JSON.stringify(completion)))), ...(await body.end('complete'))]
  const head = answers.find((answer) => answer.kind === 'head')
  assert.ok(head)
  return head.headers
}

const errorIn = ({ body }: { readonly body: Uint8Array }) => JSON.parse(Buffer.from(body).toString()).error

const attemptsIn = ([outcome]: readonly Outcome[]) =>
  outcome?.attempts.map(({ target, outcome, error, credential, usageSource, cost, durationMs }) => ({
    ...{ target: target.upstream.name, outcome, code: error?.code },
    ...{ credential, usageSource, cost, durationMs },
  }))

const failuresIn = ([outcome]: readonly Outcome[]) =>
  outcome?.failures.map(({ target, error }) => `${target.upstream.name} ${error.code}`)

const FAILED = { outcome: 'failed', credential: undefined, usageSource: 'none', cost: 0n } as const

for (const [loss, code, status] of [
  [REFUSED, 'upstream_error', 502],
  [LATE, 'upstream_timeout', 504],
] as const) {
  test(`an attempt that is lost while it is being made has failed like any other: ${code}`, async () => {
    const results = []
    for (const way of ['at once', 'by and by'] as const) {
      const signature = awaited<WireRequest>()
      const sign = (_: string, wire: WireRequest) => (way === 'at once' ? wire : signature.promise)
      const { exchange, told, outcomes, clock } = await world({ targets: ['one'], sign })
      const attempt = exchange.attempt(0)
      clock.time += 30
      const reply = exchange.fail(loss)
      if (attempt instanceof Promise) await assert.rejects(attempt, loss)
      await exchange.settle('refused')
      results.push({
        ...{ told, error: errorIn(reply), status: reply.status, tried: reply.headers['x-tollgate-attempts'] },
        ...{ attempts: attemptsIn(outcomes), failures: failuresIn(outcomes), code: outcomes[0]?.error?.code },
      })
    }
    const [atOnce, later] = results
    assert.deepEqual(later, atOnce)
    assert.deepEqual(later?.attempts, [{ ...FAILED, target: 'one', code, durationMs: 30 }])
    assert.deepEqual([later?.status, later?.code, later?.tried], [status, code, '1'])
    assert.deepEqual(later?.told, ['watch: one is asked', 'observer: 1 one', `watch: one ${code}`, 'watch: settled'])
  })
}

test('what its making took tells an attempt that ran out of time from one that met nobody', async () => {
  for (const [ms, code] of [
    [10, 'upstream_error'],
    [1000, 'upstream_timeout'],
  ] as const) {
    const { exchange, clock } = await world({ targets: ['one'], sign: () => new Promise(() => {}) })
    const attempt = refused(exchange.attempt(0), { code })
    clock.time += ms
    assert.equal(errorIn(exchange.fail()).code, code)
    await attempt
  }
  const told = awaited<void>()
  const { exchange, clock } = await world({ targets: ['one'], asked: () => told.promise })
  const attempt = exchange.attempt(0)
  clock.time += 900
  told.happen()
  await attempt
  clock.time += 100
  assert.equal(errorIn(exchange.fail()).code, 'upstream_timeout', 'the gateway has waited since it asked')
})

test('the next target is asked without waiting for the signature of one that is lost', async () => {
  const signature = awaited<WireRequest>()
  const sign = (target: string, wire: WireRequest) => (target === 'one' ? signature.promise : wire)
  const { exchange, told, outcomes } = await world({ sign })
  const first = refused(exchange.attempt(0), CONNECTION)
  const headers = await serve(exchange, 1)
  assert.equal(headers['x-tollgate-target'], 'two/m')
  assert.equal(headers['x-tollgate-attempts'], '2')
  await first
  await exchange.settle('complete')
  signature.happen({ method: 'POST', path: '/', headers: {}, body: new Uint8Array(0) })
  await settled()
  assert.deepEqual(
    attemptsIn(outcomes)?.map(({ target, outcome, code, cost }) => [target, outcome, code, cost]),
    [
      ['one', 'failed', 'upstream_error', 0n],
      ['two', 'served', undefined, 1n],
    ],
  )
  assert.deepEqual(told, [
    'watch: one is asked',
    'observer: 1 one',
    'watch: one upstream_error',
    'watch: two is asked',
    'observer: 2 two',
    'watch: settled',
  ])
})

test('watches are told of one target after the other, and of none that is lost before its turn', async () => {
  const first = awaited<void>()
  const asked = (target: string) => (target === 'one' ? first.promise : undefined)
  const { exchange, told, outcomes } = await world({ asked, targets: ['one', 'two', 'three'] })
  const lost = [refused(exchange.attempt(0), CONNECTION), refused(exchange.attempt(1), CONNECTION)]
  const served = serve(exchange, 2)
  await settled()
  assert.deepEqual(told.splice(0), [
    'watch: one is asked',
    'observer: 1 one',
    'watch: one upstream_error',
    'observer: 2 two',
    'watch: two upstream_error',
  ])
  first.happen()
  await Promise.all(lost)
  assert.equal((await served)['x-tollgate-target'], 'three/m')
  await exchange.settle('complete')
  assert.deepEqual(told, ['watch: three is asked', 'observer: 3 three', 'watch: settled'])
  assert.deepEqual(
    attemptsIn(outcomes)?.map(({ target, outcome }) => [target, outcome]),
    [
      ['one', 'failed'],
      ['two', 'failed'],
      ['three', 'served'],
    ],
  )
})

test('when the gateway gives the next target up too, both failures are in the answer', async () => {
  const first = awaited<void>()
  const { exchange, outcomes } = await world({ asked: () => first.promise })
  const attempts = [refused(exchange.attempt(0), CONNECTION), refused(exchange.attempt(1), LATE)]
  const reply = exchange.fail(LATE)
  const { message } = errorIn(reply)
  assert.match(message, /one\/m: connection failed; two\/m: no answer in time/)
  assert.equal(reply.headers['x-tollgate-attempts'], '2')
  const over = exchange.settle('refused')
  first.happen()
  await Promise.all(attempts)
  await over
  assert.deepEqual(failuresIn(outcomes), ['one upstream_error', 'two upstream_timeout'])
  assert.equal(outcomes[0]?.attempts.length, 2)
})

test('what keeps a lost attempt from being made is no second failure', async () => {
  const signature = awaited<WireRequest>()
  const { exchange, told, outcomes, keyEvents } = await world({
    ...{ targets: ['one'], keys: 'of pools', sign: () => signature.promise },
  })
  const attempt = refused(exchange.attempt(0), LATE)
  assert.equal(exchange.fail(LATE).status, 504)
  signature.fail(new GatewayError('upstream_unavailable', 'no credentials could be obtained'))
  await attempt
  assert.equal(exchange.fail().status, 504)
  await exchange.settle('refused')
  assert.deepEqual(failuresIn(outcomes), ['one upstream_timeout'])
  assert.deepEqual(attemptsIn(outcomes)?.length, 1)
  assert.deepEqual(
    told.filter((line) => line.includes('timeout')),
    ['watch: one upstream_timeout with key-one'],
  )
  assert.deepEqual(keyEvents, ['key-one used 0'])
})

test('an attempt that cannot be made has one failure, whenever it is lost after that', async () => {
  const { exchange, told, outcomes, keyEvents } = await world({
    ...{ targets: ['one'], keys: 'of pools', sign: () => Promise.reject(new Error('no key')) },
  })
  await refused(exchange.attempt(0), CONNECTION)
  assert.equal(exchange.fail(LATE).status, 502)
  await exchange.settle('refused')
  assert.deepEqual(failuresIn(outcomes), ['one upstream_error'])
  assert.deepEqual(attemptsIn(outcomes), [])
  assert.deepEqual(told, ['watch: one is asked', 'watch: one upstream_error', 'watch: settled'])
  assert.deepEqual(keyEvents, ['key-one back'])
})

test('each key is accounted for once, in whatever order attempts come to be made', async () => {
  const signatures = new Map<string, ReturnType<typeof awaited<WireRequest>>>()
  const sign = (target: string, wire: WireRequest) => {
    if (target === 'three') return wire
    const signature = awaited<WireRequest>()
    signatures.set(target, signature)
    return signature.promise
  }
  const { exchange, outcomes, keyEvents } = await world({ sign, keys: 'of pools', targets: ['one', 'two', 'three'] })
  const lost = [refused(exchange.attempt(0), CONNECTION), refused(exchange.attempt(1), CONNECTION)]
  signatures.get('one')?.fail(new Error('too late'))
  await serve(exchange, 2)
  await Promise.all(lost)
  await exchange.settle('complete')
  signatures.get('two')?.happen({ method: 'POST', path: '/', headers: {}, body: new Uint8Array(0) })
  await settled()
  assert.deepEqual(keyEvents, ['key-three served', 'key-one used 0', 'key-two used 0', 'key-three used 3'])
  assert.deepEqual(
    attemptsIn(outcomes)?.map(({ credential }) => credential),
    ['key-one', 'key-two', 'key-three'],
  )
})

test('an exchange is settled after its watches have been told, and waits for no signature of a lost attempt', async () => {
  const first = awaited<void>()
  const asked = () => first.promise
  const { exchange, told, outcomes } = await world({ asked, targets: ['one'], sign: () => new Promise(() => {}) })
  const attempt = refused(exchange.attempt(0), LATE)
  exchange.fail(LATE)
  await attempt
  const over = exchange.settle('refused')
  await settled()
  assert.ok(!told.includes('watch: settled'))
  first.happen()
  await over
  assert.deepEqual(told, ['watch: one is asked', 'observer: 1 one', 'watch: one upstream_timeout', 'watch: settled'])
  assert.deepEqual(
    attemptsIn(outcomes)?.map(({ outcome }) => outcome),
    ['failed'],
  )
})

test('an attempt that is still being made when its client hangs up is made to its end, and is cancelled', async () => {
  const [asked, signature] = [awaited<void>(), awaited<WireRequest>()]
  const { exchange, told, outcomes } = await world({
    ...{ targets: ['one'], asked: () => asked.promise, sign: () => signature.promise },
  })
  const attempt = exchange.attempt(0)
  const over = exchange.settle('cut')
  asked.happen()
  await settled()
  assert.deepEqual(told, ['watch: one is asked'])
  signature.happen({ method: 'POST', path: '/', headers: {}, body: new Uint8Array(0) })
  await over
  await attempt
  assert.deepEqual(told, ['watch: one is asked', 'observer: 1 one', 'watch: settled'])
  assert.deepEqual(
    attemptsIn(outcomes)?.map(({ outcome, code }) => [outcome, code]),
    [['cancelled', undefined]],
  )
  assert.deepEqual(failuresIn(outcomes), [])
})

test('a client that hangs up learns of an attempt that cannot be made in the record', async () => {
  const signature = awaited<WireRequest>()
  const { exchange, told, outcomes } = await world({ targets: ['one'], sign: () => signature.promise })
  const attempt = refused(exchange.attempt(0), { code: 'upstream_unavailable' })
  const over = exchange.settle('cut')
  signature.fail(new GatewayError('upstream_unavailable', 'no credentials could be obtained'))
  await attempt
  await over
  assert.deepEqual(told, ['watch: one is asked', 'watch: one upstream_unavailable', 'watch: settled'])
  assert.deepEqual([attemptsIn(outcomes), failuresIn(outcomes)], [[], ['one upstream_unavailable']])
})
