import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isObject, type JsonObject } from '../../core/json.js'
import { openaiError } from '../support/answers.js'
import { readMetrics, total } from '../support/metrics.js'
import type { ProviderCall } from '../support/provider.js'
import { CLIENT_KEY, errorIn, startWorld, type World } from './world.js'

const LIMIT = { timeout: 20_000 }

/** Numbers that 32-bit floats hold, so that they come back the same in every encoding. */
const VECTORS = [
  [0.5, -0.25, 1.75],
  [2, -3.5, 0.0078125],
]

/** The provider's answer in each API, for inputs of `count`. */
const ANSWERS: Readonly<Record<string, (count: number, call: ProviderCall) => unknown>> = {
  oa: (count, call) => openaiAnswer(count, call.body.encoding_format === 'base64' ? base64 : asFloats),
  // Writes floats whatever it is asked for.
  local: (count) => openaiAnswer(count, asFloats),
  gem: (count) => ({
    embeddings: VECTORS.slice(0, count).map((values) => ({ values })),
    usageMetadata: { promptTokenCount: 7 },
  }),
  co: (count) => ({
    id: 'x',
    embeddings: { float: VECTORS.slice(0, count) },
    meta: { billed_units: { input_tokens: 7 } },
  }),
  vo: (count) => ({
    object: 'list',
    data: VECTORS.slice(0, count).map((vector, index) => ({ object: 'embedding', embedding: base64(vector), index })),
    model: 'voyage-3.5',
    usage: { total_tokens: 7 },
  }),
}

const asFloats = (vector: readonly number[]) => vector

function base64(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64')
}

function openaiAnswer(count: number, write: (vector: readonly number[]) => unknown) {
  const data = VECTORS.slice(0, count).map((vector, index) => ({
    object: 'embedding',
    index,
    embedding: write(vector),
  }))
  const usage = { prompt_tokens: 7, total_tokens: 7 }
  return { object: 'list', data, model: 'text-embedding-3-small', usage }
}

/** How many inputs a provider's request has, whatever API it is in. */
function inputsIn({ input, texts, requests }: JsonObject): number {
  const inputs = input ?? texts ?? requests
  return Array.isArray(inputs) ? inputs.length : 1
}

const PATHS: Readonly<Record<string, string>> = {
  oa: '/oa/v1/embeddings',
  local: '/local/embeddings',
  gem: '/gem/models/gemini-embedding-001:batchEmbedContents',
  co: '/co/v2/embed',
  vo: '/vo/embeddings',
}

let world: World
before(async () => {
  world = await startWorld({
    accounts: {
      oa: 'openai',
      local: { kind: 'compatible' },
      gem: { kind: 'gemini' },
      co: { kind: 'cohere' },
      vo: { kind: 'voyage' },
      titan: { kind: 'bedrock' },
      an: 'anthropic',
    },
    models: {
      oa: ['oa/text-embedding-3-small'],
      local: ['local/nomic-embed-text'],
      gem: ['gem/gemini-embedding-001'],
      co: ['co/embed-v4.0'],
      vo: ['vo/voyage-3.5'],
      titan: ['titan/amazon.titan-embed-text-v2:0'],
      passed: ['titan/amazon.titan-embed-text-v2:0', 'oa/text-embedding-3-small'],
      chain: ['oa/text-embedding-3-small', 'co/embed-v4.0'],
      paid: ['oa/text-embedding-3-small'],
      chat: ['an/claude-sonnet-4-5'],
    },
    settings: {
      identity: { headers: { team: 'x-team-id' } },
      // Two answers of seven tokens, at $0.02 per million.
      limits: [{ name: 'tokens', match: { model: 'paid' }, each: 'team', tokens: 100, per: 'minute' }],
      budgets: [{ name: 'vectors', match: { model: 'paid' }, each: 'team', limit: { usd: 0.00000028, per: 'day' } }],
    },
  })
  for (const [account, answer] of Object.entries(ANSWERS)) {
    world.provider.at(account, (call, reply) => reply.json(200, answer(inputsIn(call.body), call)))
  }
})
after(() => world?.stop())

const post = (body: JsonObject, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${world.host.url}/v1/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${CLIENT_KEY}`, ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  })

for (const account of Object.keys(ANSWERS)) {
  test(`OpenAI's client reads vectors of ${account}, asked for as base64 and as floats`, LIMIT, async () => {
    for (const more of [{}, { encoding_format: 'base64' as const }, { encoding_format: 'float' as const }]) {
      const answer = await world.client.embeddings.create({ model: account, input: ['one', 'two'], ...more })
      const vectors = answer.data.map(({ embedding }) =>
        typeof embedding === 'string' ? floats(embedding) : embedding,
      )
      assert.deepEqual(vectors, VECTORS)
      assert.deepEqual(
        answer.data.map(({ index }) => index),
        [0, 1],
      )
      assert.deepEqual(answer.usage, { prompt_tokens: 7, total_tokens: 7 })
    }
    const call = world.provider.callsOf(account).at(-1)
    assert.equal(call?.path, PATHS[account])
    assert.ok(!JSON.stringify(call?.headers).includes(CLIENT_KEY))
  })
}

function floats(data: string): readonly number[] {
  const bytes = Uint8Array.from(Buffer.from(data, 'base64'))
  return [...new Float32Array(bytes.buffer)]
}

test("the same API's bytes pass but for the model", LIMIT, async () => {
  const body = { model: 'oa', input: [[1, 2], [3]], dimensions: 3, user: 'u' }
  const answer = await post(body)
  assert.equal(answer.status, 200)
  const sent = world.provider.callsOf('oa').at(-1)
  assert.equal(sent?.bodyText, JSON.stringify({ ...body, model: 'text-embedding-3-small' }))
  assert.equal(await answer.text(), JSON.stringify(openaiAnswer(2, asFloats)))
})

test('what a target cannot be told is named', LIMIT, async () => {
  const answer = await post({ model: 'co', input: 'a', user: 'u', dimensions: 256, input_type: 'query' })
  assert.equal(answer.headers.get('x-tollgate-dropped'), 'user')
  const { texts, input_type: type, output_dimension: dimensions } = world.provider.callsOf('co').at(-1)?.body ?? {}
  assert.deepEqual([texts, type, dimensions], [['a'], 'search_query', 256])
})

test('tokens and too many inputs are refused where no target takes them', LIMIT, async () => {
  const tokens = await post({ model: 'gem', input: [[1, 2]] })
  assert.equal(tokens.status, 422)
  const { code, param, type } = await errorIn(tokens)
  assert.deepEqual([code, param, type], ['untranslatable', 'input', 'invalid_request_error'])
  const calls = world.provider.callsOf('titan').length
  const many = await post({ model: 'titan', input: ['a', 'b'] })
  assert.equal(many.status, 400)
  assert.match((await errorIn(many)).message, /one input per request, not 2/)
  assert.equal(world.provider.callsOf('titan').length, calls)
})

test('a target that cannot take the request is passed over', LIMIT, async () => {
  const answer = await post({ model: 'passed', input: ['a', 'b'] })
  assert.equal(answer.headers.get('x-tollgate-target'), 'oa/text-embedding-3-small')
  assert.equal(answer.headers.get('x-tollgate-attempts'), '1')
})

test('the chain goes on after a provider that fails, or sends too few vectors', LIMIT, async () => {
  const { oa } = ANSWERS
  try {
    world.provider.at('oa', (_, reply) => reply.json(503, openaiError('down')))
    const answer = await post({ model: 'chain', input: ['a', 'b'] })
    assert.equal(answer.headers.get('x-tollgate-target'), 'co/embed-v4.0')
  } finally {
    world.provider.at('oa', (call, reply) => reply.json(200, oa?.(inputsIn(call.body), call)))
  }
  world.provider.at('local', (_, reply) => reply.json(200, openaiAnswer(1, asFloats)))
  const few = await post({ model: 'local', input: ['a', 'b'] })
  assert.equal(few.status, 502)
  assert.match((await errorIn(few)).message, /1 vectors for 2 inputs/)
})

test('a wrong request is refused in the form that the client reads', LIMIT, async () => {
  await assert.rejects(world.client.embeddings.create({ model: 'oa', input: [] }), { status: 400, param: 'input' })
  await assert.rejects(world.client.embeddings.create({ model: 'none', input: 'a' }), { status: 404 })
  await assert.rejects(world.client.embeddings.create({ model: 'chat', input: 'a' }), { status: 400, param: 'model' })
})

test('a budget reserves no answer, and is settled with the prompt alone', LIMIT, async () => {
  const ask = () => post({ model: 'paid', input: 'Hello world' }, { 'x-team-id': 'a' })
  for (let call = 0; call < 2; call++) {
    const answer = await ask()
    assert.equal(answer.status, 200, await answer.text())
    await world.settled()
  }
  const refused = await ask()
  assert.equal(refused.status, 429)
  assert.equal((await errorIn(refused)).code, 'budget_exceeded')
  const metrics = await readMetrics(world.host.adminUrl)
  const labels = { model: 'paid' }
  assert.equal(total(metrics, 'tollgate_tokens_total', { ...labels, kind: 'input' }), 14)
  assert.equal(total(metrics, 'tollgate_tokens_total', { ...labels, kind: 'output' }), 0)
  const cost = total(metrics, 'tollgate_cost_usd_total', labels)
  assert.ok(Math.abs(cost - 14 * 0.00000002) < 1e-12, `${cost}`)
})

test('an answer that is no JSON is the failure of the provider', LIMIT, async () => {
  world.provider.at('vo', (_, reply) => reply.json(200, 'sorry'))
  const answer = await post({ model: 'vo', input: 'a' })
  assert.equal(answer.status, 502)
  assert.ok(isObject(await answer.json()))
})
