import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { anthropicJson, openaiError, openaiJson, openaiStream } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { jsonAt } from '../support/json-at.js'
import { readMetrics, type Sample, total } from '../support/metrics.js'
import { CLIENT_KEY, startWorld, type World } from './world.js'

const LIMIT = { timeout: 20_000 }
const USER = [{ role: 'user' as const, content: 'hi' }]

let world: World
before(async () => {
  world = await startWorld({
    accounts: { oa: 'openai', an: 'anthropic', down: 'openai', spare: 'openai' },
    models: {
      gpt: ['oa/gpt-4o-mini'],
      claude: ['an/claude-sonnet-4-5'],
      fallen: ['down/x', 'spare/gpt-4o-mini'],
      priced: ['oa/house-model'],
    },
    settings: { prices: { 'house-model': { input: 2, output: 8, cachedInput: 0.5 } } },
  })
})
after(() => world?.stop())

/** What a metric grew by while `act` ran; metrics may follow the answer by a moment. */
async function growth(act: () => Promise<unknown>): Promise<(name: string, labels?: Sample['labels']) => number> {
  await world.settled()
  const earlier = await readMetrics(world.host.adminUrl)
  await act()
  await world.settled()
  const later = await readMetrics(world.host.adminUrl)
  return (name, labels = {}) => total(later, name, labels) - total(earlier, name, labels)
}

test('/healthz and /readyz answer 200, readiness as JSON', LIMIT, async () => {
  assert.equal((await fetch(`${world.host.adminUrl}/healthz`)).status, 200)
  const ready = await fetch(`${world.host.adminUrl}/readyz`)
  assert.equal(ready.status, 200)
  assert.equal(typeof (await ready.json()), 'object')
  assert.equal((await fetch(`${world.host.adminUrl}/nothing`)).status, 404)
})

test('a whole answer is counted: request, tokens by kind, attempt, overhead', LIMIT, async () => {
  world.provider.at('oa', (_, reply) =>
    reply.json(200, openaiJson('ok', { usage: { input: 100, cached: 40, output: 25 } })),
  )
  const grew = await growth(() => world.client.chat.completions.create({ model: 'gpt', messages: USER }))
  assert.equal(grew('tollgate_requests_total', { model: 'gpt', provider: 'oa', status: '200' }), 1)
  assert.equal(grew('tollgate_tokens_total', { model: 'gpt', provider: 'oa', kind: 'cached_input' }), 40)
  assert.equal(grew('tollgate_tokens_total', { model: 'gpt', provider: 'oa', kind: 'output' }), 25)
  const input = grew('tollgate_tokens_total', { model: 'gpt', provider: 'oa', kind: 'input' })
  assert.ok(input === 100 || input === 60, `input ${input}: all, or all but the cached`)
  assert.equal(grew('tollgate_attempts_total', { provider: 'oa' }), 1)
  assert.equal(grew('tollgate_overhead_seconds_count'), 1)
})

test('a stream without usage asked for is counted all the same, with its time to the first token', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.stream(openaiStream(['a', 'b'], { usage: { input: 17, output: 2 } })))
  const grew = await growth(() => world.client.chat.completions.stream({ model: 'gpt', messages: USER }).finalContent())
  assert.equal(grew('tollgate_tokens_total', { model: 'gpt', kind: 'input' }), 17)
  assert.equal(grew('tollgate_tokens_total', { model: 'gpt', kind: 'output' }), 2)
  assert.equal(grew('tollgate_time_to_first_token_seconds_count'), 1)
})

test('a stream that never reports usage is counted from its text', LIMIT, async () => {
  const frames = openaiStream(['Four little words here.']).filter((frame) => !frame.includes('"usage"'))
  world.provider.at('oa', (_, reply) => reply.stream(frames))
  const grew = await growth(() => world.client.chat.completions.stream({ model: 'gpt', messages: USER }).finalContent())
  const output = grew('tollgate_tokens_total', { model: 'gpt', kind: 'output' })
  assert.ok(output >= 4 && output <= 8, `output ${output}`)
  assert.ok(grew('tollgate_tokens_total', { model: 'gpt', kind: 'input' }) > 0)
})

test('cost follows the configured price to the nano-dollar', LIMIT, async () => {
  world.provider.at('oa', (_, reply) =>
    reply.json(200, openaiJson('ok', { usage: { input: 1000, cached: 400, output: 500 } })),
  )
  const grew = await growth(() => world.client.chat.completions.create({ model: 'priced', messages: USER }))
  // (600 x 2 + 400 x 0.5 + 500 x 8) / 1,000,000 dollars
  const cost = grew('tollgate_cost_usd_total', { model: 'priced' })
  assert.ok(Math.abs(cost - 0.0054) < 1e-9, `cost ${cost}`)
})

test('a known model is priced without configuration', LIMIT, async () => {
  world.provider.at('an', (_, reply) => reply.json(200, anthropicJson('ok', { usage: { input: 1000, output: 1000 } })))
  const grew = await growth(() => world.client.chat.completions.create({ model: 'claude', messages: USER }))
  assert.ok(grew('tollgate_cost_usd_total', { model: 'claude', provider: 'an' }) > 0)
})

test('every attempt of a chain is counted, the request once', LIMIT, async () => {
  world.provider.at('down', (_, reply) => reply.json(503, openaiError('down')))
  world.provider.at('spare', (_, reply) => reply.json(200, openaiJson('ok')))
  const grew = await growth(() => world.client.chat.completions.create({ model: 'fallen', messages: USER }))
  assert.equal(grew('tollgate_attempts_total', { provider: 'down' }), 1)
  assert.equal(grew('tollgate_attempts_total', { provider: 'spare' }), 1)
  assert.equal(grew('tollgate_requests_total', { model: 'fallen', provider: 'spare', status: '200' }), 1)
  assert.equal(grew('tollgate_requests_total', { model: 'fallen' }), 1)
})

test('refused requests are counted by their code', LIMIT, async () => {
  const grew = await growth(async () => {
    await (await world.chat({ model: 'gpt', messages: 'x' })).text()
    await (await world.chat({ model: 'never-configured-name', messages: USER })).text()
  })
  assert.equal(grew('tollgate_requests_total', { status: '400', code: 'malformed_request' }), 1)
  assert.equal(grew('tollgate_requests_total', { status: '404', code: 'model_not_found' }), 1)
})

test('metrics hold no content, no keys and no names that clients invent', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('answer-secret-4711')))
  await world.client.chat.completions.create({
    model: 'gpt',
    user: 'user-secret-4711',
    messages: [{ role: 'user', content: 'prompt-secret-4711' }],
  })
  await (await world.chat({ model: 'model-secret-4711', messages: USER })).text()
  const text = await (await fetch(`${world.host.adminUrl}/metrics`)).text()
  for (const secret of ['secret-4711', CLIENT_KEY, 'key-of-oa']) assert.ok(!text.includes(secret), secret)
})

test(
  'the log has one line per request with ids, target, status, tokens and cost, and never content',
  LIMIT,
  async () => {
    world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('answer-secret-4712')))
    const answer = await world.chat({
      model: 'gpt',
      user: 'user-secret-4712',
      messages: [{ role: 'user', content: 'prompt-secret-4712' }],
    })
    await answer.text()
    await (await world.chat('{"model":"gpt","messages":[{"role":"user","content":"broken-secret-4712')).text()
    await (await world.chat({ model: 'gpt', messages: [{ role: 'role-secret-4712', content: 'x' }] })).text()
    const id = answer.headers.get('x-request-id') ?? ''
    const lines = await eventually('the request is in the log', async () => {
      const found = (await world.host.log()).split('\n').filter((line) => line.includes(id))
      return found.length > 0 ? found : undefined
    })
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"oa\/gpt-4o-mini"/)
    assert.equal(jsonAt(JSON.parse(lines[0] ?? ''), 'status'), 200)
    const log = await world.host.log()
    for (const secret of ['secret-4712', CLIENT_KEY, 'key-of-oa']) assert.ok(!log.includes(secret), secret)
  },
)

test('the gauge of open exchanges is 1 while a stream runs and 0 afterwards', LIMIT, async () => {
  await world.settled()
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  world.provider.at('oa', async (_, reply) => {
    const [first = '', ...rest] = openaiStream(['a', 'b'])
    reply.head(200, { 'content-type': 'text/event-stream' })
    await reply.write(first + (rest[0] ?? ''))
    await released
    reply.end(rest.slice(1).join(''))
  })
  const stream = await world.client.chat.completions.create({ model: 'gpt', messages: USER, stream: true })
  const open = async () => total(await readMetrics(world.host.adminUrl), 'tollgate_exchanges_open')
  await eventually('one exchange is open', async () => (await open()) === 1)
  release()
  for await (const _ of stream);
  await world.settled()
})
