import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GatewayError } from '../../../../core/errors.js'
import type { JsonObject } from '../../../../core/json.js'
import { cohereChat } from '../../../../llm/dialects/cohere-chat.js'
import { extrasOf } from '../../../support/chat-request.js'
import { jsonOf } from './answer.js'

const everything = jsonOf('request-with-everything.json')

test('reads a request with everything', () => {
  const { messages, tools, extras, ...others } = cohereChat.decodeRequest(everything)
  assert.deepEqual(others, {
    model: 'command-a-plus-05-2026',
    toolChoice: { mode: 'required' },
    responseFormat: {
      type: 'json-schema',
      name: 'response',
      schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
    },
    maxOutputTokens: 500,
    temperature: 0.5,
    topP: 0.9,
    topK: 40,
    seed: 7,
    frequencyPenalty: 0.2,
    presencePenalty: 0.1,
    stop: ['END'],
    n: 1,
    logprobs: {},
    reasoning: { mode: 'on', budgetTokens: 2048 },
    stream: true,
    includeUsage: true,
  })
  assert.deepEqual([...extras.fields.keys()], ['documents', 'citation_options', 'safety_mode', 'priority'])
  assert.deepEqual(
    tools.map((tool) => tool.kind === 'function' && [tool.name, tool.strict]),
    [
      ['look', true],
      ['wait', true],
    ],
  )
  const document = { id: 'd1', data: { output: 'a buoy' } }
  const citations = [{ start: 2, end: 5, text: 'red', sources: [] }]
  const own = (fields: JsonObject) => ({ dialect: 'cohere-chat', fields })
  assert.deepEqual(messages, [
    { role: 'system', content: [{ type: 'text', text: 'You know the sea.' }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'iVBORw0+/w==' }, detail: 'low' },
        { type: 'image', source: { kind: 'url', url: 'https://example.com/pier.png' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Let me look.' },
        { type: 'text', text: 'Looking.' },
        { type: 'reasoning', text: 'I will look at the buoy.', extras: own({ tool_plan: true }) },
        { type: 'tool-call', id: 'look_1', name: 'look', arguments: '{"at":"buoy"}', kind: 'function' },
      ],
    },
    {
      role: 'tool',
      callId: 'look_1',
      content: [
        { type: 'text', text: '{"output":"a buoy"}', extras: own({ document }) },
        { type: 'text', text: 'red' },
      ],
    },
    { role: 'assistant', content: [{ type: 'text', text: 'A red buoy.', extras: own({ citations }) }] },
    { role: 'user', content: [{ type: 'text', text: 'And now?' }] },
  ])
})

test('citations are kept once, on the first text', () => {
  const citations = [{ start: 0, end: 1 }]
  const content = ['a', 'b'].map((text) => ({ type: 'text', text }))
  const given = { model: 'm', messages: [{ role: 'assistant', content, citations }] }
  const asked = cohereChat.decodeRequest(given)
  assert.deepEqual(cohereChat.encodeRequest(asked, {}).body['messages'], given.messages)
})

test('reads the older name of a schema, and defaults as absent', () => {
  const asked = (members: JsonObject) =>
    cohereChat.decodeRequest({ model: 'm', messages: [{ role: 'user', content: 'x' }], ...members })
  const schema = { type: 'object' }
  assert.deepEqual(asked({ response_format: { type: 'json_object', schema } }).responseFormat, {
    type: 'json-schema',
    name: 'response',
    schema,
  })
  assert.deepEqual(asked({ response_format: { type: 'json_object' } }).responseFormat, { type: 'json' })
  assert.deepEqual(asked({ response_format: { type: 'text' } }).responseFormat, { type: 'text' })
  assert.deepEqual(asked({ k: 0, logprobs: false, seed: null, documents: null, thinking: { type: 'disabled' } }), {
    model: 'm',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }],
    tools: [],
    stop: [],
    n: 1,
    reasoning: { mode: 'off' },
    stream: false,
    includeUsage: true,
    extras: extrasOf('cohere-chat'),
  })
})

test('names the member that is wrong', () => {
  const message = (value: unknown) => ({ messages: [value] })
  const wrong: readonly (readonly [string, object])[] = [
    ['messages', { messages: undefined }],
    ['messages', { messages: [] }],
    ['messages[0]', message('x')],
    ['messages[0].role', message({ role: 'developer', content: 'x' })],
    ['messages[0].role', message({ content: 'x' })],
    ['messages[0].content', message({ role: 'user', content: 7 })],
    ['messages[0].content[0].type', message({ role: 'user', content: [{}] })],
    ['messages[0].content[0].text', message({ role: 'user', content: [{ type: 'text' }] })],
    [
      'messages[0].content[0].image_url.url',
      message({ role: 'user', content: [{ type: 'image_url', image_url: {} }] }),
    ],
    ['messages[0].content[0].thinking', message({ role: 'assistant', content: [{ type: 'thinking' }] })],
    ['messages[0].tool_call_id', message({ role: 'tool', content: 'x' })],
    ['messages[0].tool_calls[0].id', message({ role: 'assistant', tool_calls: [{ function: { name: 'f' } }] })],
    ['messages[0].tool_calls[0].function', message({ role: 'assistant', tool_calls: [{ id: 'a' }] })],
    ['model', { model: undefined }],
    ['tools[0].type', { tools: [{ type: 'custom' }] }],
    ['tools[0].function.name', { tools: [{ function: {} }] }],
    ['tool_choice', { tool_choice: 'auto' }],
    ['response_format.type', { response_format: {} }],
    ['stop_sequences[0]', { stop_sequences: [1] }],
    ['thinking.type', { thinking: { type: 'on' } }],
    ['thinking.token_budget', { thinking: { type: 'enabled', token_budget: 0 } }],
    ['max_tokens', { max_tokens: 0 }],
    ['p', { p: 2 }],
    ['k', { k: -1 }],
    ['seed', { seed: 1.5 }],
    ['stream', { stream: 'yes' }],
  ]
  for (const [param, members] of wrong) {
    const body = { model: 'm', messages: [{ role: 'user', content: 'x' }], ...members } as JsonObject
    assert.throws(
      () => cohereChat.decodeRequest(body),
      (error) => error instanceof GatewayError && error.code === 'malformed_request' && error.param === param,
      param,
    )
  }
})

test('a patch changes the model and a cap that is missing or too high, nothing else', () => {
  assert.deepEqual(cohereChat.patchRequest({ max_tokens: 10 }, 'm'), { model: 'm' })
  assert.deepEqual(cohereChat.patchRequest({ max_tokens: 10 }, 'm', 20), { model: 'm' })
  assert.deepEqual(cohereChat.patchRequest({ max_tokens: 30 }, 'm', 20), { model: 'm', max_tokens: 20 })
  assert.deepEqual(cohereChat.patchRequest({}, 'm', 20), { model: 'm', max_tokens: 20 })
})

test('any JSON object is read or refused as malformed', () => {
  const wild = fc.record(
    {
      model: fc.constant('m'),
      messages: fc.oneof(
        fc.array(
          fc.record({
            role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
            content: fc.jsonValue(),
            tool_plan: fc.jsonValue(),
            tool_calls: fc.jsonValue(),
            citations: fc.jsonValue(),
            tool_call_id: fc.jsonValue(),
          }),
        ),
        fc.jsonValue(),
      ),
      tools: fc.jsonValue(),
      thinking: fc.jsonValue(),
      response_format: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(wild, (body) => {
      try {
        cohereChat.encodeRequest(cohereChat.decodeRequest(body as JsonObject), {})
      } catch (error) {
        assert.ok(error instanceof GatewayError && error.code === 'malformed_request')
      }
    }),
    { numRuns: 500 },
  )
})
