import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, type AnswerUsage, noAnswer } from './answer-shape.js'
import { differences, type View } from './compare.js'
import type { Expected } from './recording.js'
import { chatProjection, completionsProjection, geminiProjection, messagesProjection } from './recordings/projection.js'

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

const CHAT: View = { projection: chatProjection, stream: false, usage: 'yes', made: 'translated' }

/** The names of the fields that differ. */
const differing = (expected: Partial<Expected>, answer: Partial<Answer>, view: Partial<View> = {}) => {
  const readings = [{ by: 'the body', answer: { ...noAnswer, ...answer } }]
  return differences({ ...NOTHING, ...expected }, readings, { ...CHAT, ...view }).map(({ field }) => field)
}

const USAGE: AnswerUsage = { input: 5, cachedInput: 2, cacheWrite: null, output: 3, reasoning: null }

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
  assert.deepEqual(differing(expected, { usage: USAGE }), [])
  assert.deepEqual(differing(expected, { usage: { ...USAGE, output: 4 } }), ['usage.output'])
  assert.deepEqual(differing(expected, {}), ['usage.input_total', 'usage.cached_input', 'usage.output'])
  assert.deepEqual(differing(expected, {}, { usage: 'no' }), [])
  const written = { usage: { ...NO_USAGE, cache_write: 7 } }
  assert.deepEqual(differing(written, { usage: USAGE }), ['usage.cache_write'])
  assert.deepEqual(differing(written, { usage: USAGE }, { projection: geminiProjection }), [])
})

test('output that the provider reported without reasoning may pass as it was, but not through another dialect', () => {
  const expected = { usage: { ...NO_USAGE, output: 300 }, extra: { output_as_reported: 10 } }
  const reported = { usage: { ...USAGE, output: 10 } }
  assert.deepEqual(differing(expected, reported, { made: 'own' }), [])
  assert.deepEqual(differing(expected, reported), ['usage.output'])
  assert.deepEqual(differing(expected, { usage: { ...USAGE, output: 300 } }), [])
  assert.deepEqual(differing(expected, { usage: { ...USAGE, output: 11 } }, { made: 'own' }), ['usage.output'])
})

test('where parts are counted beside each other, no sum is less than what a provider says of them', () => {
  const cached = { usage: { ...NO_USAGE, input_total: 10, cached_input: 161 } }
  const read = { usage: { ...USAGE, input: 161, cachedInput: 161 } }
  assert.deepEqual(differing(cached, read, { projection: messagesProjection }), [])
  assert.deepEqual(differing(cached, read), ['usage.input_total'])
  const thought = { usage: { ...NO_USAGE, output: 105, reasoning: 112 } }
  const spent = { usage: { ...USAGE, output: 112, reasoning: 112 } }
  assert.deepEqual(differing(thought, spent, { projection: geminiProjection }), [])
  assert.deepEqual(differing(thought, spent, { projection: geminiProjection, made: 'own' }), ['usage.output'])
})

test('a dialect is asked only for what it can say', () => {
  const refused = { text: '', refusal: 'no', finish: 'refusal', finish_also: ['content_filter', 'stop'] }
  assert.deepEqual(differing(refused, { refusal: 'no', finish: 'content_filter' }), [])
  assert.deepEqual(differing(refused, { text: 'no', finish: 'refusal' }, { projection: messagesProjection }), [])
  assert.deepEqual(differing(refused, { text: 'no', finish: 'SAFETY' }, { projection: geminiProjection }), [])
  assert.deepEqual(differing(refused, { finish: 'SAFETY' }, { projection: geminiProjection }), ['text'])
  const called = { tool_calls: [{ name: 'f', arguments: {} }], reasoning: 'r', finish: 'tool_calls' }
  assert.deepEqual(differing(called, { finish: 'stop' }, { projection: completionsProjection }), [])
  assert.deepEqual(differing(called, { finish: 'stop' }), ['reasoning', 'tool_calls', 'finish'])
})

test('arguments that are no object stand in one where the dialect has only objects', () => {
  const expected = { tool_calls: [{ name: 'f', arguments: null, arguments_raw: '{"a": [1' }] }
  const wrapped = { calls: call('{"_raw":"{\\"a\\": [1"}') }
  assert.deepEqual(differing(expected, wrapped, { projection: messagesProjection }), [])
  assert.deepEqual(differing(expected, wrapped), ['tool_calls[0].arguments'])
  assert.deepEqual(differing(expected, wrapped, { projection: messagesProjection, stream: true }), [
    'tool_calls[0].arguments',
  ])
  const nothing = { tool_calls: [{ name: 'f', arguments: null, arguments_raw: '' }] }
  assert.deepEqual(differing(nothing, { calls: call('{}') }), [])
})

test('every reading of an answer must be right, and is named', () => {
  const right = { by: 'the chunks', answer: { ...noAnswer, text: 'a' } }
  const wrong = { by: 'the helper', answer: { ...noAnswer, text: 'b' } }
  const found = differences({ ...NOTHING, text: 'a' }, [right, wrong], CHAT)
  assert.deepEqual(
    found.map(({ field }) => field),
    ['the helper: text'],
  )
})

test('vectors are compared by their number, length and first numbers', () => {
  const expected = {
    kind: 'embeddings',
    extra: { embedding: { count: 2, dims: 3, first3: [0.1, -0.2, 0.3] } },
    usage: { ...NO_USAGE, input_total: 4 },
  }
  const vectors = { count: 2, dims: 3, first: [Math.fround(0.1), -0.2, 0.3] }
  assert.deepEqual(differing(expected, { vectors, usage: { ...USAGE, input: 4 } }), [])
  assert.deepEqual(differing(expected, { vectors: { count: 1, dims: 2, first: [0.1, 0.2] }, usage: USAGE }), [
    ...['vectors', 'vectors.dims', 'vectors[0]', 'usage.input_total'],
  ])
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
