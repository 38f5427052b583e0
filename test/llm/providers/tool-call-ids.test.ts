import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { AS_IT_IS } from '../../../llm/providers/adjustments.js'
import { nineCharacterIds } from '../../../llm/providers/tool-call-ids.js'
import { targetOf } from './adjusted.js'

const history = (ids: readonly string[]): readonly JsonObject[] => [
  {
    role: 'assistant',
    content: null,
    tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } })),
  },
  ...ids.map((id) => ({ role: 'tool', tool_call_id: id, content: id })),
]

function idsAfter(ids: readonly string[]): { readonly calls: readonly string[]; readonly results: readonly string[] } {
  const messages = history(ids)
  const { members } = nineCharacterIds({ messages }, targetOf('m'))
  const [first, ...results] = (members['messages'] ?? messages) as readonly JsonObject[]
  const calls = (first?.['tool_calls'] ?? []) as readonly JsonObject[]
  return { calls: calls.map(({ id }) => String(id)), results: results.map((result) => String(result['tool_call_id'])) }
}

test('ids of the right form stay, and the messages with them', () => {
  assert.equal(nineCharacterIds({ messages: history(['abcDEF123']) }, targetOf('m')), AS_IT_IS)
  assert.equal(nineCharacterIds({}, targetOf('m')), AS_IT_IS)
})

test('an id is the same in every turn, whatever else there is', () => {
  const [alone] = idsAfter(['call_PTLP8xhu3uwZk4l3nlnrrJha']).calls
  assert.equal(idsAfter(['toolu_1', 'call_PTLP8xhu3uwZk4l3nlnrrJha', 'abcDEF123']).calls[1], alone)
})

test('every call gets nine letters and digits of its own, and its result the same', () => {
  const id = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 9, maxLength: 9 }))
  fc.assert(
    fc.property(fc.uniqueArray(id, { minLength: 1, maxLength: 30 }), (ids) => {
      const { calls, results } = idsAfter(ids)
      for (const made of calls) assert.match(made, /^[a-zA-Z0-9]{9}$/)
      assert.equal(new Set(calls).size, ids.length)
      assert.deepEqual(results, calls)
      for (const [index, given] of ids.entries()) if (/^[a-zA-Z0-9]{9}$/.test(given)) assert.equal(calls[index], given)
    }),
  )
})

test('a made id does not take the place of one that is in use', () => {
  const made = idsAfter(['call_1']).calls[0] ?? ''
  const { calls } = idsAfter(['call_1', made])
  assert.equal(calls[1], made)
  assert.notEqual(calls[0], made)
})

test('whatever else the messages hold stays as it is', () => {
  const odd: readonly JsonValue[] = [
    null,
    'x',
    { tool_calls: 'none' },
    { tool_calls: [null, { function: {} }], tool_call_id: 5 },
  ]
  const { members } = nineCharacterIds({ messages: [...odd, ...history(['call_1'])] }, targetOf('m'))
  assert.deepEqual((members['messages'] as readonly JsonValue[]).slice(0, 4), odd)
})
