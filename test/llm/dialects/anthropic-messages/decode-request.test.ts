import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GatewayError } from '../../../../core/errors.js'
import type { JsonObject } from '../../../../core/json.js'
import { decodeRequest } from '../../../../llm/dialects/anthropic-messages/decode-request.js'
import { encodeRequest } from '../../../../llm/dialects/anthropic-messages/encode-request.js'
import { extrasOf, mapOf } from '../../../support/chat-request.js'
import { jsonOf } from './fixtures.js'

const minimal = { model: 'claude-x', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] }

test('reads every part of a request', () => {
  const { messages, tools, extras, ...rest } = decodeRequest(jsonOf('request.json'))
  assert.deepEqual(
    messages.map(({ role }) => role),
    ['system', 'user', 'assistant', 'tool', 'user'],
  )
  assert.deepEqual(messages[0]?.content, [
    { type: 'text', text: 'You know tides.', cacheControl: { type: 'ephemeral', ttl: '1h' } },
  ])
  assert.deepEqual(messages[2]?.content, [
    { type: 'reasoning', text: 'I need the table.', signature: 'c2ln' },
    { type: 'reasoning', text: '', redacted: 'c2VjcmV0' },
    { type: 'tool-call', id: 'toolu_1', name: 'tide', arguments: '{"harbour":"Cuxhaven"}', kind: 'function' },
  ])
  assert.deepEqual(messages[3], {
    role: 'tool',
    callId: 'toolu_1',
    content: [{ type: 'text', text: '12:04' }],
    failed: false,
    cacheControl: { type: 'ephemeral' },
  })
  assert.deepEqual(messages[4]?.content.slice(1), [
    { type: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'iVBORw0KGgo=' } },
    { type: 'image', source: { kind: 'url', url: 'https://example.org/chart.png' } },
    { type: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'JVBERi0=' }, name: 'Table' },
    { type: 'file', source: { kind: 'data', mediaType: 'text/plain', data: 'RWJiZSB1bmQgRmx1dCDiiYggNiBo' } },
  ])
  assert.deepEqual(
    tools.map(({ kind }) => kind),
    ['function', 'opaque'],
  )
  assert.deepEqual(rest, {
    model: 'claude-sonnet-4-5',
    toolChoice: { mode: 'auto' },
    parallelToolCalls: false,
    maxOutputTokens: 4000,
    stop: ['END'],
    n: 1,
    reasoning: { mode: 'on', budgetTokens: 2000 },
    user: 'u-17',
    serviceTier: 'default',
    webSearch: { dialect: 'anthropic-messages', most: 2 },
    stream: true,
    includeUsage: true,
  })
  const own = { 'tools[0].defer_loading': true, 'thinking.display': 'summarized', container: 'container_1' }
  assert.deepEqual(extras, extrasOf('anthropic-messages', own))
})

test('gives the same request back when it is written for this API again', () => {
  const body = jsonOf('request.json')
  const { body: again, dropped } = encodeRequest(decodeRequest(body), {})
  assert.deepEqual(dropped, [])
  const { messages, ...rest } = body
  const { messages: written, ...others } = again
  assert.deepEqual(others, rest)
  assert.ok(Array.isArray(messages) && Array.isArray(written))
  assert.deepEqual(written[0], { role: 'user', content: [{ type: 'text', text: 'When is high water in Cuxhaven?' }] })
  assert.deepEqual(written.slice(1), messages.slice(1))
})

test('tools that search the web say how often they may, where the client said so', () => {
  const searching = (...tools: readonly JsonObject[]) => decodeRequest({ ...minimal, tools }).webSearch
  const web = (members: JsonObject = {}) => ({ type: 'web_search_20260209', name: 'web_search', ...members })
  assert.equal(searching(), undefined)
  assert.equal(searching({ type: 'web_fetch_20250910', name: 'web_fetch', max_uses: 3 }), undefined)
  assert.equal(searching({ name: 'web_search_20250305', input_schema: { type: 'object' } }), undefined)
  assert.deepEqual(searching(web({ max_uses: 3 })), { dialect: 'anthropic-messages', most: 3 })
  assert.deepEqual(searching(web({ max_uses: 3 }), web({ max_uses: 4 })), { dialect: 'anthropic-messages', most: 7 })
  for (const uses of [null, '3', -1, 1.5]) {
    assert.deepEqual(searching(web({ max_uses: uses }), web({ max_uses: 4 })), { dialect: 'anthropic-messages' })
  }
})

test('reads structured output, effort and every kind of thinking', () => {
  const read = (members: JsonObject) => decodeRequest({ ...minimal, ...members })
  const schema = { type: 'object' }
  const request = read({ output_config: { effort: 'low', format: { type: 'json_schema', schema }, task_budget: 9 } })
  assert.deepEqual(request.responseFormat, { type: 'json-schema', name: 'output', schema, strict: true })
  assert.deepEqual(request.reasoning, { effort: 'low' })
  assert.deepEqual(request.extras.fields, mapOf({ 'output_config.task_budget': 9 }))
  assert.deepEqual(read({ thinking: { type: 'disabled' } }).reasoning, { mode: 'off' })
  assert.deepEqual(read({ thinking: { type: 'adaptive' } }).reasoning, { mode: 'adaptive' })
  assert.deepEqual(read({ thinking: { type: 'between_tools' } }).reasoning, { mode: 'off' })
  assert.deepEqual(read({ tool_choice: { type: 'tool', name: 'f' } }).toolChoice, {
    mode: 'named',
    name: 'f',
    kind: 'function',
  })
})

test('keeps blocks that only this API has as opaque parts', () => {
  const block = { type: 'search_result', source: 's', title: 't', content: [] }
  const { messages } = decodeRequest({ ...minimal, messages: [{ role: 'user', content: [block] }] })
  assert.deepEqual(messages[0]?.content, [{ type: 'opaque', dialect: 'anthropic-messages', value: block }])
})

test('names the field that is wrong', () => {
  const user = (content: JsonObject[string]) => ({ ...minimal, messages: [{ role: 'user', content }] })
  const cases: readonly (readonly [JsonObject, string])[] = [
    [{ ...minimal, max_tokens: undefined }, 'max_tokens'],
    [{ ...minimal, max_tokens: 1.5 }, 'max_tokens'],
    [{ ...minimal, model: 7 }, 'model'],
    [{ ...minimal, messages: [] }, 'messages'],
    [{ ...minimal, messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].role'],
    [{ ...minimal, messages: [{ role: 'user' }] }, 'messages[0].content'],
    [user(7), 'messages[0].content'],
    [user([{ text: 'x' }]), 'messages[0].content[0].type'],
    [user([{ type: 'text' }]), 'messages[0].content[0].text'],
    [user([{ type: 'image', source: { type: 'url' } }]), 'messages[0].content[0].source.url'],
    [user([{ type: 'tool_result' }]), 'messages[0].content[0].tool_use_id'],
    [user([{ type: 'tool_result', tool_use_id: 'x', content: [1] }]), 'messages[0].content[0].content[0]'],
    [{ ...minimal, system: [{ type: 'image' }] }, 'system[0].type'],
    [{ ...minimal, temperature: 1.5 }, 'temperature'],
    [{ ...minimal, tools: [{ name: 'f' }] }, 'tools[0].input_schema'],
    [{ ...minimal, tool_choice: { type: 'tool' } }, 'tool_choice.name'],
    [{ ...minimal, thinking: { type: 'enabled' } }, 'thinking.budget_tokens'],
    [{ ...minimal, stop_sequences: [1] }, 'stop_sequences[0]'],
    [{ ...minimal, stream: 'yes' }, 'stream'],
  ]
  for (const [body, param] of cases) {
    assert.throws(
      () => decodeRequest(body),
      (error) => error instanceof GatewayError && error.code === 'malformed_request' && error.param === param,
      param,
    )
  }
})

test('answers any JSON object with a request or a 400', () => {
  const members = fc.record(
    Object.fromEntries(
      ['system', 'messages', 'tools', 'tool_choice', 'thinking', 'output_config', 'metadata', 'x'].map((name) => [
        name,
        fc.jsonValue(),
      ]),
    ),
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(members, (body) => {
      try {
        encodeRequest(decodeRequest({ ...minimal, ...body } as JsonObject), {})
      } catch (error) {
        assert.ok(error instanceof GatewayError && error.status === 400)
      }
    }),
  )
})
