import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AS_IT_IS,
  eachMessage,
  effortWords,
  forModels,
  inTurn,
  renamed,
  systemForDeveloper,
  without,
  withoutInMessages,
  withoutStreamOptions,
} from '../../../llm/providers/adjustments.js'
import { targetOf } from './adjusted.js'

const T = targetOf('m')

test('members that say something are taken away and reported; those that only say what holds anyway are not', () => {
  const adjust = without('store', 'metadata', 'user', 'logit_bias', 'parallel_tool_calls', 'n')
  assert.deepEqual(adjust({ store: false, metadata: {}, user: null, parallel_tool_calls: true }, T), {
    members: { store: undefined, metadata: undefined, user: undefined, parallel_tool_calls: undefined },
    dropped: [],
  })
  assert.deepEqual(
    adjust({ store: true, metadata: { a: 'b' }, user: 'u', parallel_tool_calls: false, n: 2 }, T).dropped,
    [...['store', 'metadata', 'user', 'parallel_tool_calls', 'n']],
  )
  assert.equal(adjust({ messages: [], n: 1 }, T), AS_IT_IS)
})

test('a renamed member takes the place of the one that had the name; null does not', () => {
  const adjust = renamed('a', 'b')
  assert.deepEqual(adjust({ a: 1, b: 2 }, T).members, { a: undefined, b: 1 })
  assert.deepEqual(adjust({ a: null, b: 2 }, T).members, { a: undefined })
  assert.equal(adjust({ b: 2 }, T), AS_IT_IS)
})

test('each step sees what those before it left, and everything is reported once', () => {
  const adjust = inTurn(renamed('a', 'b'), renamed('b', 'c'), without('c'), () => ({ members: {}, dropped: ['c'] }))
  assert.deepEqual(adjust({ a: 1 }, T), { members: { a: undefined, b: undefined, c: undefined }, dropped: ['c'] })
})

test('steps for some models leave the others alone', () => {
  const adjust = forModels(/^m/, without('user'))
  assert.deepEqual(adjust({ user: 'u' }, T).dropped, ['user'])
  assert.equal(adjust({ user: 'u' }, targetOf('x')), AS_IT_IS)
})

test('words for effort are mapped, others stay', () => {
  const adjust = effortWords({ max: 'high' })
  assert.deepEqual(adjust({ reasoning_effort: 'max' }, T).members, { reasoning_effort: 'high' })
  for (const reasoning_effort of ['low', 'constructor', null, 5])
    assert.equal(adjust({ reasoning_effort }, T), AS_IT_IS)
})

test('of stream options only those besides usage are reported', () => {
  assert.deepEqual(withoutStreamOptions({ stream_options: { include_usage: true } }, T), {
    members: { stream_options: undefined },
    dropped: [],
  })
  const { dropped } = withoutStreamOptions({ stream_options: { include_usage: true, include_obfuscation: false } }, T)
  assert.deepEqual(dropped, ['stream_options.include_obfuscation'])
})

test('messages are only written anew where one has changed, and may be anything', () => {
  const messages = [{ role: 'system', content: 'a' }, 'text', null, { role: 'developer', content: 'b', name: 'n' }]
  assert.deepEqual(systemForDeveloper({ messages }, T).members, {
    messages: [...messages.slice(0, 3), { role: 'system', content: 'b', name: 'n' }],
  })
  assert.equal(systemForDeveloper({ messages: messages.slice(0, 3) }, T), AS_IT_IS)
  assert.equal(eachMessage((message) => message)({ messages: 'no array' }, T), AS_IT_IS)
  const nameless = withoutInMessages(['user'], ['name', 'refusal'])
  const named = [
    { role: 'user', content: 'a', name: 'x', refusal: null },
    { role: 'tool', name: 't' },
  ]
  assert.deepEqual(nameless({ messages: named }, T), {
    members: { messages: [{ role: 'user', content: 'a' }, named[1]] },
    dropped: ['messages[].name'],
  })
})
