import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deepseek } from '../../../llm/providers/deepseek.js'
import { adjusted, targetOf, USER } from './adjusted.js'

const CALL = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }
const HISTORY = [
  ...USER,
  { role: 'assistant', content: 'Let me see.', tool_calls: [CALL] },
  { role: 'tool', tool_call_id: 'c', content: 'r' },
  { role: 'assistant', content: 'So.', reasoning_content: 'hm' },
]

test('members have the names that DeepSeek knows; those that it does not know are reported', () => {
  const { body, dropped } = adjusted(deepseek, {
    messages: [{ role: 'developer', content: 'Be brief.' }],
    ...{ max_completion_tokens: 5, n: 1, seed: 7, parallel_tool_calls: true, store: true },
  })
  assert.deepEqual(body, { messages: [{ role: 'system', content: 'Be brief.' }], max_tokens: 5, n: 1 })
  assert.deepEqual(dropped, ['seed', 'store'])
})

test('a schema goes into the prompt, which DeepSeek wants to speak of JSON', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } }
  const { body, dropped, emulated } = adjusted(deepseek, {
    response_format: { type: 'json_schema', json_schema: { name: 'n', schema } },
  })
  assert.deepEqual(body['response_format'], { type: 'json_object' })
  const [first, ...rest] = body['messages'] as readonly { role: string; content: string }[]
  assert.equal(first?.role, 'system')
  assert.ok(first.content.includes('JSON') && first.content.includes(JSON.stringify(schema)))
  assert.deepEqual(rest, USER)
  assert.deepEqual([dropped, emulated], [[], ['response_format']])
  assert.deepEqual(adjusted(deepseek, { response_format: { type: 'json_object' } }).dropped, [])
})

test('no effort is a switch', () => {
  assert.deepEqual(adjusted(deepseek, { reasoning_effort: 'none' }).body, {
    messages: USER,
    thinking: { type: 'disabled' },
  })
  assert.deepEqual(adjusted(deepseek, { reasoning_effort: 'high' }).body, { messages: USER, reasoning_effort: 'high' })
})

test('where the model thinks, every turn of a history with tool calls has its reasoning', () => {
  const sent = (model: string, more: object = {}) =>
    adjusted(deepseek, { messages: HISTORY, ...more }, targetOf(model)).body['messages']
  const filled = HISTORY.map((message, index) => (index === 1 ? { ...message, reasoning_content: '' } : message))
  assert.deepEqual(sent('deepseek-v4-pro'), filled)
  assert.deepEqual(sent('deepseek-reasoner'), filled)
  assert.deepEqual(sent('deepseek-chat'), HISTORY)
  assert.deepEqual(sent('deepseek-v4-pro', { thinking: { type: 'disabled' } }), HISTORY)
  assert.deepEqual(sent('deepseek-v4-pro', { reasoning_effort: 'none' }), HISTORY)
  const chat = [...USER, { role: 'assistant', content: 'ho' }]
  assert.deepEqual(adjusted(deepseek, { messages: chat }, targetOf('deepseek-v4-pro')).body['messages'], chat)
})

test('the reasoner is not asked for log probabilities', () => {
  const ask = { logprobs: true, top_logprobs: 2 }
  assert.deepEqual(adjusted(deepseek, ask, targetOf('deepseek-reasoner')).dropped, ['logprobs', 'top_logprobs'])
  assert.deepEqual(adjusted(deepseek, ask, targetOf('deepseek-chat')).dropped, [])
})
