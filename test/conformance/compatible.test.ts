import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type OpenAI from 'openai'
import { openaiJson, openaiStream } from '../support/answers.js'
import { jsonAt } from '../support/json-at.js'
import { errorIn, startWorld, type World } from './world.js'

const LIMIT = { timeout: 20_000 }
const USER = [{ role: 'user' as const, content: 'hi' }]
const WEATHER: OpenAI.ChatCompletionFunctionTool = {
  type: 'function',
  function: { name: 'weather', description: 'Tells', parameters: { type: 'object', properties: {} } },
}

let world: World
before(async () => {
  world = await startWorld({
    accounts: {
      az: { kind: 'azure', apiVersion: '2024-10-21' },
      v1: { kind: 'azure' },
      mi: 'mistral',
      an: 'anthropic',
    },
    models: {
      'azure-gpt': ['az/my/gpt?x=1#y%2F..'],
      'azure-v1': ['v1/gpt-4o'],
      mistral: ['mi/mistral-large-latest'],
      chain: ['mi/mistral-large-latest', 'an/claude-sonnet-4-5'],
    },
  })
})
after(() => world?.stop())

const lastCall = () => world.provider.calls.at(-1)

test(
  'Azure gets the deployment in the path, one segment whatever it is called, and the key in its header',
  LIMIT,
  async () => {
    world.provider.at('az', (_, reply) => reply.json(200, openaiJson('ok')))
    const answer = await world.client.chat.completions.create({ model: 'azure-gpt', messages: USER })
    assert.equal(answer.choices[0]?.message.content, 'ok')
    const call = lastCall()
    const path = '/az/openai/deployments/my%2Fgpt%3Fx%3D1%23y%252F../chat/completions?api-version=2024-10-21'
    assert.equal(call?.path, path)
    assert.equal(call?.headers['api-key'], 'key-of-az')
    assert.equal(call?.headers.authorization, undefined)
  },
)

test("Azure's v1 surface has the deployment in the body", LIMIT, async () => {
  world.provider.at('v1', (_, reply) => reply.stream(openaiStream(['Hel', 'lo'])))
  const stream = world.client.chat.completions.stream({ model: 'azure-v1', messages: USER })
  assert.equal(await stream.finalContent(), 'Hello')
  assert.equal(lastCall()?.path, '/v1/openai/v1/chat/completions')
  assert.equal(lastCall()?.body['model'], 'gpt-4o')
})

test('Mistral gets its names for members, and the client hears of those that are left out', LIMIT, async () => {
  world.provider.at('mi', (_, reply) => reply.json(200, openaiJson('ok')))
  const answer = await world.chat({
    model: 'mistral',
    messages: [{ role: 'developer', content: 'Be brief.' }, ...USER],
    ...{ max_completion_tokens: 5, seed: 7, store: true, user: 'ann', temperature: 0.5 },
  })
  assert.equal(answer.status, 200)
  assert.deepEqual(answer.headers.get('x-tollgate-dropped')?.split(',').sort(), ['store', 'user'])
  assert.deepEqual(lastCall()?.body, {
    model: 'mistral-large-latest',
    messages: [{ role: 'system', content: 'Be brief.' }, ...USER],
    ...{ max_tokens: 5, random_seed: 7, temperature: 0.5 },
  })
  assert.equal(lastCall()?.headers.authorization, 'Bearer key-of-mi')
})

test('Mistral gets tool calls of another provider under ids of its own form', LIMIT, async () => {
  world.provider.at('mi', (_, reply) => reply.json(200, openaiJson('Rain.')))
  const calls = ['toolu_01A', 'call_PTLP8xhu3uwZk4l3nlnrrJha'].map((id) => ({
    ...{ id, type: 'function' as const, function: { name: 'weather', arguments: '{}' } },
  }))
  await world.client.chat.completions.create({
    model: 'mistral',
    messages: [
      ...USER,
      { role: 'assistant', content: null, tool_calls: calls },
      ...calls.map(({ id }) => ({ role: 'tool' as const, tool_call_id: id, content: 'rain' })),
    ],
    tools: [WEATHER],
  })
  const sent = lastCall()?.body
  const ids = [0, 1].map((index) => jsonAt(sent, 'messages', 1, 'tool_calls', index, 'id'))
  for (const id of ids) assert.match(String(id), /^[a-zA-Z0-9]{9}$/)
  assert.notEqual(ids[0], ids[1])
  assert.deepEqual(
    [2, 3].map((index) => jsonAt(sent, 'messages', index, 'tool_call_id')),
    ids,
  )
})

test('a stream of Mistral is not asked for usage, and shows it to a client who asked', LIMIT, async () => {
  world.provider.at('mi', (_, reply) => reply.stream(openaiStream(['Hel', 'lo'], { usage: { input: 12, output: 6 } })))
  const stream = world.client.chat.completions.stream({
    ...{ model: 'mistral', messages: USER, stream_options: { include_usage: true } },
  })
  assert.equal(await stream.finalContent(), 'Hello')
  assert.equal((await stream.totalUsage()).completion_tokens, 6)
  assert.equal(lastCall()?.body['stream_options'], undefined)
  const quiet = await (await world.chat({ model: 'mistral', messages: USER, stream: true })).text()
  assert.ok(!quiet.includes('prompt_tokens'))
})

test("a fallback gets the client's own request, not the one that was made for the first target", LIMIT, async () => {
  world.provider.at('mi', (_, reply) => reply.json(500, {}))
  world.provider.at('an', (_, reply) =>
    reply.json(400, { type: 'error', error: { type: 'invalid_request_error', message: 'no' } }),
  )
  const answer = await world.chat({ model: 'chain', messages: USER, max_completion_tokens: 7 })
  assert.equal(answer.status, 400)
  assert.equal((await errorIn(answer)).message, 'no')
  assert.equal(world.provider.callsOf('mi').at(-1)?.body['max_tokens'], 7)
  assert.equal(lastCall()?.body['max_tokens'], 7)
})
