import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type OpenAI from 'openai'
import { anthropicJson, anthropicStream } from '../support/answers.js'
import { jsonAt } from '../support/json-at.js'
import { errorIn, startWorld, type World } from './world.js'

const LIMIT = { timeout: 20_000 }
const USER = [{ role: 'user' as const, content: 'hi' }]
const CALL = { id: 'toolu_1', name: 'weather', pieces: ['{"city":', '"Oslo"}'] }
const WEATHER: OpenAI.ChatCompletionFunctionTool = {
  type: 'function',
  function: { name: 'weather', description: 'Tells', parameters: { type: 'object', properties: {} } },
}

let world: World
before(async () => {
  world = await startWorld({ accounts: { an: 'anthropic' }, models: { claude: ['an/claude-sonnet-4-5'] } })
})
after(() => world?.stop())

const lastCall = () => world.provider.calls.at(-1)

test('a whole answer is an OpenAI chat completion with usage including cached tokens', LIMIT, async () => {
  world.provider.at('an', (_, reply) =>
    reply.json(200, anthropicJson('hello', { usage: { input: 30, cached: 20, output: 5 } })),
  )
  const answer = await world.client.chat.completions.create({ model: 'claude', messages: USER })
  assert.equal(answer.object, 'chat.completion')
  assert.equal(answer.choices[0]?.message.content, 'hello')
  assert.equal(answer.choices[0]?.finish_reason, 'stop')
  assert.equal(answer.usage?.prompt_tokens, 30)
  assert.equal(answer.usage?.prompt_tokens_details?.cached_tokens, 20)
  assert.equal(answer.usage?.completion_tokens, 5)
  assert.equal(answer.usage?.total_tokens, 35)
})

test('a stream is read by the official client, with usage when asked for', LIMIT, async () => {
  world.provider.at('an', (_, reply) =>
    reply.stream(anthropicStream(['Hel', 'lo'], { usage: { input: 12, output: 6 } })),
  )
  const stream = world.client.chat.completions.stream({
    model: 'claude',
    messages: USER,
    stream_options: { include_usage: true },
  })
  assert.equal(await stream.finalContent(), 'Hello')
  assert.equal((await stream.totalUsage()).completion_tokens, 6)
  assert.equal(lastCall()?.body['stream'], true)
})

test('a stream without usage asked for shows none and ends with [DONE]', LIMIT, async () => {
  world.provider.at('an', (_, reply) => reply.stream(anthropicStream(['Hello'])))
  const text = await (await world.chat({ model: 'claude', messages: USER, stream: true })).text()
  assert.ok(!text.includes('prompt_tokens'))
  assert.ok(text.endsWith('data: [DONE]\n\n'))
})

test('the provider gets its path, version, key and a max_tokens', LIMIT, async () => {
  world.provider.at('an', (_, reply) => reply.json(200, anthropicJson('ok')))
  await world.client.chat.completions.create({ model: 'claude', messages: USER })
  const call = lastCall()
  assert.equal(call?.path, '/an/v1/messages')
  assert.equal(call?.headers['x-api-key'], 'key-of-an')
  assert.equal(call?.headers['anthropic-version'], '2023-06-01')
  assert.equal(call?.headers.authorization, undefined)
  assert.equal(call?.body['model'], 'claude-sonnet-4-5')
  assert.ok(Number(call?.body['max_tokens']) > 0)
})

test('system and developer messages become the system prompt', LIMIT, async () => {
  world.provider.at('an', (_, reply) => reply.json(200, anthropicJson('ok')))
  await world.client.chat.completions.create({
    model: 'claude',
    messages: [{ role: 'system', content: 'Be brief.' }, { role: 'developer', content: 'Speak French.' }, ...USER],
  })
  const system = JSON.stringify(lastCall()?.body['system'])
  assert.ok(system.indexOf('Be brief.') >= 0 && system.indexOf('Be brief.') < system.indexOf('Speak French.'))
  const messages = lastCall()?.body['messages']
  assert.ok(Array.isArray(messages) && messages.length === 1 && messages[0]?.role === 'user')
})

test('a tool round trip keeps ids, names, arguments and results', LIMIT, async () => {
  world.provider.at('an', (_, reply) => reply.stream(anthropicStream(['Let me see.'], { calls: [CALL] })))
  const first = await world.client.chat.completions
    .stream({ model: 'claude', messages: USER, tools: [WEATHER], tool_choice: 'required' })
    .finalChatCompletion()
  const message = first.choices[0]?.message
  const call = message?.tool_calls?.[0]
  assert.equal(first.choices[0]?.finish_reason, 'tool_calls')
  assert.ok(message !== undefined && call?.type === 'function')
  assert.deepEqual([call.id, call.function.name, call.function.arguments], ['toolu_1', 'weather', '{"city":"Oslo"}'])
  assert.deepEqual(lastCall()?.body['tools'], [
    { name: 'weather', description: 'Tells', input_schema: { type: 'object', properties: {} } },
  ])
  assert.deepEqual(lastCall()?.body['tool_choice'], { type: 'any' })

  world.provider.at('an', (_, reply) => reply.json(200, anthropicJson('Rain.')))
  await world.client.chat.completions.create({
    model: 'claude',
    messages: [
      ...USER,
      { role: 'assistant', content: message.content, tool_calls: message.tool_calls },
      { role: 'tool', tool_call_id: call.id, content: 'rain' },
    ],
    tools: [WEATHER],
  })
  const sent = lastCall()?.body
  assert.equal(jsonAt(sent, 'messages', 1, 'content', 1, 'type'), 'tool_use')
  assert.deepEqual(jsonAt(sent, 'messages', 1, 'content', 1, 'input'), { city: 'Oslo' })
  assert.equal(jsonAt(sent, 'messages', 2, 'role'), 'user')
  assert.equal(jsonAt(sent, 'messages', 2, 'content', 0, 'type'), 'tool_result')
  assert.equal(jsonAt(sent, 'messages', 2, 'content', 0, 'tool_use_id'), 'toolu_1')
})

test('images become image blocks', LIMIT, async () => {
  world.provider.at('an', (_, reply) => reply.json(200, anthropicJson('A dot.')))
  await world.client.chat.completions.create({
    model: 'claude',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
        ],
      },
    ],
  })
  const source = (position: number) => jsonAt(lastCall()?.body, 'messages', 0, 'content', position, 'source')
  assert.deepEqual(source(0), { type: 'url', url: 'https://example.com/a.png' })
  assert.deepEqual(source(1), { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' })
})

test('thinking arrives as reasoning_content, apart from the text', LIMIT, async () => {
  world.provider.at('an', (_, reply) => reply.stream(anthropicStream(['42'], { reasoning: 'Six by seven.' })))
  const stream = await world.client.chat.completions.create({
    model: 'claude',
    messages: USER,
    stream: true,
    reasoning_effort: 'high',
  })
  let text = ''
  let reasoning = ''
  for await (const chunk of stream) {
    const delta = chunk.choices[0]?.delta as { content?: string; reasoning_content?: string } | undefined
    text += delta?.content ?? ''
    reasoning += delta?.reasoning_content ?? ''
  }
  assert.deepEqual([text, reasoning], ['42', 'Six by seven.'])
  assert.ok(lastCall()?.body['thinking'] !== undefined || lastCall()?.body['output_config'] !== undefined)
})

test('stop reasons are translated', LIMIT, async () => {
  const reasons = { end_turn: 'stop', stop_sequence: 'stop', max_tokens: 'length', refusal: 'content_filter' }
  for (const [finish, expected] of Object.entries(reasons)) {
    world.provider.at('an', (_, reply) => reply.json(200, anthropicJson('x', { finish })))
    const answer = await world.client.chat.completions.create({ model: 'claude', messages: USER })
    assert.equal(answer.choices[0]?.finish_reason, expected, finish)
  }
})

test('what Anthropic cannot express is left out and named in x-tollgate-dropped', LIMIT, async () => {
  world.provider.at('an', (_, reply) => reply.json(200, anthropicJson('ok')))
  const answer = await world.chat({ model: 'claude', messages: USER, logit_bias: { 50256: -100 }, seed: 7 })
  assert.equal(answer.status, 200)
  const dropped = (answer.headers.get('x-tollgate-dropped') ?? '').split(',').map((field) => field.trim())
  assert.deepEqual(dropped.sort(), ['logit_bias', 'seed'])
  assert.ok(!('seed' in (lastCall()?.body ?? {})) && !('logit_bias' in (lastCall()?.body ?? {})))
})

test('nothing dropped means no x-tollgate-dropped', LIMIT, async () => {
  world.provider.at('an', (_, reply) => reply.json(200, anthropicJson('ok')))
  const answer = await world.chat({ model: 'claude', messages: USER, temperature: 0.5 })
  assert.equal(answer.headers.get('x-tollgate-dropped'), null)
})

test('in strict mode what Anthropic cannot express is refused with 422 and its name', LIMIT, async () => {
  const strict = await startWorld({
    accounts: { an: 'anthropic' },
    models: { claude: ['an/claude-sonnet-4-5'] },
    settings: { strict: true },
  })
  try {
    strict.provider.at('an', (_, reply) => reply.json(200, anthropicJson('ok')))
    const answer = await strict.chat({ model: 'claude', messages: USER, logit_bias: { 50256: -100 } })
    const error = await errorIn(answer)
    assert.equal(answer.status, 422)
    assert.equal(error.code, 'untranslatable')
    assert.equal(error.param, 'logit_bias')
    assert.equal(strict.provider.calls.length, 0)
    assert.equal((await strict.chat({ model: 'claude', messages: USER })).status, 200)
  } finally {
    await strict.stop()
  }
})
