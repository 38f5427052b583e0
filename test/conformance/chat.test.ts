import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openaiJson, openaiStream } from '../support/answers.js'
import { CLIENT_KEY, startWorld, type World } from './world.js'

const LIMIT = { timeout: 20_000 }
const USER = [{ role: 'user' as const, content: 'hi' }]
const WEATHER = {
  type: 'function' as const,
  function: {
    name: 'weather',
    description: 'Tells the weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}
const CALL = { id: 'call_1', name: 'weather', pieces: ['{"city":', '"Oslo"}'] }

let world: World
before(async () => {
  world = await startWorld({ accounts: { oa: 'openai' }, models: { gpt: ['oa/gpt-target'] } })
})
after(() => world?.stop())

const lastCall = () => world.provider.calls.at(-1)

test('a whole answer reaches the client byte for byte', LIMIT, async () => {
  const bytes = JSON.stringify(openaiJson('Grüße 🌍', { model: 'gpt-target' }), null, 3)
  world.provider.at('oa', (_, reply) => {
    reply.head(200, { 'content-type': 'application/json' })
    reply.end(bytes)
  })
  const answer = await world.chat({ model: 'gpt', messages: USER })
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  assert.equal(await answer.text(), bytes)
})

test('the official client reads a whole answer with its usage', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('hello', { usage: { input: 9, output: 3 } })))
  const answer = await world.client.chat.completions.create({ model: 'gpt', messages: USER })
  assert.equal(answer.choices[0]?.message.content, 'hello')
  assert.equal(answer.choices[0]?.finish_reason, 'stop')
  assert.equal(answer.usage?.prompt_tokens, 9)
  assert.equal(answer.usage?.completion_tokens, 3)
})

test('a stream with usage asked for reaches the client byte for byte', LIMIT, async () => {
  const frames = openaiStream(['Hel', 'lo ', '🌍'])
  world.provider.at('oa', (_, reply) => reply.stream(frames))
  const answer = await world.chat({
    model: 'gpt',
    messages: USER,
    stream: true,
    stream_options: { include_usage: true },
  })
  assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/)
  assert.equal(await answer.text(), frames.join(''))
})

test('usage is asked for on every stream and hidden from a client that did not ask', LIMIT, async () => {
  const frames = openaiStream(['hello'])
  world.provider.at('oa', (_, reply) => reply.stream(frames))
  const answer = await world.chat({ model: 'gpt', messages: USER, stream: true })
  const text = await answer.text()
  assert.deepEqual(lastCall()?.body['stream_options'], { include_usage: true })
  assert.equal(text, frames.filter((frame) => !frame.includes('"usage"')).join(''))
})

test('a client that asked sees usage on the last chunk', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.stream(openaiStream(['hello'], { usage: { input: 21, output: 4 } })))
  const stream = world.client.chat.completions.stream({
    model: 'gpt',
    messages: USER,
    stream_options: { include_usage: true },
  })
  assert.equal(await stream.finalContent(), 'hello')
  assert.equal((await stream.totalUsage()).prompt_tokens, 21)
})

test('unknown fields reach the provider byte for byte; only the model is replaced', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('ok')))
  const sent =
    '{ "x_vendor" : {"b":1.0,"a":[1e3, "\\u00e9"]},\n "messages":[{"role":"user","content":"h\\u0069"}],' +
    ' "model" : "gpt" , "seed":9007199254740993 }'
  const answer = await world.chat(sent)
  assert.equal(answer.status, 200)
  assert.equal(lastCall()?.bodyText, sent.replace('"gpt"', '"gpt-target"'))
})

test('the provider gets its own key and never the client key', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('ok')))
  await world.client.chat.completions.create({ model: 'gpt', messages: USER })
  assert.equal(lastCall()?.headers.authorization, 'Bearer key-of-oa')
  assert.ok(!JSON.stringify(lastCall()?.headers).includes(CLIENT_KEY))
})

test('tool definitions go out and streamed tool calls come back', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.stream(openaiStream([], { calls: [CALL] })))
  const stream = world.client.chat.completions.stream({
    model: 'gpt',
    messages: USER,
    tools: [WEATHER],
    tool_choice: { type: 'function', function: { name: 'weather' } },
    parallel_tool_calls: false,
  })
  const { choices } = await stream.finalChatCompletion()
  const call = choices[0]?.message.tool_calls?.[0]
  assert.equal(choices[0]?.finish_reason, 'tool_calls')
  assert.deepEqual(call?.type === 'function' && call.function.arguments, '{"city":"Oslo"}')
  assert.deepEqual(lastCall()?.body['tools'], [WEATHER])
  assert.deepEqual(lastCall()?.body['tool_choice'], { type: 'function', function: { name: 'weather' } })
  assert.equal(lastCall()?.body['parallel_tool_calls'], false)
})

test('a tool result goes out in a second turn', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('Rain.')))
  const messages = [
    ...USER,
    {
      role: 'assistant' as const,
      content: null,
      tool_calls: [
        { id: 'call_1', type: 'function' as const, function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
      ],
    },
    { role: 'tool' as const, tool_call_id: 'call_1', content: 'rain' },
  ]
  const answer = await world.client.chat.completions.create({ model: 'gpt', messages, tools: [WEATHER] })
  assert.equal(answer.choices[0]?.message.content, 'Rain.')
  assert.deepEqual(lastCall()?.body['messages'], messages)
})

test('images by address and as data reach the provider as they were sent', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('A dot.')))
  const content = [
    { type: 'text' as const, text: 'What is this?' },
    { type: 'image_url' as const, image_url: { url: 'https://example.com/a.png', detail: 'low' as const } },
    { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
  ]
  await world.client.chat.completions.create({ model: 'gpt', messages: [{ role: 'user', content }] })
  assert.deepEqual(lastCall()?.body['messages'], [{ role: 'user', content }])
})

test('every choice of an answer with n = 2 arrives', LIMIT, async () => {
  const one = openaiJson('one')
  const [choice] = Array.isArray(one['choices']) ? one['choices'] : []
  const second = { ...choice, index: 1, message: { role: 'assistant', content: 'two' } }
  world.provider.at('oa', (_, reply) => reply.json(200, { ...one, choices: [choice, second] }))
  const answer = await world.client.chat.completions.create({ model: 'gpt', messages: USER, n: 2 })
  assert.deepEqual(
    answer.choices.map(({ message }) => message.content),
    ['one', 'two'],
  )
})

test('answers name the request, the target and the number of attempts', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('ok'), { 'x-request-id': 'of-the-provider' }))
  const answer = await world.chat({ model: 'gpt', messages: USER })
  const again = await world.chat({ model: 'gpt', messages: USER })
  assert.match(answer.headers.get('x-request-id') ?? '', /^[\w-]{8,}$/)
  assert.notEqual(answer.headers.get('x-request-id'), again.headers.get('x-request-id'))
  assert.equal(answer.headers.get('x-tollgate-target'), 'oa/gpt-target')
  assert.equal(answer.headers.get('x-tollgate-attempts'), '1')
  assert.equal(answer.headers.get('x-tollgate-upstream-id'), 'of-the-provider')
})

test('concurrent streams do not mix', LIMIT, async () => {
  world.provider.at('oa', async (call, reply) => {
    const messages = call.body['messages']
    const said = Array.isArray(messages) ? String(messages[0]?.content) : ''
    await reply.stream(openaiStream([`${said}-a`, `${said}-b`, `${said}-c`]))
  })
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      world.client.chat.completions
        .stream({ model: 'gpt', messages: [{ role: 'user', content: `n${index}` }] })
        .finalContent(),
    ),
  )
  assert.deepEqual(
    answers,
    Array.from({ length: 20 }, (_, index) => `n${index}-an${index}-bn${index}-c`),
  )
  await world.settled()
})
