import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../core/json.js'
import { openaiResponses } from '../../../../llm/dialects/openai-responses.js'
import { surfacesOf } from '../../../../policies/content/surfaces.js'

function surfaces(body: JsonObject) {
  const { contentOf, sourceOf } = openaiResponses
  assert.ok(contentOf && sourceOf)
  return surfacesOf({ model: 'm', ...body }, contentOf, sourceOf)
}
const said = (body: JsonObject) =>
  surfaces(body)
    .sites.filter(({ text }) => /\s/.test(text))
    .map(({ source, text }) => `${source}: ${text}`)
const item = (value: JsonObject) => said({ input: [value] })

test('what is no item has neither role nor type', () => {
  assert.deepEqual(said({ role: 'developer', type: 'reasoning', input: 'a b' }), ['user: a b'])
  assert.deepEqual(said({ input: { role: 'developer', content: 'a b' } }), ['user: a b'])
  const part = { type: 'reasoning', role: 'developer', text: 'a b' }
  assert.deepEqual(item({ role: 'user', content: [part] }), ['user: a b'])
})

test('an item with a role and the type of another is taken for what guards read', () => {
  for (const type of ['reasoning', 'function_call', 'x_call', 'mcp_list_tools', 'of-a-later-day', '']) {
    assert.deepEqual(item({ type, role: 'user', content: 'a b' }), ['user: a b'])
    assert.deepEqual(item({ type, role: 'tool', content: 'a b' }), ['user: a b'])
  }
  assert.deepEqual(item({ type: 'function_call_output', role: 'system', output: 'a b' }), ['tool: a b'])
  assert.deepEqual(item({ type: 'of-a-later-day', content: 'a b' }), ['user: a b'])
  for (const type of [null, 'message', undefined]) {
    assert.deepEqual(item({ type, role: 'system', content: 'a b' }), ['system: a b'])
  }
})

test('tools that come later have the developer’s role, and formats of answers are definitions', () => {
  const tools = [{ type: 'function', name: 'f', description: 'a b', parameters: {} }]
  assert.deepEqual(item({ type: 'additional_tools', role: 'developer', tools }), ['definition: a b'])
  assert.deepEqual(item({ type: 'mcp_list_tools', server_label: 's', tools }), ['definition: a b'])
  assert.deepEqual(said({ text: { format: { type: 'json_schema', schema: { description: 'a b' } } } }), [
    'definition: a b',
  ])
})

test('what OpenAI keeps stays unreadable whatever stands beside its id', () => {
  const beside = { text: 'x', role: 'user', foo: 1 }
  const { unscannable } = surfaces({
    ...{ prompt: { id: 'pmpt_1', ...beside }, conversation: { id: 'conv_1', ...beside } },
    input: [
      { id: 'msg_1', ...beside },
      { id: 'msg_2', type: 'item_reference', ...beside },
    ],
  })
  assert.deepEqual(unscannable, ['prompt.id', 'conversation.id', 'input[0]', 'input[1]'])
})
