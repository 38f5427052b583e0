import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GatewayError } from '../../../../core/errors.js'
import type { JsonObject } from '../../../../core/json.js'
import { decodeRequest } from '../../../../llm/dialects/bedrock-converse/decode-request.js'
import { encodeRequest } from '../../../../llm/dialects/bedrock-converse/encode-request.js'
import { extrasOf, mapOf } from '../../../support/chat-request.js'
import { CLAUDE, jsonOf, NOVA_2 } from './fixtures.js'

const PLACE = { model: CLAUDE, stream: true }
const minimal = { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }

test('reads every part of a request', () => {
  const { messages, tools, extras, ...rest } = decodeRequest(jsonOf('request.json'), PLACE)
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
    { type: 'tool-call', id: 'tooluse_1', name: 'tide', arguments: '{"harbour":"Cuxhaven"}', kind: 'function' },
  ])
  assert.deepEqual(messages[3], {
    role: 'tool',
    callId: 'tooluse_1',
    content: [{ type: 'text', text: '12:04' }],
    failed: false,
    cacheControl: { type: 'ephemeral' },
  })
  assert.deepEqual(messages[4]?.content.slice(1, -1), [
    { type: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'iVBORw0KGgo=' } },
    { type: 'image', source: { kind: 'url', url: 's3://charts/today', mediaType: 'image/jpeg' } },
    { type: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'JVBERi0=' }, name: 'Table_1' },
    { type: 'file', source: { kind: 'data', mediaType: 'video/3gpp', data: 'AAAA' } },
    { type: 'audio', format: 'wav', data: 'UklGRg==' },
  ])
  assert.equal(messages[4]?.content.at(-1)?.type, 'opaque')
  assert.deepEqual(
    tools.map((tool) => [tool.kind, 'cacheControl' in tool && tool.cacheControl]),
    [
      ['function', { type: 'ephemeral' }],
      ['opaque', false],
    ],
  )
  assert.deepEqual(rest, {
    model: CLAUDE,
    maxOutputTokens: 4000,
    stop: ['END'],
    n: 1,
    reasoning: { mode: 'on', budgetTokens: 2000 },
    responseFormat: {
      type: 'json-schema',
      name: 'tides',
      description: 'A day',
      schema: { type: 'object' },
      strict: true,
    },
    serviceTier: 'flex',
    metadata: { team: 'harbour' },
    stream: true,
    includeUsage: true,
  })
  assert.deepEqual(
    extras,
    extrasOf('bedrock-converse', {
      'additionalModelRequestFields.thinking.display': 'summarized',
      'additionalModelRequestFields.anthropic_beta': ['interleaved-thinking-2025-05-14'],
      additionalModelResponseFieldPaths: ['/stop_sequence', '/delta/stop_sequence'],
      guardrailConfig: { guardrailIdentifier: 'g1', guardrailVersion: '1', trace: 'enabled' },
      performanceConfig: { latency: 'standard' },
    }),
  )
})

test('gives the same request back when it is written for this API again', () => {
  const body = jsonOf('request.json')
  const { body: again, dropped } = encodeRequest(decodeRequest(body, PLACE), {})
  assert.deepEqual(dropped, [])
  assert.deepEqual(again, body)
})

test('reads the fields of each family of models, and keeps those of any other', () => {
  const read = (model: string, additionalModelRequestFields: JsonObject) => {
    const { topK, reasoning, extras } = decodeRequest({ ...minimal, additionalModelRequestFields }, { model })
    return [topK, reasoning, [...extras.fields.keys()]]
  }
  assert.deepEqual(read(CLAUDE, { top_k: 5, reasoning_config: { type: 'enabled', budget_tokens: 1024 } }), [
    ...[5, { mode: 'on', budgetTokens: 1024 }, []],
  ])
  assert.deepEqual(read(CLAUDE, { thinking: { type: 'adaptive' }, output_config: { effort: 'low', x: 1 } }), [
    ...[undefined, { mode: 'adaptive', effort: 'low' }, ['additionalModelRequestFields.output_config.x']],
  ])
  assert.deepEqual(
    read(NOVA_2, {
      inferenceConfig: { topK: 9 },
      reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' },
    }),
    [9, { mode: 'on', effort: 'high' }, []],
  )
  assert.deepEqual(read(NOVA_2, { reasoningConfig: { type: 'disabled' } }), [undefined, { mode: 'off' }, []])
  assert.deepEqual(read('openai.gpt-oss-20b-1:0', { reasoning_effort: 'low' }), [undefined, { effort: 'low' }, []])
  assert.deepEqual(read('qwen.qwen3-32b-v1:0', { top_k: 5 }), [
    undefined,
    undefined,
    ['additionalModelRequestFields.top_k'],
  ])
  const odd = decodeRequest({ ...minimal, additionalModelRequestFields: 'x' as never }, PLACE)
  assert.deepEqual(odd.extras.fields, mapOf({ additionalModelRequestFields: 'x' }))
})

test('reads tool choices', () => {
  const choice = (toolChoice: JsonObject) =>
    decodeRequest({ ...minimal, toolConfig: { tools: [], toolChoice } }).toolChoice
  assert.deepEqual(choice({ auto: {} }), { mode: 'auto' })
  assert.deepEqual(choice({ any: {} }), { mode: 'required' })
  assert.deepEqual(choice({ tool: { name: 'f' } }), { mode: 'named', name: 'f', kind: 'function' })
})

test('reads results in JSON as text, and cited text as text', () => {
  const { messages, extras } = decodeRequest({
    messages: [
      {
        role: 'assistant',
        content: [
          { citationsContent: { content: [{ text: 'a' }, { text: 'b' }], citations: [{ title: 't' }] } },
          { toolUse: { toolUseId: 't', name: 'f', input: {}, type: 'tool_use' } },
          { toolUse: { toolUseId: 's', name: 'g', input: {}, type: 'server_tool_use' } },
        ],
      },
      { role: 'user', content: [{ toolResult: { toolUseId: 't', content: [{ json: { a: 1 } }], status: 'error' } }] },
    ],
  })
  assert.deepEqual(
    messages[0]?.content.map(({ type }) => type),
    ['text', 'tool-call', 'opaque'],
  )
  assert.deepEqual(messages[1], {
    role: 'tool',
    callId: 't',
    content: [{ type: 'text', text: '{"a":1}' }],
    failed: true,
  })
  assert.deepEqual([...extras.fields.keys()], ['messages[0].content[0].citationsContent.citations'])
})

test('names the field that is wrong', () => {
  const cases: readonly (readonly [JsonObject, string])[] = [
    [{}, 'messages'],
    [{ messages: [] }, 'messages'],
    [{ messages: [{ role: 'system', content: [] }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: 'Hi' }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [{ text: 1 }] }] }, 'messages[0].content[0].text'],
    [{ ...minimal, inferenceConfig: { maxTokens: 0 } }, 'inferenceConfig.maxTokens'],
    [{ ...minimal, toolConfig: { tools: [{ toolSpec: { name: 'f' } }] } }, 'toolConfig.tools[0].toolSpec.inputSchema'],
    [{ ...minimal, toolConfig: { toolChoice: {} } }, 'toolConfig.toolChoice'],
    [
      {
        ...minimal,
        outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '[]' } } } },
      },
      'outputConfig.textFormat.structure.jsonSchema.schema',
    ],
  ]
  for (const [body, param] of cases) {
    assert.throws(
      () => decodeRequest(body, PLACE),
      (error) => error instanceof GatewayError && error.code === 'malformed_request' && error.param === param,
      param,
    )
  }
})

test('any JSON is a request or a malformed one', () => {
  const block = fc.oneof(
    fc.record(
      {
        text: fc.oneof(fc.string(), fc.jsonValue()),
        image: fc.jsonValue(),
        document: fc.record({ format: fc.constantFrom('pdf', 'x'), source: fc.object(), name: fc.string() }),
        toolUse: fc.record({ toolUseId: fc.string(), name: fc.string(), input: fc.jsonValue() }),
        toolResult: fc.record({ toolUseId: fc.string(), content: fc.array(fc.object(), { maxLength: 2 }) }),
        reasoningContent: fc.object(),
        cachePoint: fc.record({ type: fc.constant('default') }),
      },
      { requiredKeys: [] },
    ),
    fc.jsonValue(),
  )
  const message = fc.record({ role: fc.constantFrom('user', 'assistant'), content: fc.array(block, { maxLength: 4 }) })
  const body = fc.record(
    {
      messages: fc.oneof(fc.array(message, { maxLength: 4 }), fc.jsonValue()),
      system: fc.oneof(fc.array(block, { maxLength: 2 }), fc.jsonValue()),
      toolConfig: fc.jsonValue(),
      inferenceConfig: fc.jsonValue(),
      additionalModelRequestFields: fc.jsonValue(),
      outputConfig: fc.jsonValue(),
    },
    { requiredKeys: ['messages'] },
  )
  fc.assert(
    fc.property(body, fc.constantFrom(CLAUDE, NOVA_2, ''), (value, model) => {
      try {
        encodeRequest(decodeRequest(JSON.parse(JSON.stringify(value)) as JsonObject, { model }), {})
      } catch (error) {
        assert.ok(error instanceof GatewayError && error.code === 'malformed_request', String(error))
      }
    }),
    { numRuns: 500 },
  )
})
