import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { startDemoAnthropic } from '../../demo/anthropic.js'
import type { DemoServer } from '../../demo/http-server.js'
import { instantPace } from '../../demo/pace.js'

describe('the demo Anthropic provider', () => {
  let server: DemoServer
  let client: Anthropic
  before(async () => {
    server = await startDemoAnthropic({ pace: instantPace })
    client = new Anthropic({ baseURL: server.url, apiKey: 'any', maxRetries: 0 })
  })
  after(() => server.close())

  const model = 'claude-haiku-4-5'
  const user = (content: string) => ({ role: 'user' as const, content })
  const ask = { model, max_tokens: 400, messages: [user('Say hello')] }
  const weather = {
    name: 'get_weather',
    input_schema: { type: 'object' as const, properties: { city: { type: 'string' } } },
  }
  const post = (body: object, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'x-api-key': 'k', 'anthropic-version': '2023-06-01', ...headers },
    })

  test('sends the whole event sequence, with a ping after the first block opens', async () => {
    const events = (await (await post({ ...ask, stream: true })).text()).match(/^event: .*$/gm) ?? []
    const once = events.filter((event, index) => event !== events[index - 1]).map((event) => event.slice(7))
    assert.deepEqual(once, [
      'message_start',
      'content_block_start',
      'ping',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
  })

  test('streams what it answers whole, and counts it the same', async () => {
    const whole = await client.messages.create(ask)
    const streamed = await client.messages.stream(ask).finalMessage()
    assert.deepEqual(streamed.content, whole.content)
    assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens)
    assert.equal(streamed.usage.input_tokens, whole.usage.input_tokens)
    assert.equal(streamed.model, 'claude-haiku-4-5-20251001')
    assert.equal(streamed.stop_reason, 'end_turn')
  })

  test('thinks when asked to, and signs the thought', async () => {
    const thinking = { type: 'enabled' as const, budget_tokens: 1024 }
    const { content } = await client.messages.stream({ ...ask, max_tokens: 2000, thinking }).finalMessage()
    assert.deepEqual(
      content.map(({ type }) => type),
      ['thinking', 'text'],
    )
    assert.ok(content[0]?.type === 'thinking' && content[0].thinking.length > 0 && content[0].signature.length > 0)
  })

  test('uses the tool that the prompt speaks of, and talks about its result afterwards', async () => {
    const question = user('What is the weather in Oslo now?')
    const asked = await client.messages.stream({ ...ask, messages: [question], tools: [weather] }).finalMessage()
    const [use] = asked.content
    assert.ok(use?.type === 'tool_use')
    assert.deepEqual(use.input, { city: 'Oslo' })
    assert.equal(asked.stop_reason, 'tool_use')
    const result = { type: 'tool_result' as const, tool_use_id: use.id, content: 'rain' }
    const turns = [
      question,
      { role: 'assistant' as const, content: asked.content },
      { role: 'user' as const, content: [result] },
    ]
    const next = await client.messages.create({ ...ask, messages: turns, tools: [weather] })
    assert.match(JSON.stringify(next.content), /rain/)
  })

  test('ends at a stop sequence or at max_tokens and says so', async () => {
    const stopped = await client.messages.create({ ...ask, stop_sequences: ['!'] })
    assert.deepEqual([stopped.stop_reason, stopped.stop_sequence], ['stop_sequence', '!'])
    const short = await client.messages.create({ ...ask, max_tokens: 2 })
    assert.deepEqual([short.stop_reason, short.usage.output_tokens], ['max_tokens', 2])
  })

  test('writes a marked prefix to its cache once and reads it from then on', async () => {
    const block = {
      type: 'text' as const,
      text: 'A long system prompt.',
      cache_control: { type: 'ephemeral' as const },
    }
    const first = (await client.messages.create({ ...ask, system: [block] })).usage
    const second = (await client.messages.create({ ...ask, system: [block] })).usage
    assert.ok((first.cache_creation_input_tokens ?? 0) > 0)
    assert.equal(first.cache_read_input_tokens, 0)
    assert.equal(second.cache_creation_input_tokens, 0)
    assert.equal(second.cache_read_input_tokens, first.cache_creation_input_tokens)
    assert.equal(second.input_tokens, first.input_tokens)
  })

  test('refuses what the vendor refuses, in the vendor’s error form', async () => {
    const use = { type: 'tool_use', id: 't1', name: 'get_weather', input: {} }
    const said = (content: unknown) => ({ role: 'assistant', content })
    const result = (id: string) => ({ type: 'tool_result', tool_use_id: id })
    const cases: readonly (readonly [object, RegExp])[] = [
      [{ model, messages: ask.messages }, /^max_tokens: /],
      [{ ...ask, fancy: 1 }, /^fancy: Extra inputs/],
      [{ ...ask, messages: [{ role: 'system', content: 'x' }] }, /^messages\.0\.role: /],
      [{ ...ask, messages: [said('x')] }, /first message must use the "user" role/],
      [{ ...ask, messages: [user('a'), user('b')] }, /roles must alternate/],
      [{ ...ask, messages: [user('')] }, /text content blocks must be non-empty/],
      [{ ...ask, messages: [user('a'), said('b ')] }, /trailing whitespace/],
      [{ ...ask, messages: [user('a'), said([use]), user('b')] }, /without `tool_result` blocks/],
      [{ ...ask, messages: [{ role: 'user', content: [result('t1')] }] }, /unexpected `tool_use_id`/],
      [
        {
          ...ask,
          messages: [user('a'), said([use]), { role: 'user', content: [{ type: 'text', text: 'b' }, result('t1')] }],
        },
        /must come first/,
      ],
      [{ ...ask, temperature: 1.5 }, /^temperature: /],
      [{ ...ask, thinking: { type: 'enabled', budget_tokens: 1024 } }, /budget_tokens/],
      [{ ...ask, tool_choice: { type: 'any' } }, /^tool_choice: /],
    ]
    for (const [body, message] of cases) {
      const response = await post(body)
      const { type, error, request_id: id } = JSON.parse(await response.text())
      assert.deepEqual(
        [response.status, type, error.type],
        [400, 'error', 'invalid_request_error'],
        JSON.stringify(body),
      )
      assert.match(error.message, message)
      assert.equal(id, response.headers.get('request-id'))
    }
  })

  test('takes sampling parameters under the older version of the API only', async () => {
    const body = { ...ask, temperature: 0.5, top_k: 3 }
    assert.equal((await post(body)).status, 200)
    assert.equal((await post(body, { 'anthropic-version': '2026-10-21' })).status, 400)
    assert.equal((await post(ask, { 'anthropic-version': '2026-10-21' })).status, 200)
  })

  test('wants a key, a version and a model of its own', async () => {
    const without = async (headers: Record<string, string>, body: object = ask) => {
      const response = await post(body, headers)
      return [response.status, JSON.parse(await response.text()).error.type]
    }
    assert.deepEqual(await without({ 'x-api-key': '' }), [401, 'authentication_error'])
    assert.deepEqual(await without({ 'anthropic-version': '1999-01-01' }), [400, 'invalid_request_error'])
    assert.deepEqual(await without({}, { ...ask, model: 'gpt-4o' }), [404, 'not_found_error'])
  })
})
