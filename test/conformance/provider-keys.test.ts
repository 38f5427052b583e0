import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openaiError, openaiJson, openaiStream } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { readMetrics, total } from '../support/metrics.js'
import type { Handler, ProviderCall } from '../support/provider.js'
import type { Reply } from '../support/reply.js'
import { errorIn, startWorld, type World } from './world.js'

const LIMIT = { timeout: 30_000 }
const USER = [{ role: 'user' as const, content: 'hi' }]

/** Keys of the account `a` are `a-NAME-key`. */
const pool = (account: string, ...names: readonly string[]) => ({
  kind: 'openai',
  apiKeys: names.map((name) => ({ name, key: `${account}-${name}-key` })),
})

let world: World
before(async () => {
  const three = ['calm', 'busy', 'gone'] as const
  const pairs = ['broken', 'full', 'tired', 'lone', 'mute', 'cut', 'shut', 'late', 'refusing'] as const
  world = await startWorld({
    accounts: {
      whole: pool('whole', ...three),
      live: pool('live', ...three),
      ...Object.fromEntries(pairs.map((name) => [name, pool(name, 'one', 'two')])),
      rationed: {
        kind: 'openai',
        apiKeys: [
          { name: 'first', key: 'rationed-first-key', requests: 3, per: 'day' },
          { name: 'second', key: 'rationed-second-key', priority: 2, tokens: 1_000_000, per: 'day' },
        ],
      },
      good: 'openai',
    },
    models: {
      whole: ['whole/x'],
      live: ['live/x'],
      broken: ['broken/x', 'good/g'],
      full: ['full/x', 'good/g'],
      tired: ['tired/x'],
      lone: ['lone/x'],
      mute: ['mute/x'],
      cut: ['cut/x'],
      shut: ['shut/x'],
      late: ['late/x'],
      refusing: ['refusing/x', 'good/g'],
      rationed: ['rationed/x'],
    },
    settings: { timeouts: { connect: '500ms', firstToken: '700ms', response: '700ms' } },
  })
  world.provider.at('good', served)
})
after(() => world?.stop())

const served: Handler = (call, reply) =>
  call.body['stream'] === true ? reply.stream(openaiStream(['fine'])) : reply.json(200, openaiJson('fine'))

/** Which key a call came with, by its name. */
const keyOf = ({ headers }: ProviderCall) => /^Bearer \w+-(\w+)-key$/.exec(headers.authorization ?? '')?.[1] ?? ''

/** How many calls an account has had with each key. */
function callsByKey(account: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const call of world.provider.callsOf(account)) counts[keyOf(call)] = (counts[keyOf(call)] ?? 0) + 1
  return counts
}

const always =
  (answer: (reply: Reply) => void | Promise<void>): Handler =>
  (_, reply) =>
    answer(reply)

const busy = (reply: Reply) => reply.json(429, openaiError('slow down'), { 'retry-after': '30' })

const byKey =
  (answers: Readonly<Record<string, (reply: Reply) => void>>): Handler =>
  (call, reply) =>
    (answers[keyOf(call)] ?? (() => served(call, reply)))(reply)

const oneBusyOneGone = byKey({ busy, gone: (reply) => reply.json(401, openaiError('Incorrect API key provided')) })

for (const [model, stream] of [
  ['whole', false],
  ['live', true],
] as const) {
  const form = stream ? 'streams' : 'answers'
  test(`of three keys one is limited and one revoked: no client sees it, ${form}`, LIMIT, async () => {
    world.provider.at(model, oneBusyOneGone)
    for (let count = 0; count < 30; count++) {
      const answer = await world.chat({ model, messages: USER, stream })
      assert.equal(answer.status, 200)
      assert.match(await answer.text(), /fine/)
    }
    assert.deepEqual(callsByKey(model), { calm: 30, busy: 1, gone: 1 })
  })
}

test('metrics tell of each key by its name, and never show a key', LIMIT, async () => {
  await eventually('all are counted', async () => {
    const samples = await readMetrics(world.host.adminUrl)
    return total(samples, 'tollgate_provider_key_requests_total', { provider: 'whole' }) === 32
  })
  const samples = await readMetrics(world.host.adminUrl)
  const requests = (key: string, outcome: string) =>
    total(samples, 'tollgate_provider_key_requests_total', { provider: 'whole', key, outcome })
  const resting = (key: string) => total(samples, 'tollgate_provider_key_resting', { provider: 'whole', key })
  assert.deepEqual([requests('calm', 'served'), requests('busy', 'limited'), requests('gone', 'refused')], [30, 1, 1])
  assert.deepEqual(['calm', 'busy', 'gone'].map(resting), [0, 1, 1])
  const text = await (await fetch(`${world.host.adminUrl}/metrics`)).text()
  assert.ok(!text.includes('whole-gone-key'))
})

test('the log names the key of each attempt, says once that one is refused, and shows none', LIMIT, async () => {
  const log = await eventually('the log has the attempts', async () => {
    const text = await world.host.log()
    return text.includes('"credential":"busy"') ? text : undefined
  })
  const refusals = log.split('\n').filter((line) => line.includes('a provider refuses a key') && line.includes('whole'))
  assert.equal(refusals.length, 1)
  assert.match(refusals[0] ?? '', /"provider":"whole","key":"gone","reason":"invalid"/)
  assert.ok(!/-key"/.test(log))
})

test('a server that fails says nothing of a key: the next target is asked at once', LIMIT, async () => {
  world.provider.at(
    'broken',
    always((reply) => reply.json(500, openaiError('down'))),
  )
  for (let count = 0; count < 4; count++) {
    const answer = await world.chat({ model: 'broken', messages: USER })
    assert.equal(answer.headers.get('x-tollgate-target'), 'good/g')
    assert.equal(answer.headers.get('x-tollgate-attempts'), '2')
  }
  assert.equal(world.provider.callsOf('broken').length, 4)
})

test('when every key of a target rests the chain goes on without asking it', LIMIT, async () => {
  world.provider.at('full', always(busy))
  const first = await world.chat({ model: 'full', messages: USER, stream: true })
  assert.deepEqual([first.headers.get('x-tollgate-target'), first.headers.get('x-tollgate-attempts')], ['good/g', '3'])
  assert.match(await first.text(), /fine/)
  assert.deepEqual(callsByKey('full'), { one: 1, two: 1 })
  const next = await world.chat({ model: 'full', messages: USER })
  assert.deepEqual([next.headers.get('x-tollgate-target'), next.headers.get('x-tollgate-attempts')], ['good/g', '1'])
  assert.equal(world.provider.callsOf('full').length, 2)
})

test('when every key of the only target rests the client is told when to come back', LIMIT, async () => {
  world.provider.at('tired', always(busy))
  for (let count = 0; count < 3; count++) {
    const answer = await world.chat({ model: 'tired', messages: USER })
    assert.equal(answer.status, 429)
    assert.equal((await errorIn(answer)).code, 'rate_limit_exceeded')
    const seconds = Number(answer.headers.get('retry-after'))
    assert.ok(seconds >= 1 && seconds <= 30, `retry-after: ${seconds}`)
  }
  assert.deepEqual(callsByKey('tired'), { one: 1, two: 1 })
})

test("a failing server's message reaches the client of a lone target, which is asked once", LIMIT, async () => {
  world.provider.at(
    'lone',
    always((reply) => reply.json(503, openaiError('overloaded for now'))),
  )
  const answer = await world.chat({ model: 'lone', messages: USER })
  assert.equal(answer.status, 502)
  assert.match((await errorIn(answer)).message, /lone\/x\D*503.*overloaded for now/)
  assert.equal(world.provider.callsOf('lone').length, 1)
})

test('a lone target that does not answer is not asked again with another key', LIMIT, async () => {
  world.provider.at(
    'mute',
    always((reply) => reply.hang()),
  )
  const answer = await world.chat({ model: 'mute', messages: USER })
  assert.equal(answer.status, 504)
  assert.equal((await errorIn(answer)).code, 'upstream_timeout')
  assert.equal(world.provider.callsOf('mute').length, 1)
})

test('a lone target that breaks off is not asked again with another key', LIMIT, async () => {
  world.provider.at(
    'cut',
    always((reply) => reply.reset()),
  )
  const answer = await world.chat({ model: 'cut', messages: USER })
  assert.equal(answer.status, 502)
  assert.equal(world.provider.callsOf('cut').length, 1)
})

test('what every key is forbidden speaks of the request: no key rests for it', LIMIT, async () => {
  world.provider.at(
    'shut',
    always((reply) => reply.json(403, openaiError('not for you'))),
  )
  assert.equal((await world.chat({ model: 'shut', messages: USER })).status, 502)
  await world.settled()
  world.provider.at('shut', served)
  assert.equal((await world.chat({ model: 'shut', messages: USER })).status, 200)
  assert.equal(world.provider.callsOf('shut').length, 3)
})

test('an error event that limits the rate before any content is the same: another key is tried', LIMIT, async () => {
  const limited = `data: ${JSON.stringify(openaiError('slow down', 'rate_limit_error', 'rate_limit_exceeded'))}\n\n`
  world.provider.at('late', (call, reply) => {
    const first = world.provider.callsOf('late').length === 1
    return first ? reply.stream([openaiStream([])[0] ?? '', limited]) : served(call, reply)
  })
  const answer = await world.chat({ model: 'late', messages: USER, stream: true })
  assert.equal(answer.status, 200)
  assert.match(await answer.text(), /fine/)
  assert.equal(world.provider.callsOf('late').length, 2)
})

test('a refusal of the request is the answer: neither key nor target is changed', LIMIT, async () => {
  world.provider.at(
    'refusing',
    always((reply) => reply.json(400, openaiError('no such tool', 'invalid_request_error'))),
  )
  const answer = await world.chat({ model: 'refusing', messages: USER })
  assert.equal(answer.status, 400)
  assert.equal((await errorIn(answer)).message, 'no such tool')
  assert.equal(world.provider.callsOf('refusing').length, 1)
})

test('a key that has used up its quota is left for the one of the next priority', LIMIT, async () => {
  world.provider.at('rationed', served)
  for (let count = 0; count < 5; count++) {
    assert.equal((await world.chat({ model: 'rationed', messages: USER })).status, 200)
  }
  assert.deepEqual(callsByKey('rationed'), { first: 3, second: 2 })
  const samples = await readMetrics(world.host.adminUrl)
  assert.equal(total(samples, 'tollgate_provider_key_spent', { provider: 'rationed', key: 'first' }), 1)
})

test('no exchange is left', LIMIT, async () => {
  await world.settled()
})
