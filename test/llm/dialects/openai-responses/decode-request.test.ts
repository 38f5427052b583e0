import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest } from '../../../../core/chat.js'
import { GatewayError } from '../../../../core/errors.js'
import type { JsonObject } from '../../../../core/json.js'
import { openaiResponses } from '../../../../llm/dialects/openai-responses.js'
import { extrasOf } from '../../../support/chat-request.js'
import { fixture } from './answer.js'

const read = (members: JsonObject): ChatRequest =>
  openaiResponses.decodeRequest({ model: 'm', input: 'hello', ...members })
const messagesOf = (...input: readonly JsonObject[]) => read({ input }).messages
const everything = () => openaiResponses.decodeRequest(JSON.parse(fixture('request-with-everything.json')))

test('reads every field that the vocabulary has a word for', () => {
  const request = everything()
  assert.equal(request.model, 'gpt-5')
  assert.deepEqual(request.toolChoice, { mode: 'allowed', require: 'required', names: ['look', 'run'] })
  assert.equal(request.parallelToolCalls, false)
  assert.deepEqual(request.responseFormat, {
    type: 'json-schema',
    name: 'out',
    schema: { type: 'object' },
    strict: true,
  })
  assert.equal(request.maxOutputTokens, 500)
  assert.deepEqual([request.temperature, request.topP, request.n, request.stop], [0.5, 0.9, 1, []])
  assert.deepEqual(request.logprobs, { top: 3 })
  assert.deepEqual(request.reasoning, { effort: 'low' })
  assert.deepEqual([request.user, request.metadata, request.serviceTier], ['u-1', { k: 'v' }, 'flex'])
  assert.deepEqual([request.stream, request.includeUsage], [true, true])
  assert.deepEqual(request.webSearch, { dialect: 'openai-responses', most: 2 })
  assert.deepEqual(request.tools, [
    {
      kind: 'function',
      name: 'look',
      description: 'Looks.',
      parameters: { type: 'object', properties: {} },
      strict: true,
    },
    {
      kind: 'custom',
      name: 'run',
      format: { type: 'grammar', grammar: { syntax: 'regex', definition: '[a-z]+' } },
    },
    { kind: 'opaque', dialect: 'openai-responses', value: { type: 'web_search', search_context_size: 'low' } },
  ])
})

test('keeps what it has no word for under its path, and apart from it what says nothing elsewhere', () => {
  assert.deepEqual(
    everything().extras,
    extrasOf(
      'openai-responses',
      {
        'tools[0].defer_loading': true,
        max_tool_calls: 2,
        'text.verbosity': 'low',
        'reasoning.context': 'all_turns',
        truncation: 'auto',
        prompt_cache_key: 'tenant-7',
      },
      { 'reasoning.summary': 'auto', include: ['reasoning.encrypted_content'], store: false },
    ),
  )
  assert.deepEqual(
    read({ store: true, tomorrow: [1], truncation: 'disabled', user: null }).extras,
    extrasOf('openai-responses', { store: true, tomorrow: [1] }, {}),
  )
})

test('keeps a member called __proto__ as data', () => {
  const { extras } = openaiResponses.decodeRequest(JSON.parse('{"model":"m","input":"x","__proto__":{"a":1}}'))
  assert.deepEqual([...extras.fields.keys()], ['__proto__'])
})

test('reads items of every type', () => {
  const extras = (fields: JsonObject) => ({ extras: { dialect: 'openai-responses', fields } })
  assert.deepEqual(everything().messages, [
    { role: 'system', content: [{ type: 'text', text: 'Be brief.' }], ...extras({ place: 'instructions' }) },
    { role: 'developer', content: [{ type: 'text', text: 'Metric units.' }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?', cacheControl: { type: 'ephemeral' } },
        { type: 'image', source: { kind: 'url', url: 'https://example.org/a.png' }, detail: 'low' },
        { type: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'aGk=' }, detail: 'auto' },
        { type: 'image', source: { kind: 'file-id', id: 'file-2' }, detail: 'high' },
        { type: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'cGRm' }, name: 'a.pdf' },
        { type: 'file', source: { kind: 'url', url: 'https://example.org/b.pdf' } },
        { type: 'file', source: { kind: 'file-id', id: 'file-1' } },
        { type: 'audio', format: 'wav', data: 'd2F2' },
      ],
    },
    {
      role: 'assistant',
      content: [
        {
          type: 'reasoning',
          text: 'A picture.',
          signature: 'openai-responses:c2VjcmV0',
          ...extras({ item: { id: 'rs_1' } }),
        },
        {
          type: 'text',
          text: 'Looking.',
          ...extras({ item: { id: 'msg_1', status: 'completed', phase: 'commentary' } }),
        },
        {
          type: 'tool-call',
          id: 'call_1',
          name: 'look',
          arguments: '{"at":1}',
          kind: 'function',
          ...extras({ item: { id: 'fc_1', status: 'completed' } }),
        },
        {
          type: 'tool-call',
          id: 'call_2',
          name: 'run',
          arguments: 'ls',
          kind: 'custom',
          ...extras({ item: { id: 'ctc_1' } }),
        },
        {
          type: 'opaque',
          dialect: 'openai-responses',
          value: {
            type: 'web_search_call',
            id: 'ws_1',
            status: 'completed',
            action: { type: 'search', query: 'cats' },
          },
        },
      ],
    },
    { role: 'tool', callId: 'call_1', content: [{ type: 'text', text: 'a cat' }] },
    {
      role: 'tool',
      callId: 'call_2',
      content: [
        { type: 'text', text: 'a.txt' },
        { type: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'aGk=' }, detail: 'auto' },
      ],
    },
    { role: 'assistant', content: [{ type: 'refusal', text: 'I cannot say.', ...extras({ item: {} }) }] },
    { role: 'user', content: [{ type: 'text', text: 'Try.' }] },
  ])
})

test('puts the items of one turn into one message, so that results follow their calls', () => {
  const call = (id: string) => ({ type: 'function_call', call_id: id, name: 'f', arguments: '{}' })
  const said = (content: string) => ({ role: 'assistant', content })
  const messages = messagesOf(
    said('one'),
    said('two'),
    call('a'),
    said('three'),
    call('b'),
    { type: 'function_call_output', call_id: 'a', output: '1' },
    { type: 'function_call_output', call_id: 'b', output: '2' },
  )
  assert.deepEqual(
    messages.map(({ role, content }) => [role, content.map(({ type }) => type).join(' ')]),
    [
      ['assistant', 'text'],
      ['assistant', 'text tool-call text tool-call'],
      ['tool', 'text'],
      ['tool', 'text'],
    ],
  )
})

test('reads reasoning without text as redacted, and reasoning of another provider as that provider wrote it', () => {
  const reasoning = (encrypted: string, text = '') => {
    const [message] = messagesOf({
      type: 'reasoning',
      summary: text === '' ? [] : [{ type: 'summary_text', text }],
      encrypted_content: encrypted,
    })
    return message?.content[0]
  }
  assert.deepEqual(reasoning('x'), { type: 'reasoning', text: '', redacted: 'openai-responses:x' })
  assert.deepEqual(reasoning('tollgate-redacted:d'), { type: 'reasoning', text: '', redacted: 'd' })
  assert.deepEqual(reasoning('tollgate-signature:s', 'a'), { type: 'reasoning', text: 'a', signature: 's' })
  assert.deepEqual(reasoning('tollgate-signature:s'), { type: 'reasoning', text: '', signature: 's' })
})

test('treats null as absent, and an empty list of tools as none', () => {
  const request = read({ tools: [], tool_choice: null, text: null, reasoning: { effort: null }, stream: null })
  assert.deepEqual([request.tools, request.toolChoice, request.responseFormat], [[], undefined, undefined])
  assert.deepEqual([request.reasoning, request.stream], [undefined, false])
})

test("reads a tool in Chat Completions' form, which OpenAI takes too", () => {
  const parameters = { type: 'object' }
  const tool = { type: 'function', name: 'f', function: { name: 'f', description: 'd', parameters, strict: true } }
  assert.deepEqual(read({ tools: [tool] }).tools, [
    { kind: 'function', name: 'f', description: 'd', parameters, strict: true },
  ])
})

test('reads every form of tool_choice', () => {
  const choices: readonly (readonly [JsonObject[string], ChatRequest['toolChoice']])[] = [
    ['auto', { mode: 'auto' }],
    ['none', { mode: 'none' }],
    ['required', { mode: 'required' }],
    [
      { type: 'function', name: 'f' },
      { mode: 'named', name: 'f', kind: 'function' },
    ],
    [
      { type: 'custom', name: 'f' },
      { mode: 'named', name: 'f', kind: 'custom' },
    ],
    [{ type: 'web_search_preview' }, undefined],
    [{ type: 'allowed_tools', mode: 'auto', tools: [{ type: 'mcp', server_label: 's' }] }, undefined],
  ]
  for (const [value, expected] of choices) {
    const request = read({ tool_choice: value })
    assert.deepEqual(request.toolChoice, expected)
    assert.deepEqual(request.extras.fields.get('tool_choice'), expected === undefined ? value : undefined)
  }
})

test('refuses what needs an answer kept from before, naming the field', () => {
  const stateful = { previous_response_id: 'resp_1', conversation: 'conv_1', prompt: { id: 'p' }, background: true }
  for (const [name, value] of Object.entries(stateful)) {
    assert.throws(
      () => read({ [name]: value }),
      (error) =>
        error instanceof GatewayError &&
        error.code === 'malformed_request' &&
        error.param === name &&
        error.message.includes(name),
    )
    assert.ok(read({ [name]: null }))
  }
  assert.ok(read({ background: false }))
})

test('names the field that is wrong', () => {
  const wrong: readonly (readonly [JsonObject, string])[] = [
    [{ model: 7 }, 'model'],
    [{ input: null }, 'input'],
    [{ input: [] }, 'input'],
    [{ input: 7 }, 'input'],
    [{ input: [7] }, 'input[0]'],
    [{ input: [{}] }, 'input[0].type'],
    [{ input: [{ role: 'tool', content: 'x' }] }, 'input[0].role'],
    [{ input: [{ role: 'user' }] }, 'input[0].content'],
    [{ input: [{ role: 'user', content: 7 }] }, 'input[0].content'],
    [{ input: [{ role: 'user', content: [{}] }] }, 'input[0].content[0].type'],
    [{ input: [{ role: 'user', content: [{ type: 'input_text' }] }] }, 'input[0].content[0].text'],
    [{ input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, 'input[0].content[0].image_url'],
    [{ input: [{ role: 'user', content: [{ type: 'input_file' }] }] }, 'input[0].content[0].file_data'],
    [{ input: [{ role: 'assistant', content: [{ type: 'input_image' }] }] }, 'input[0].content[0].type'],
    [{ input: [{ type: 'function_call', name: 'f', arguments: '{}' }] }, 'input[0].call_id'],
    [{ input: [{ type: 'function_call', call_id: 'c', name: 'f', arguments: 7 }] }, 'input[0].arguments'],
    [{ input: [{ type: 'function_call_output', output: 'x' }] }, 'input[0].call_id'],
    [{ input: [{ type: 'function_call_output', call_id: 'c' }] }, 'input[0].output'],
    [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0]'],
    [{ instructions: [] }, 'instructions'],
    [{ tools: [{ name: 'f' }] }, 'tools[0].type'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].name'],
    [{ tool_choice: 'any' }, 'tool_choice'],
    [{ tool_choice: { type: 'function' } }, 'tool_choice.name'],
    [{ text: { format: { type: 'json_schema', schema: {} } } }, 'text.format.name'],
    [{ reasoning: { effort: 3 } }, 'reasoning.effort'],
    [{ max_output_tokens: 1.5 }, 'max_output_tokens'],
    [{ temperature: 'hot' }, 'temperature'],
    [{ stream: 'yes' }, 'stream'],
  ]
  for (const [members, param] of wrong) {
    assert.throws(
      () => read(members),
      (error) => error instanceof GatewayError && error.code === 'malformed_request' && error.param === param,
      param,
    )
  }
})
