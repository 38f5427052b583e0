import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatewayError } from '../../../../core/errors.js'
import type { JsonObject } from '../../../../core/json.js'
import { anthropicMessages } from '../../../../llm/dialects/anthropic-messages.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { openaiCompletions } from '../../../../llm/dialects/openai-completions.js'

const read = (members: JsonObject) => openaiCompletions.decodeRequest({ model: 'm', prompt: 'once upon', ...members })
const translated = (members: JsonObject) => openaiChat.encodeRequest(read(members), {})
const written = (chat: JsonObject, limits = {}) =>
  openaiCompletions.encodeRequest(openaiChat.decodeRequest({ model: 'm', ...chat }), limits)

test('a prompt becomes a message of the user', () => {
  for (const prompt of ['once upon', ['once upon']]) {
    assert.deepEqual(translated({ prompt }).body, { model: 'm', messages: [{ role: 'user', content: 'once upon' }] })
  }
})

test('what both APIs know is kept, what only this one knows is reported', () => {
  const shared = { temperature: 0.5, top_p: 0.9, seed: 4, presence_penalty: 1, frequency_penalty: 1, n: 2, user: 'u' }
  const own = { suffix: 'end', echo: true, logprobs: 3, min_tokens: 4 }
  const { body, dropped } = translated({
    ...shared,
    ...own,
    stop: 'x',
    max_tokens: 7,
    logit_bias: { 5: 1 },
    best_of: 2,
  })
  const messages = [{ role: 'user', content: 'once upon' }]
  const expected = { model: 'm', messages, ...shared, stop: ['x'], max_completion_tokens: 7, logit_bias: { 5: 1 } }
  assert.deepEqual(body, expected)
  assert.deepEqual([...dropped].sort(), Object.keys(own).sort())
  assert.deepEqual(translated({ suffix: '', echo: false, logprobs: null, best_of: 1 }).dropped, [])
})

test('streams ask for usage', () => {
  const { body } = openaiCompletions.encodeRequest(read({ stream: true, echo: true }), {})
  const usual = { model: 'm', prompt: 'once upon', echo: true, stream: true, stream_options: { include_usage: true } }
  assert.deepEqual(body, usual)
  assert.equal(read({ stream: true, stream_options: { include_usage: true } }).includeUsage, true)
})

test("a client's own body changes only where it must", () => {
  const { patchRequest } = openaiCompletions
  assert.deepEqual(patchRequest({ prompt: 'x' }, 't'), { model: 't' })
  const asked = { stream: true, stream_options: { include_usage: true, other: 1 } }
  assert.deepEqual(patchRequest(asked, 't'), { model: 't' })
  assert.deepEqual(patchRequest({ stream: true, stream_options: { other: 1 } }, 't'), {
    model: 't',
    stream_options: { other: 1, include_usage: true },
  })
  assert.deepEqual(patchRequest({ max_tokens: 5 }, 't', 9), { model: 't' })
  assert.deepEqual(patchRequest({ max_tokens: 50 }, 't', 9), { model: 't', max_tokens: 9 })
  assert.deepEqual(patchRequest({}, 't', 9), { model: 't', max_tokens: 9 })
})

test('names the field that is wrong', () => {
  const wrong: readonly (readonly [JsonObject, string])[] = [
    [{ model: 7 }, 'model'],
    [{ prompt: null }, 'prompt'],
    [{ prompt: 7 }, 'prompt'],
    [{ prompt: [] }, 'prompt'],
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: [1, 2, 3] }, 'prompt'],
    [{ prompt: [[1], [2]] }, 'prompt'],
    [{ prompt: [{}] }, 'prompt[0]'],
    [{ best_of: 2 }, 'best_of'],
    [{ n: 0 }, 'n'],
    [{ stop: [7] }, 'stop[0]'],
    [{ stream: 'yes' }, 'stream'],
    [{ stream_options: { include_usage: 'yes' } }, 'stream_options.include_usage'],
  ]
  for (const [members, param] of wrong) {
    assert.throws(
      () => read(members),
      (error) => error instanceof GatewayError && error.code === 'malformed_request' && error.param === param,
      param,
    )
  }
})

test('a question by itself is a prompt; a conversation is a transcript that stops where the user would speak', () => {
  const ask = { role: 'user', content: 'Hello?' }
  assert.deepEqual(written({ messages: [ask] }).body, { model: 'm', prompt: 'Hello?' })
  const system = { role: 'system', content: 'Be kind.' }
  const answer = { role: 'assistant', content: 'Hi.' }
  const { body, dropped } = written({ messages: [system, ask, answer, { role: 'user', content: 'Bye.' }], stop: ['x'] })
  assert.equal(body['prompt'], 'System: Be kind.\n\nUser: Hello?\n\nAssistant: Hi.\n\nUser: Bye.\n\nAssistant:')
  assert.deepEqual([body['stop'], dropped], [['x', '\n\nUser:'], []])
})

test('what a chat asks for and a completion has no word for is reported', () => {
  const image = { type: 'image_url', image_url: { url: 'https://x.test/a.png' } }
  const content = [{ type: 'text', text: 'look' }, image]
  const tools = [{ type: 'function', function: { name: 'f', parameters: {} } }]
  const format = { type: 'json_object' }
  const { body, dropped } = written(
    {
      messages: [{ role: 'user', content }],
      tools,
      response_format: format,
      reasoning_effort: 'low',
      top_k: 3,
      n: 2,
      max_tokens: 90,
    },
    { maxOutput: 50 },
  )
  assert.deepEqual(body, { model: 'm', prompt: 'look', n: 2, max_tokens: 50 })
  assert.deepEqual([...dropped].sort(), ['image', 'reasoning_effort', 'response_format', 'tools', 'top_k'])
  const other = anthropicMessages.decodeRequest({
    model: 'm',
    max_tokens: 5,
    messages: [{ role: 'user', content: 'x' }],
    container: 'c',
  })
  assert.deepEqual(openaiCompletions.encodeRequest(other, {}).dropped, ['container'])
})
