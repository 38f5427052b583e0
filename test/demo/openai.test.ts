import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import OpenAI, { type APIError } from 'openai'
import type { DemoServer } from '../../demo/http-server.js'
import { startDemoOpenai } from '../../demo/openai.js'
import { instantPace } from '../../demo/pace.js'

describe('the demo OpenAI provider', () => {
  let server: DemoServer
  let client: OpenAI
  before(async () => {
    server = await startDemoOpenai({ pace: instantPace })
    client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 })
  })
  after(() => server.close())

  const hello = [{ role: 'user' as const, content: 'Say hello' }]
  const weather = {
    type: 'function' as const,
    function: {
      name: 'get_weather',
      parameters: { type: 'object', properties: { city: { type: 'string' }, unit: { enum: ['c', 'f'] } } },
    },
  }
  const refused = async (body: object): Promise<APIError> => {
    const error = await client.post('/chat/completions', { body }).then(
      () => undefined,
      (reason) => reason,
    )
    assert.ok(error instanceof OpenAI.APIError)
    return error
  }

  test('answers in a friendly way, with the dated model name, a request id and consistent usage', async () => {
    const { data, request_id } = await client.chat.completions
      .create({ model: 'gpt-4o-mini', messages: hello })
      .withResponse()
    assert.match(data.choices[0]?.message.content ?? '', /Say hello/)
    assert.equal(data.choices[0]?.finish_reason, 'stop')
    assert.equal(data.model, 'gpt-4o-mini-2024-07-18')
    assert.match(request_id ?? '', /^req_/)
    const { prompt_tokens = 0, completion_tokens = 0, total_tokens } = data.usage ?? {}
    assert.equal(total_tokens, prompt_tokens + completion_tokens)
  })

  test('streams the same text, with usage on a last chunk only when it is asked for', async () => {
    const whole = await client.chat.completions.create({ model: 'gpt-4o', messages: hello })
    for (const includeUsage of [true, false]) {
      const stream = await client.chat.completions.create({
        model: 'gpt-4o',
        messages: hello,
        stream: true,
        ...(includeUsage ? { stream_options: { include_usage: true } } : {}),
      })
      const chunks: OpenAI.ChatCompletionChunk[] = []
      for await (const chunk of stream) chunks.push(chunk)
      assert.equal(
        chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join(''),
        whole.choices[0]?.message.content,
      )
      assert.deepEqual(chunks.at(-1)?.usage, includeUsage ? whole.usage : undefined)
      assert.deepEqual(chunks.at(-1)?.choices.length, includeUsage ? 0 : 1)
      assert.equal(chunks[0] && 'usage' in chunks[0], includeUsage)
    }
  })

  test('calls the tool that the prompt speaks of, and talks about its result afterwards', async () => {
    const question = { role: 'user' as const, content: 'What is the weather in Paris today?' }
    const asked = client.chat.completions.stream({ model: 'gpt-4o', messages: [question], tools: [weather] })
    const message = (await asked.finalChatCompletion()).choices[0]?.message
    const call = message?.tool_calls?.[0]
    assert.ok(message && call?.type === 'function')
    assert.equal(call.function.name, 'get_weather')
    assert.deepEqual(JSON.parse(call.function.arguments), { city: 'Paris', unit: 'c' })

    const result = { role: 'tool' as const, tool_call_id: call.id, content: '18 degrees' }
    const next = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: [question, message, result],
      tools: [weather],
    })
    assert.match(next.choices[0]?.message.content ?? '', /18 degrees/)
  })

  test('honours n, stop, max_completion_tokens, logprobs and response_format', async () => {
    const ask = { model: 'gpt-4o', messages: hello }
    const three = await client.chat.completions.create({ ...ask, n: 3 })
    assert.deepEqual(
      three.choices.map(({ index }) => index),
      [0, 1, 2],
    )
    const stopped = await client.chat.completions.create({ ...ask, stop: ['!'] })
    assert.equal(stopped.choices[0]?.message.content, 'Hello from the demo OpenAI provider')
    const short = await client.chat.completions.create({ ...ask, max_completion_tokens: 3, logprobs: true })
    assert.equal(short.choices[0]?.finish_reason, 'length')
    assert.equal(short.usage?.completion_tokens, 3)
    assert.equal(short.choices[0]?.logprobs?.content?.length, 3)
    const schema = { type: 'object', properties: { n: { type: 'integer' } } }
    const format = { type: 'json_schema' as const, json_schema: { name: 'x', schema } }
    const shaped = await client.chat.completions.create({ ...ask, response_format: format })
    assert.deepEqual(JSON.parse(shaped.choices[0]?.message.content ?? ''), { n: 1 })
  })

  test('refuses what the vendor refuses, in the vendor’s error form', async () => {
    const cases: readonly (readonly [object, number, string | null, string | null])[] = [
      [{ model: 'gpt-4o' }, 400, 'messages', 'invalid_value'],
      [{ model: 'gpt-4o', messages: [] }, 400, 'messages', 'invalid_value'],
      [{ model: 'gpt-4o', messages: hello, fancy: 1 }, 400, 'fancy', 'unknown_parameter'],
      [{ model: 'gpt-4o', messages: hello, temperature: 3 }, 400, 'temperature', 'invalid_value'],
      [{ model: 'gpt-4o', messages: hello, stream_options: { include_usage: true } }, 400, 'stream_options', null],
      [{ model: 'o3', messages: hello, max_tokens: 5 }, 400, 'max_tokens', 'unsupported_parameter'],
      [{ model: 'gpt-4o', messages: hello, tool_choice: 'auto' }, 400, 'tool_choice', null],
      [
        { model: 'gpt-4o', messages: [{ role: 'tool', tool_call_id: 'x', content: '' }] },
        400,
        'messages[0].role',
        null,
      ],
      [{ model: 'claude-sonnet-4-5', messages: hello }, 404, null, 'model_not_found'],
    ]
    for (const [body, status, param, code] of cases) {
      const error = await refused(body)
      assert.deepEqual([error.status, error.param, error.code], [status, param, code], JSON.stringify(body))
      assert.equal(error.type, 'invalid_request_error')
    }
  })

  test('answers 401 without a key, 404 for another path and 400 for half a body', async () => {
    const url = `${server.url}/v1/chat/completions`
    const key = { authorization: 'Bearer x', 'content-type': 'application/json' }
    const statuses = [
      await fetch(url, { method: 'POST', body: '{}' }),
      await fetch(`${server.url}/chat/completions`, { method: 'POST', body: '{}', headers: key }),
      await fetch(url, { method: 'POST', body: '{"model":', headers: key }),
    ].map(({ status }) => status)
    assert.deepEqual(statuses, [401, 404, 400])
  })
})
