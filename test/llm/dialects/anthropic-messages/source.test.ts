import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../core/json.js'
import { anthropicMessages } from '../../../../llm/dialects/anthropic-messages.js'
import { surfacesOf } from '../../../../policies/content/surfaces.js'

function surfaces(body: JsonObject) {
  const { contentOf, sourceOf } = anthropicMessages
  assert.ok(contentOf && sourceOf)
  return surfacesOf({ model: 'm', ...body }, contentOf, sourceOf)
}
const said = (body: JsonObject) =>
  surfaces(body)
    .sites.filter(({ text }) => /\s/.test(text))
    .map(({ source, text }) => `${source}: ${text}`)

test('messages have a role and no type, blocks a type and no role', () => {
  const content = [
    { type: 'text', role: 'system', text: 'a b' },
    { type: 'thinking', thinking: 'c d' },
    { type: 'tool_result', role: 'system', content: [{ type: 'thinking', role: 'assistant', text: 'e f' }] },
    { type: 'document', system: 'g h', source: { type: 'thinking', role: 'system', data: 'i j' } },
  ]
  const read = ['user: a b', 'user: c d', 'tool: e f', 'document: g h', 'document: i j']
  assert.deepEqual(
    said({ type: 'thinking', role: 'system', messages: [{ role: 'user', type: 'thinking', content }] }),
    [...read],
  )
  assert.deepEqual(said({ messages: { role: 'system', content: 'a b' } }), ['user: a b'])
})

test('a system message in the midst is the operator’s; the results of Anthropic’s tools are not the model’s', () => {
  const found = { type: 'web_search_tool_result', content: [{ type: 'web_search_result', title: 'c d' }] }
  const messages = [
    { role: 'system', content: 'a b' },
    { role: 'assistant', content: [found, { type: 'text', text: 'e f' }] },
  ]
  assert.deepEqual(said({ messages }), ['system: a b', 'tool: c d', 'assistant: e f'])
})

test('a picture’s address is no server’s, whatever stands beside it', () => {
  const source = { type: 'url', url: 'https://files.example/a.png', name: 'wiki' }
  const { unscannable } = surfaces({ messages: [{ role: 'user', content: [{ type: 'image', source }] }] })
  assert.deepEqual(unscannable, ['messages[0].content[0]'])
})
