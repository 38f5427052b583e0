import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mistral } from '../../../llm/providers/mistral.js'
import { adjusted, USER } from './adjusted.js'

test('members have the names that Mistral knows, and a stream is not asked for usage', () => {
  const { body, dropped } = adjusted(mistral, {
    max_completion_tokens: 5,
    seed: 7,
    stream: true,
    stream_options: { include_usage: true },
  })
  assert.deepEqual(body, { messages: USER, max_tokens: 5, random_seed: 7, stream: true })
  assert.deepEqual(dropped, [])
})

test('members that it answers with 422 are dropped and reported; what it knows stays', () => {
  const known = {
    ...{ n: 2, stop: ['x'], temperature: 0.1, top_p: 0.5, presence_penalty: 1, frequency_penalty: 1 },
    ...{ tool_choice: 'required', parallel_tool_calls: false, prompt_cache_key: 'k', metadata: { a: 'b' } },
    ...{ safe_prompt: true, response_format: { type: 'json_schema', json_schema: { name: 'n', schema: {} } } },
  }
  const { body, dropped } = adjusted(mistral, { ...known, store: false, user: 'u', logprobs: true, top_logprobs: 2 })
  assert.deepEqual(body, { messages: USER, ...known })
  assert.deepEqual(dropped, ['user', 'logprobs', 'top_logprobs'])
})

test('effort is on or off', () => {
  const word = (reasoning_effort: string) => adjusted(mistral, { reasoning_effort }).body['reasoning_effort']
  assert.deepEqual(['none', 'minimal', 'low', 'medium', 'high', 'max'].map(word), [
    ...['none', 'none', 'high', 'high', 'high', 'high'],
  ])
})

test('messages have no developer, and of other members only those that it knows', () => {
  const { body, dropped } = adjusted(mistral, {
    messages: [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: 'hi', name: 'ann' },
      { role: 'assistant', content: 'ho', refusal: null, annotations: [], reasoning_content: 'hm', prefix: true },
      { role: 'tool', content: 'r', tool_call_id: 'abcdefghi', name: 'f' },
    ],
  })
  assert.deepEqual(body['messages'], [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: 'ho', prefix: true },
    { role: 'tool', content: 'r', tool_call_id: 'abcdefghi', name: 'f' },
  ])
  assert.deepEqual(dropped, ['messages[].name', 'messages[].reasoning_content'])
})
