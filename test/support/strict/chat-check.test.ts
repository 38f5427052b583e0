import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../core/json.js'
import { checkChat } from './chat-check.js'
import { CHAT_VENDORS } from './chat-vendors.js'

const USER = { role: 'user', content: 'weather in Rome?' }
const TOOLS = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } }]
const calling = (id: string, more: JsonObject = {}) => ({
  ...{ role: 'assistant', content: null, ...more },
  tool_calls: [{ id, type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } }],
})
const answering = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'rain' })

const check = (vendor: string, body: JsonObject) => {
  const rules = CHAT_VENDORS[vendor]
  assert.ok(rules, vendor)
  return checkChat({ model: 'm', messages: [USER], ...body }, rules)
}

test('every vendor takes a plain request, and a conversation with a tool', () => {
  for (const vendor of Object.keys(CHAT_VENDORS)) {
    assert.equal(check(vendor, {}).text, USER.content)
    const id = 'abcDEF123'
    const understood = check(vendor, { messages: [USER, calling(id), answering(id)], tools: TOOLS, stream: true })
    assert.deepEqual(understood.results, [{ args: { city: 'Rome' }, text: 'rain' }])
    assert.deepEqual(understood.tools, ['weather'])
    assert.equal(understood.stream, true)
  }
})

const IMAGE = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }
const SCHEMA = { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } }

/** What a vendor refuses, with a part of its words. */
const REFUSED: readonly (readonly [vendor: string, body: JsonObject, words: RegExp])[] = [
  ['openai', { messages: [] }, /Missing required parameter: 'messages'/],
  ['openai', { top_k: 5 }, /Unknown parameter: 'top_k'/],
  ['openai', { stream_options: { include_usage: true } }, /only allowed when 'stream'/],
  ['openai', { stop: ['a', 'b', 'c', 'd', 'e'] }, /maximum length 4/],
  ['openai', { tool_choice: 'auto' }, /only allowed when 'tools'/],
  ['openai', { tools: [] }, /empty array/],
  ['openai', { messages: [{ role: 'robot', content: 'hi' }] }, /Invalid value: 'robot'/],
  ['openai', { messages: [USER, calling('call_1')] }, /did not have response messages: call_1/],
  ['openai', { messages: [USER, answering('call_1')] }, /must be a response to a preceeding message/],
  ['openai', { messages: [USER, calling('x'.repeat(41)), answering('x'.repeat(41))] }, /maximum length 40/],
  ['openai', { messages: [USER, { role: 'assistant', content: 'a', reasoning_content: 'b' }] }, /reasoning_content/],
  ['openai', { response_format: { type: 'json_schema' } }, /response_format\.json_schema/],
  ['azure', { best_of: 2 }, /Unknown parameter: 'best_of'/],
  ['mistral', { seed: 1 }, /^seed$/],
  ['mistral', { messages: [USER, calling('call_1'), answering('call_1')] }, /length of 9/],
  ['mistral', { messages: [USER, calling('abcDEF123'), answering('abcDEF123'), USER] }, /'user' after role 'tool'/],
  ['mistral', { messages: [USER, { role: 'assistant', content: 'hi' }] }, /Expected last role User or Tool/],
  ['groq', { logprobs: true }, /property 'logprobs' is unsupported/],
  ['groq', { messages: [{ ...USER, name: 'ann' }] }, /messages\[0\]\.name/],
  ['groq', { n: 2 }, /must be at most 1/],
  ['deepseek', { messages: [{ role: 'developer', content: 'hi' }, USER] }, /unknown variant `developer`/],
  ['deepseek', { messages: [{ role: 'user', content: [IMAGE] }] }, /unknown variant `image_url`/],
  ['deepseek', { response_format: SCHEMA }, /response_format type is unavailable/],
  ['deepseek', { response_format: { type: 'json_object' } }, /must contain the word 'json'/],
  ['xai', { presence_penalty: 0.5 }, /Argument not supported/],
  ['together', { logprobs: true }, /logprobs must be an integer/],
  ['fireworks', { stream: true, stream_options: {} }, /Extra inputs are not permitted, field: 'stream_options'/],
  ['cerebras', { messages: [USER, { role: 'assistant', content: 'a', reasoning_content: 'b' }] }, /is unsupported/],
  ['perplexity', { messages: [USER, USER] }, /should alternate/],
  ['perplexity', { response_format: { type: 'json_object' } }, /unavailable/],
  ['ollama', { messages: [{ role: 'user', content: [IMAGE] }] }, /invalid image input/],
  ['vllm', { messages: [{ role: 'developer', content: 'hi' }, USER] }, /Unexpected message role/],
]

for (const [vendor, body, words] of REFUSED) {
  test(`${vendor} refuses: ${words.source}`, () => {
    assert.throws(() => check(vendor, body), { message: words })
  })
}
