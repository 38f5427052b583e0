import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, noAnswer } from './answer-shape.js'
import { differences } from './compare.js'
import type { Expected } from './recording.js'

const NO_USAGE = { input_total: null, cached_input: null, cache_write: null, output: null, reasoning: null }
const NOTHING: Expected = {
  kind: 'chat',
  text: '',
  reasoning: null,
  refusal: null,
  tool_calls: [],
  finish: null,
  finish_also: [],
  usage: NO_USAGE,
  error: null,
  extra: {},
}

/** The names of the fields that differ. */
const differing = (expected: Partial<Expected>, answer: Partial<Answer>, usage: 'yes' | 'no' = 'yes') =>
  differences({ ...NOTHING, ...expected }, { ...noAnswer, ...answer }, usage).map(({ field }) => field)

const call = (text: string) => [{ kind: 'function' as const, name: 'f', arguments: text }]

test('text, reasoning and refusal must be equal, where empty and absent are the same thought', () => {
  assert.deepEqual(differing({ text: 'a', reasoning: '' }, { text: 'a' }), [])
  assert.deepEqual(differing({ text: 'a' }, { text: 'a ' }), ['text'])
  assert.deepEqual(differing({ reasoning: 'r', refusal: 'no' }, {}), ['reasoning', 'refusal'])
})

test('tool calls are compared by name and parsed arguments', () => {
  const expected = { tool_calls: [{ name: 'f', arguments: { b: 1, a: [2] } }] }
  assert.deepEqual(differing(expected, { calls: call('{"a": [2], "b": 1}') }), [])
  assert.deepEqual(differing(expected, { calls: call('{"a": [2]}') }), ['tool_calls[0].arguments'])
  assert.deepEqual(differing(expected, { calls: [] }), ['tool_calls'])
  assert.deepEqual(differing({ tool_calls: [{ name: 'f', arguments: {} }] }, { calls: call('') }), [])
})

test('broken arguments must come as the provider wrote them', () => {
  const expected = { tool_calls: [{ name: 'f', arguments: null, arguments_raw: '{"a": [1' }] }
  assert.deepEqual(differing(expected, { calls: call('{"a": [1') }), [])
  assert.deepEqual(differing(expected, { calls: call('{"a": [1]}') }), ['tool_calls[0].arguments'])
})

test('a finish reason may be the expected one or one that a faithful gateway may report', () => {
  assert.deepEqual(differing({ finish: 'refusal', finish_also: ['content_filter'] }, { finish: 'content_filter' }), [])
  assert.deepEqual(differing({ finish: 'tool_calls' }, { finish: 'function_call' }), [])
  assert.deepEqual(differing({ finish: 'stop' }, { finish: 'length' }), ['finish'])
  assert.deepEqual(differing({ finish: 'stop' }, { finish: null }), ['finish'])
  assert.deepEqual(differing({ finish: 'other' }, { finish: 'stop' }), [])
})

test('usage is compared where the recording has it and the client may see it', () => {
  const expected = { usage: { ...NO_USAGE, input_total: 5, cached_input: 2, output: 3, reasoning: 0 } }
  const usage = { prompt_tokens: 5, prompt_tokens_details: { cached_tokens: 2 }, completion_tokens: 3 }
  assert.deepEqual(differing(expected, { usage }), [])
  assert.deepEqual(differing(expected, { usage: { ...usage, completion_tokens: 4 } }), ['usage.output'])
  assert.deepEqual(differing(expected, {}), ['usage.input_total', 'usage.cached_input', 'usage.output'])
  assert.deepEqual(differing(expected, {}, 'no'), [])
})

test('output that the provider reported without reasoning may pass as it was', () => {
  const expected = { usage: { ...NO_USAGE, output: 300 }, extra: { output_as_reported: 10 } }
  assert.deepEqual(differing(expected, { usage: { completion_tokens: 10 } }), [])
  assert.deepEqual(differing(expected, { usage: { completion_tokens: 300 } }), [])
  assert.deepEqual(differing(expected, { usage: { completion_tokens: 11 } }), ['usage.output'])
})

test('provider errors follow the error table', () => {
  const failed = (status: number, message = 'm') => ({ error: { status, message, inStream: false } })
  const expected = (status: number) => ({ kind: 'error', error: { status, message: 'm' } })
  for (const status of [400, 404, 413, 422, 429]) assert.deepEqual(differing(expected(status), failed(status)), [])
  for (const status of [401, 403, 500, 529]) assert.deepEqual(differing(expected(status), failed(502, 'x')), [])
  assert.deepEqual(differing(expected(400), failed(400, 'other words')), ['error.message'])
  assert.deepEqual(differing(expected(401), failed(401)), ['error.status'])
  assert.deepEqual(differing(expected(400), { text: 'fine' }), ['error'])
})

test('an error inside a stream is an error event after what came before it', () => {
  const expected = { text: 'half', error: { status: 200, message: 'died' } }
  const error = { status: null, message: 'it died', inStream: true }
  assert.deepEqual(differing(expected, { text: 'half', error }), [])
  assert.deepEqual(differing(expected, { text: 'ha', error }), ['text'])
  assert.deepEqual(differing(expected, { text: 'half' }), ['error'])
  assert.deepEqual(differing({ text: 'half' }, { text: 'half', error }), ['error'])
})

test('an error inside a stream before any content may come as a status', () => {
  const error = { status: 400, message: 'died', inStream: false }
  assert.deepEqual(differing({ error: { status: 200, message: 'died' } }, { error }), [])
})
