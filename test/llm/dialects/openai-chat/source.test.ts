import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../core/json.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { surfacesOf } from '../../../../policies/content/surfaces.js'

function said(body: JsonObject): readonly string[] {
  const { contentOf, sourceOf } = openaiChat
  assert.ok(contentOf && sourceOf)
  const { sites } = surfacesOf({ model: 'm', ...body }, contentOf, sourceOf)
  return sites.filter(({ text }) => /\s/.test(text)).map(({ source, text }) => `${source}: ${text}`)
}

test('of the body itself neither role nor type counts', () => {
  const messages = [
    { role: 'user', content: 'a b' },
    { role: 'tool', tool_call_id: 'c', content: 'c d' },
  ]
  assert.deepEqual(said({ role: 'system', type: 'thinking', messages }), ['user: a b', 'tool: c d'])
})

test('a part has no role, a message no type', () => {
  assert.deepEqual(
    said({
      messages: [
        { role: 'user', type: 'thinking', content: [{ type: 'text', role: 'system', text: 'a b' }] },
        { role: 'tool', type: 'mcp_list_tools', tool_call_id: 'c', content: [{ role: 'system', text: 'c d' }] },
        { role: 'user', tool_calls: [{ function: { arguments: 'e f' } }], tools: ['g h'], instructions: 'i j' },
      ],
    }),
    ['user: a b', 'tool: c d', 'user: e f', 'user: g h', 'user: i j'],
  )
})

test('whoever has no role that the API knows is the user', () => {
  const roles = ['System', 'ipython', 'model', null, 1, ['system'], undefined]
  for (const role of roles) assert.deepEqual(said({ messages: [{ role, content: 'a b' }] }), ['user: a b'])
})

test('strings among the parts, and content that is an object, are their speaker’s', () => {
  for (const role of ['user', 'tool', 'assistant']) {
    assert.deepEqual(said({ messages: [{ role, content: ['a b', { type: 'of-a-later-day', note: ['c d'] }] }] }), [
      ...[`${role}: a b`, `${role}: c d`],
    ])
    assert.deepEqual(
      said({
        messages: [{ role, content: { type: 'thinking', role: 'system', text: 'a b', nobody_knows: { deep: 'c d' } } }],
      }),
      [`${role}: a b`, `${role}: c d`],
    )
  }
})

test('messages that are no list have no roles', () => {
  const message = { role: 'system', type: 'thinking', content: 'a b' }
  assert.deepEqual(said({ messages: message }), ['user: a b'])
  assert.deepEqual(said({ messages: { '0': message } }), ['user: a b'])
  assert.deepEqual(said({ messages: [[message]] }), ['user: a b'])
  assert.deepEqual(said({ messages: 'a b' }), ['user: a b'])
})
