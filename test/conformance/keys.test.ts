import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import OpenAI from 'openai'
import type { JsonObject } from '../../core/json.js'
import { anthropicJson, openaiJson } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { readMetrics, total } from '../support/metrics.js'
import { issue, keyOf, operate } from '../support/virtual-keys.js'
import { errorIn, startWorld, type World } from './world.js'

const LIMIT = { timeout: 30_000 }
const MESSAGES = [{ role: 'user' as const, content: 'hi' }]

let world: World
before(async () => {
  world = await startWorld({
    accounts: { oa: { kind: 'compatible' }, an: 'anthropic' },
    models: { gpt: ['oa/gpt-4o'], other: ['oa/gpt-4o'], claude: ['an/claude-sonnet-4-5'] },
    settings: {
      keys: {},
      identity: { headers: { team: 'x-team-id', user: 'x-user-id' }, address: 'gateway' },
      prices: { 'gpt-4o': { input: 1, output: 1 } },
      limits: [{ name: 'red-only-two', match: { team: 'red' }, requests: 2, per: 'day' }],
    },
  })
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('hello', { usage: { input: 5, output: 5 } })))
  world.provider.at('an', (_, reply) => reply.json(200, anthropicJson('hello')))
})
after(() => world?.stop())

const admin = (method: string, path: string, body?: JsonObject) => operate(world.host.adminUrl, method, path, body)
const newKey = (members: JsonObject = {}) => issue(world.host.adminUrl, members)
const ask = (key: string, body: JsonObject = {}, headers: Readonly<Record<string, string>> = {}) =>
  world.chat({ model: 'gpt', messages: MESSAGES, ...body }, { authorization: `Bearer ${key}`, ...headers })

async function codeOf(answer: Response): Promise<string> {
  if (answer.ok) return `${answer.status}`
  return `${answer.status} ${(await errorIn(answer)).code}`
}

test('without a key of Tollgate nobody gets in, and what is shown is not repeated', LIMIT, async () => {
  const wrong = `tg_${'A'.repeat(48)}`
  for (const authorization of ['', 'Bearer sk-somebody-elses', `Bearer ${wrong}`, 'Bearer tg_cut']) {
    const answer = await world.chat({ model: 'gpt', messages: MESSAGES }, { authorization })
    assert.equal(answer.status, 401)
    const error = await errorIn(answer)
    assert.equal(error.code, 'invalid_api_key')
    assert.equal(error.type, 'authentication_error')
    assert.ok(!error.message.includes('AAA') && !error.message.includes('sk-'))
  }
  assert.equal((await fetch(`${world.host.url}/v1/models`)).status, 401)
  assert.equal(world.provider.calls.length, 0)
})

test("the vendors' own clients show a key as they show theirs, and no provider sees it", LIMIT, async () => {
  const { key, id } = await newKey({ name: 'for clients', user: 'ann' })
  const url = world.host.url
  const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
  const anthropic = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 })
  const google = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } })
  const chat = await openai.chat.completions.create({ model: 'gpt', messages: MESSAGES })
  assert.equal(chat.choices[0]?.message.content, 'hello')
  const message = await anthropic.messages.create({ model: 'claude', max_tokens: 10, messages: MESSAGES })
  assert.equal(message.content[0]?.type, 'text')
  assert.equal((await google.models.generateContent({ model: 'gpt', contents: 'hi' })).text, 'hello')
  const byAzure = await world.chat({ model: 'gpt', messages: MESSAGES }, { authorization: '', 'api-key': key })
  assert.equal(byAzure.status, 200)
  const byQuery = await fetch(`${url}/v1beta/models/gpt:generateContent?key=${key}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ contents: [{ parts: [{ text: 'hi' }] }] }),
  })
  assert.equal(byQuery.status, 200)
  assert.equal((await openai.models.list()).data.length, 3)

  assert.equal(world.provider.calls.length, 5)
  for (const { path, headers, bodyText } of world.provider.calls) {
    assert.ok(!JSON.stringify([path, headers, bodyText]).includes(key.slice(3, 40)), 'the key reached a provider')
  }
  await eventually('the log has the id', async () => (await world.host.log()).includes(`"key":"${id}"`))
  assert.ok(!(await world.host.log()).includes(key.slice(0, 30)))
})

test('two different keys in one request are none', LIMIT, async () => {
  const [one, two] = [await newKey(), await newKey()]
  assert.equal(await codeOf(await ask(one.key, {}, { 'x-api-key': two.key })), '401 invalid_api_key')
  assert.equal(await codeOf(await ask(one.key, {}, { 'x-api-key': one.key })), '200')
})

test('the key says whose team it is, whatever a header says', LIMIT, async () => {
  const { key } = await newKey({ team: 'red' })
  const codes: string[] = []
  for (let call = 0; call < 3; call++) codes.push(await codeOf(await ask(key, {}, { 'x-team-id': 'blue' })))
  assert.deepEqual(codes, ['200', '200', '429 rate_limit_exceeded'])
})

test('a key that is bound to models uses and sees no others', LIMIT, async () => {
  const { key } = await newKey({ models: ['gpt'] })
  assert.equal(await codeOf(await ask(key)), '200')
  assert.equal(await codeOf(await ask(key, { model: 'other' })), '403 model_not_allowed')
  const models = await new OpenAI({ baseURL: `${world.host.url}/v1`, apiKey: key }).models.list()
  assert.deepEqual(
    models.data.map(({ id }) => id),
    ['gpt'],
  )
})

test('a key that is bound to networks gets in from there alone', LIMIT, async () => {
  const near = await newKey({ networks: ['127.0.0.0/8', '::1'] })
  const far = await newKey({ networks: ['192.0.2.0/24'] })
  assert.equal(await codeOf(await ask(near.key)), '200')
  assert.equal(await codeOf(await ask(far.key)), '403 model_not_allowed')
  const forged = await ask(far.key, {}, { 'x-forwarded-for': '192.0.2.1', 'x-real-ip': '192.0.2.1' })
  assert.equal(await codeOf(forged), '403 model_not_allowed')
  const moved = await admin('PATCH', `/keys/${far.id}`, { networks: null })
  assert.equal(moved.status, 200)
  await eventually('it gets in', async () => (await ask(far.key)).status === 200, 1000)
})

test('budgets of a key count its requests alone, over rotations', LIMIT, async () => {
  const budgets = [
    { requests: 2, per: 'month' },
    { usd: 5, per: 'life' },
  ]
  const { key, id } = await newKey({ budgets })
  const first = await ask(key)
  assert.equal(first.status, 200)
  assert.equal(first.headers.get('x-ratelimit-remaining-requests'), '1')
  assert.ok(Number(first.headers.get('x-tollgate-budget-remaining-usd')) <= 5)
  const rotated = await admin('POST', `/keys/${id}/rotate`, {})
  assert.equal(await codeOf(await ask(keyOf(rotated))), '200')
  const refused = await ask(key)
  assert.equal(refused.status, 429)
  const error = await errorIn(refused)
  assert.equal(error.code, 'rate_limit_exceeded')
  assert.match(error.message, /'virtual-key' has 0 requests left/)
  assert.equal(await codeOf(await ask((await newKey({ budgets })).key)), '200')

  await world.settled()
  const shown = JSON.stringify((await admin('GET', '/budgets/virtual-key')).body)
  assert.ok(shown.includes(`limits/virtual-key/requests/${id}/month/`), shown)
  assert.ok(shown.includes(`budgets/virtual-key/usd/${id}/life`), shown)
})

test('a rotated text is good until its overlap is over, a revoked key not for a second', LIMIT, async () => {
  const { key, id } = await newKey()
  const next = keyOf(await admin('POST', `/keys/${id}/rotate`, { overlap: '1h' }))
  assert.notEqual(next, key)
  assert.deepEqual([await codeOf(await ask(key)), await codeOf(await ask(next))], ['200', '200'])
  const last = keyOf(await admin('POST', `/keys/${id}/rotate`, { overlap: '0s' }))
  assert.deepEqual(
    [await codeOf(await ask(key)), await codeOf(await ask(next)), await codeOf(await ask(last))],
    ['401 invalid_api_key', '401 invalid_api_key', '200'],
  )
  assert.equal((await admin('POST', `/keys/${id}/revoke`)).status, 200)
  await eventually('the key is refused', async () => (await ask(last)).status === 401, 1000)
  const shown = await admin('GET', `/keys/${id}`)
  assert.equal(shown.body['state'], 'revoked')
  assert.ok(!JSON.stringify(shown.body).includes(last.slice(0, 20)))
})

test('metrics count keys and who did not get in', LIMIT, async () => {
  const samples = await readMetrics(world.host.adminUrl)
  assert.ok(total(samples, 'tollgate_keys', { state: 'active' }) >= 5)
  assert.ok(total(samples, 'tollgate_keys', { state: 'revoked' }) >= 1)
  assert.ok(total(samples, 'tollgate_key_refused_total', { reason: 'absent' }) >= 2)
  assert.ok(total(samples, 'tollgate_key_refused_total', { reason: 'several' }) >= 1)
  const ready = await fetch(`${world.host.adminUrl}/readyz`)
  assert.match(await ready.text(), /"name":"keys","ok":true/)
})
