import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonValue } from '../../../../core/json.js'
import { withAcceptedIds } from '../../../../llm/dialects/anthropic-messages/foreign-ids.js'

const call = (id: string) => ({ type: 'tool_use', id, name: 'f', input: {} })
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'r' })
const turns = (ids: readonly string[]): JsonValue => [
  { role: 'user', content: 'hi' },
  { role: 'assistant', content: ids.map(call) },
  { role: 'user', content: ids.map(result) },
]

test('ids of other providers are put into the form of this API, in calls and results', () => {
  const changed = withAcceptedIds(turns(['functions.weather:0', 'toolu_1']))
  assert.deepEqual(changed, turns(['functions_weather_0', 'toolu_1']))
})

test('ids that are fine are left alone, and so is what holds none', () => {
  assert.equal(withAcceptedIds(turns(['toolu_1', 'call_x-2'])), undefined)
  assert.equal(withAcceptedIds('text'), undefined)
  assert.equal(
    withAcceptedIds([null, 5, { content: 'x' }, { content: [null, { type: 'tool_use', id: 7 }] }]),
    undefined,
  )
})

test('no two ids become one, and every result keeps its call', () => {
  const id = fc.string({ unit: fc.constantFrom('a', '_', '.', ':', '2') })
  fc.assert(
    fc.property(fc.uniqueArray(id, { maxLength: 8 }), (ids) => {
      const [, asked, answered] = JSON.parse(JSON.stringify(withAcceptedIds(turns(ids)) ?? turns(ids)))
      const calls: readonly string[] = asked.content.map((block: { id: string }) => block.id)
      const results = answered.content.map((block: { tool_use_id: string }) => block.tool_use_id)
      assert.equal(new Set(calls).size, ids.length)
      for (const one of calls) assert.match(one, /^[a-zA-Z0-9_-]+$/)
      assert.deepEqual(results, calls)
    }),
  )
})
