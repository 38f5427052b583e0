import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest, Tool } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import { atOnce } from '../../../../core/turns.js'
import { anthropicMessages } from '../../../../llm/dialects/anthropic-messages.js'
import { bedrockConverse } from '../../../../llm/dialects/bedrock-converse.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { emulateFormat } from '../../../../llm/dialects/shared/emulated-format.js'
import { chatRequestOf } from '../../../support/chat-request.js'
import { jsonAt } from '../../../support/json-at.js'

const OLD = 'claude-sonnet-4-20250514'
const schema = { type: 'object', properties: { city: { type: 'string', minLength: 1 } }, required: ['city'] }
const responseFormat = { type: 'json-schema', name: 'a place', description: 'Where it is.', schema } as const
const look: Tool = { kind: 'function', name: 'look' }
const messages: ChatRequest['messages'] = [{ role: 'user', content: [{ type: 'text', text: 'Where?' }] }]

const encoded = (members: Partial<ChatRequest>, dialect = anthropicMessages) =>
  dialect.encodeRequest(chatRequestOf({ model: OLD, messages, responseFormat, ...members }), {})

const choiceFor = (members: Partial<ChatRequest>) =>
  atOnce(emulateFormat(chatRequestOf({ messages, responseFormat, ...members }), 'named'))?.request.toolChoice

test('a schema is a forced tool that has its name, for Claude before structured outputs', () => {
  const { body, dropped, emulated, restore } = encoded({})
  const tool = { name: 'a_place', description: 'Where it is.', input_schema: schema }
  assert.deepEqual([body['tools'], body['tool_choice']], [[tool], { type: 'tool', name: 'a_place' }])
  assert.deepEqual([dropped, emulated, typeof restore], [[], ['response_format'], 'function'])
})

test('a model that has structured outputs is asked for them', () => {
  const { body, emulated, restore } = encoded({ model: 'claude-sonnet-4-5' })
  assert.deepEqual([body['tools'], emulated, restore], [undefined, undefined, undefined])
  assert.equal(jsonAt(body, 'output_config', 'format', 'type'), 'json_schema')
})

test('hosts that were later with structured outputs are known by how they write names', () => {
  const native = (model: string) => encoded({ model }).emulated === undefined
  assert.deepEqual(
    ['claude-opus-4-1', 'anthropic.claude-opus-4-1-20250805-v1:0', 'claude-opus-4-1@20250805'].map(native),
    [true, false, false],
  )
  assert.deepEqual(['claude-sonnet-4-5@20250929', 'claude-opus-4-6', 'anthropic.claude-opus-4-6-v1'].map(native), [
    ...[false, true, true],
  ])
})

test('Nova and older Claude on Converse get the same, where a tool can be forced', () => {
  for (const model of ['amazon.nova-pro-v1:0', 'anthropic.claude-3-5-sonnet-20241022-v2:0']) {
    const { body, dropped, emulated } = encoded({ model }, bedrockConverse)
    assert.equal(jsonAt(body, 'toolConfig', 'tools', 0, 'toolSpec', 'name'), 'a_place', model)
    assert.deepEqual(jsonAt(body, 'toolConfig', 'toolChoice'), { tool: { name: 'a_place' } })
    assert.deepEqual([dropped, emulated], [[], ['response_format']])
  }
  const llama = encoded({ model: 'meta.llama3-1-70b-instruct-v1:0' }, bedrockConverse)
  assert.deepEqual([llama.body['toolConfig'], llama.dropped, llama.emulated], [undefined, [], ['response_format']])
  assert.match(String(jsonAt(llama.body, 'system', 0, 'text')), /"minLength":1/)
})

test("the client's own tools may be called, or the answer given", () => {
  assert.deepEqual(choiceFor({ tools: [look] }), { mode: 'required' })
  assert.deepEqual(choiceFor({ tools: [look], toolChoice: { mode: 'auto' } }), { mode: 'required' })
  const allowed = { mode: 'allowed', require: 'auto', names: ['look'] } as const
  assert.deepEqual(choiceFor({ tools: [look], toolChoice: allowed }), {
    ...{ mode: 'allowed', require: 'required', names: ['look', 'a_place'] },
  })
  assert.deepEqual(choiceFor({ tools: [look], toolChoice: { mode: 'none' } }), {
    ...{ mode: 'named', name: 'a_place', kind: 'function' },
  })
})

test('a call that is forced stays forced', () => {
  const named = { mode: 'named', name: 'look', kind: 'function' } as const
  for (const toolChoice of [named, { mode: 'required' }] as const) {
    assert.deepEqual(choiceFor({ tools: [look], toolChoice }), toolChoice)
  }
})

test('no name is taken twice, and none is longer than the APIs allow', () => {
  const names = (format: Partial<typeof responseFormat>, tools: readonly Tool[] = []) =>
    atOnce(
      emulateFormat(chatRequestOf({ responseFormat: { ...responseFormat, ...format }, tools }), 'named'),
    )?.request.tools.map((tool) => (tool.kind === 'opaque' ? '' : tool.name))
  assert.deepEqual(names({}, [{ kind: 'function', name: 'a_place' }]), ['a_place', 'a_place_'])
  assert.equal(names({ name: 'x'.repeat(300) } as object)?.[0]?.length, 60)
})

test('thinking is kept, and the schema said in words', () => {
  const { body, dropped, emulated } = encoded({ reasoning: { budgetTokens: 2000 }, maxOutputTokens: 4000 })
  assert.deepEqual([jsonAt(body, 'thinking', 'type'), body['tools']], ['enabled', undefined])
  assert.deepEqual([dropped, emulated], [[], ['response_format']])
  assert.match(String(jsonAt(body, 'system', 0, 'text')), /JSON Schema: \{"type":"object"/)
})

test('JSON without a schema, and a schema of something else than an object, are said in words', () => {
  const json = encoded({ responseFormat: { type: 'json' }, model: 'claude-sonnet-4-5' })
  assert.match(String(jsonAt(json.body, 'system', 0, 'text')), /one JSON object/)
  assert.deepEqual(json.emulated, ['response_format'])
  const list = encoded({ responseFormat: { ...responseFormat, schema: { type: 'array' } as JsonObject } })
  assert.equal(list.body['tools'], undefined)
})

test('Gemini before 3 is told in words beside functions', () => {
  const { body, dropped, emulated } = encoded({ model: 'gemini-2.5-flash', tools: [look] }, gemini)
  assert.equal(jsonAt(body, 'generationConfig'), undefined)
  assert.match(String(jsonAt(body, 'systemInstruction', 'parts', 0, 'text')), /JSON Schema/)
  assert.deepEqual([dropped, emulated], [[], ['response_format']])
})

test('the instruction does not move what is reported by its place', () => {
  const sound = { type: 'audio', format: 'wav', data: 'AAAA' } as const
  const asked: ChatRequest['messages'] = [...messages, { role: 'user', content: [sound] }]
  assert.deepEqual(encoded({ messages: asked, responseFormat: { type: 'json' } }).dropped, ['messages[1].content[0]'])
})
