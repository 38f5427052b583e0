import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest } from '../../../../core/chat.js'
import { GatewayError } from '../../../../core/errors.js'
import type { JsonObject } from '../../../../core/json.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { extrasOf, mapOf } from '../../../support/chat-request.js'
import { fixture } from './answer.js'

const HELLO = [{ role: 'user', content: 'hello' }]

function read(members: JsonObject): ChatRequest {
  return openaiChat.decodeRequest({ model: 'm', messages: HELLO, ...members })
}

function message(value: JsonObject): ChatRequest['messages'][number] | undefined {
  return read({ messages: [value] }).messages[0]
}

test('reads every field that the vocabulary has a word for', () => {
  const request = openaiChat.decodeRequest(JSON.parse(fixture('request-with-everything.json')))
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
  assert.equal(request.temperature, 0.5)
  assert.equal(request.topP, 0.9)
  assert.equal(request.seed, 7)
  assert.equal(request.frequencyPenalty, 0.1)
  assert.equal(request.presencePenalty, -0.1)
  assert.deepEqual(request.logitBias, { '42': -100 })
  assert.deepEqual(request.logprobs, { top: 3 })
  assert.deepEqual(request.stop, ['END', 'STOP'])
  assert.equal(request.n, 2)
  assert.equal(request.user, 'u-1')
  assert.deepEqual(request.metadata, { k: 'v' })
  assert.deepEqual(request.reasoning, { effort: 'low' })
  assert.equal(request.serviceTier, 'flex')
  assert.equal(request.stream, true)
  assert.equal(request.includeUsage, true)
  assert.deepEqual(request.tools, [
    {
      kind: 'function',
      name: 'look',
      description: 'Looks.',
      parameters: { type: 'object', properties: {} },
      strict: true,
    },
    { kind: 'custom', name: 'run', format: { type: 'text' } },
  ])
})

test('searches of the web are asked for by an object, at most one per choice, and stay for a target of this dialect', () => {
  for (const options of [{}, { search_context_size: 'low' }]) {
    const request = read({ web_search_options: options })
    assert.deepEqual(request.webSearch, { dialect: 'openai-chat', most: 1, unreported: 1 })
    assert.deepEqual(request.extras.fields, mapOf({ web_search_options: options }))
  }
  for (const members of [{}, { web_search_options: null }, { web_search_options: 'low' }]) {
    assert.equal(read(members).webSearch, undefined)
  }
})

test('reads messages of every role and parts of every type', () => {
  const request = openaiChat.decodeRequest(JSON.parse(fixture('request-with-everything.json')))
  assert.deepEqual(request.messages, [
    { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }], name: 'ops' },
    { role: 'system', content: [{ type: 'text', text: 'Metric units.' }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image', source: { kind: 'url', url: 'https://example.org/a.png' }, detail: 'low' },
        { type: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'aGk=' } },
        { type: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'cGRm' }, name: 'a.pdf' },
        { type: 'file', source: { kind: 'file-id', id: 'file-1' } },
        { type: 'audio', format: 'wav', data: 'd2F2' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'tool-call', id: 'call_1', name: 'look', arguments: '{"at":1}', kind: 'function' },
        { type: 'tool-call', id: 'call_2', name: 'run', arguments: 'ls', kind: 'custom' },
      ],
    },
    { role: 'tool', callId: 'call_1', content: [{ type: 'text', text: 'a cat' }] },
    { role: 'tool', callId: 'call_2', content: [] },
    { role: 'assistant', content: [{ type: 'refusal', text: 'I cannot say.' }] },
    { role: 'user', content: [{ type: 'text', text: 'Try.' }] },
  ])
})

test('keeps unknown members as extras, null ones not', () => {
  const { extras } = read({ verbosity: 'low', tomorrow: { deep: [1] }, audio: null, stream_options: { x: 1 } })
  const own = { verbosity: 'low', tomorrow: { deep: [1] }, stream_options: { x: 1 } }
  assert.deepEqual(extras, extrasOf('openai-chat', own))
})

test('keeps a member called __proto__ as data', () => {
  const { extras } = openaiChat.decodeRequest(
    JSON.parse('{"model":"m","messages":[{"role":"user"}],"__proto__":{"a":1}}'),
  )
  assert.deepEqual([...extras.fields.keys()], ['__proto__'])
})

test('treats null as absent', () => {
  const request = read({ max_tokens: null, stop: null, tools: null, n: null, response_format: null, stream: null })
  assert.equal(request.maxOutputTokens, undefined)
  assert.deepEqual([request.stop, request.tools, request.n, request.stream], [[], [], 1, false])
})

test('prefers max_completion_tokens to max_tokens', () => {
  assert.equal(read({ max_tokens: 1 }).maxOutputTokens, 1)
  assert.equal(read({ max_tokens: 1, max_completion_tokens: 2 }).maxOutputTokens, 2)
})

const TOOL_CHOICES: readonly (readonly [JsonObject, ChatRequest['toolChoice']])[] = [
  [{ tool_choice: 'auto' }, { mode: 'auto' }],
  [{ tool_choice: 'none' }, { mode: 'none' }],
  [{ tool_choice: 'required' }, { mode: 'required' }],
  [{ tool_choice: 'any' }, { mode: 'required' }],
  [{ tool_choice: { type: 'function', function: { name: 'f' } } }, { mode: 'named', name: 'f', kind: 'function' }],
  [{ tool_choice: { function: { name: 'f' } } }, { mode: 'named', name: 'f', kind: 'function' }],
  [{ tool_choice: { type: 'custom', custom: { name: 'f' } } }, { mode: 'named', name: 'f', kind: 'custom' }],
  [{ function_call: 'none' }, { mode: 'none' }],
  [{ function_call: { name: 'f' } }, { mode: 'named', name: 'f', kind: 'function' }],
]

test('reads every form of tool_choice, the legacy function_call included', () => {
  for (const [members, expected] of TOOL_CHOICES) assert.deepEqual(read(members).toolChoice, expected)
})

test('reads legacy functions as tools, and their messages as a call and its result', () => {
  const request = read({
    functions: [{ name: 'f', parameters: {} }],
    messages: [
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{"a":1}' } },
      { role: 'function', name: 'f', content: '2' },
    ],
  })
  assert.deepEqual(request.tools, [{ kind: 'function', name: 'f', parameters: {} }])
  assert.deepEqual(request.messages, [
    {
      role: 'assistant',
      content: [{ type: 'tool-call', id: 'call_0', name: 'f', arguments: '{"a":1}', kind: 'function' }],
    },
    { role: 'tool', callId: 'call_0', content: [{ type: 'text', text: '2' }] },
  ])
})

/** An assistant's content without how it stood on the wire. */
const saidBy = (value: JsonObject) =>
  message(value)?.content.map((part) => Object.fromEntries(Object.entries(part).filter(([name]) => name !== 'extras')))

test('reads thinking that clients send back', () => {
  const blocks = [
    { type: 'thinking', thinking: 'a', signature: 's' },
    { type: 'redacted_thinking', data: 'd' },
  ]
  const expected = [
    { type: 'reasoning', text: 'a', signature: 's' },
    { type: 'reasoning', text: '', redacted: 'd' },
  ]
  const text = { type: 'text', text: 'x' }
  assert.deepEqual(saidBy({ role: 'assistant', content: 'x', thinking_blocks: blocks, reasoning_content: 'a' }), [
    ...expected,
    text,
  ])
  assert.deepEqual(saidBy({ role: 'assistant', content: [...blocks, text] }), [...expected, text])
  for (const member of ['reasoning_content', 'reasoning']) {
    assert.deepEqual(saidBy({ role: 'assistant', content: 'x', [member]: 'a' }), [
      { type: 'reasoning', text: 'a' },
      text,
    ])
  }
  const details = [{ type: 'reasoning.text', text: 'a', signature: 's' }]
  assert.deepEqual(saidBy({ role: 'assistant', content: '', reasoning: 'a', reasoning_details: details }), [
    { type: 'reasoning', text: 'a', signature: 's' },
  ])
})

test('reads cache markers on parts and tools', () => {
  const cache_control = { type: 'ephemeral' }
  assert.deepEqual(message({ role: 'user', content: [{ type: 'text', text: 'x', cache_control }] })?.content, [
    { type: 'text', text: 'x', cacheControl: cache_control },
  ])
  const breakpoint = { type: 'text', text: 'x', prompt_cache_breakpoint: { mode: 'explicit' } }
  assert.deepEqual(message({ role: 'user', content: [breakpoint] })?.content, [
    { type: 'text', text: 'x', cacheControl: cache_control },
  ])
  const expected = [{ kind: 'function', name: 'f', cacheControl: cache_control }]
  assert.deepEqual(read({ tools: [{ type: 'function', function: { name: 'f' }, cache_control }] }).tools, expected)
  assert.deepEqual(read({ tools: [{ type: 'function', function: { name: 'f', cache_control } }] }).tools, expected)
})

test('reads the reasoning switches of compatible servers', () => {
  assert.deepEqual(read({ thinking: { type: 'enabled', budget_tokens: 9 } }).reasoning, { mode: 'on', budgetTokens: 9 })
  assert.deepEqual(read({ reasoning: { effort: 'high' } }).reasoning, { effort: 'high' })
  assert.deepEqual(read({ reasoning: { enabled: false } }).reasoning, { mode: 'off' })
  assert.deepEqual(read({ thinking: 'a lot' }).extras.fields, mapOf({ thinking: 'a lot' }))
})

test('accepts what clients of compatible servers send', () => {
  assert.deepEqual(message({ role: 'assistant', content: null })?.content, [])
  assert.deepEqual(message({ role: 'user', content: '' })?.content, [])
  assert.deepEqual(message({ role: 'user', content: ['bare'] })?.content, [{ type: 'text', text: 'bare' }])
  assert.deepEqual(
    message({ role: 'user', content: [{ type: 'image_url', image_url: 'https://e/x', text: null }] })?.content,
    [{ type: 'image', source: { kind: 'url', url: 'https://e/x' } }],
  )
  const video = { type: 'video_url', video_url: { url: 'https://e/v' } }
  assert.deepEqual(message({ role: 'user', content: [video] })?.content, [
    { type: 'opaque', dialect: 'openai-chat', value: video },
  ])
  const call = { function: { name: 'f', arguments: { a: 1 } } }
  assert.deepEqual(message({ role: 'assistant', tool_calls: [call] })?.content, [
    { type: 'tool-call', id: 'call_0_0', name: 'f', arguments: '{"a":1}', kind: 'function' },
  ])
  const empty = { id: 'c', type: 'function', function: { name: 'f', arguments: '' } }
  assert.deepEqual(message({ role: 'assistant', tool_calls: [empty] })?.content, [
    { type: 'tool-call', id: 'c', name: 'f', arguments: '{}', kind: 'function' },
  ])
  assert.deepEqual(read({ response_format: { type: 'json_object', schema: { type: 'object' } } }).responseFormat, {
    type: 'json-schema',
    name: 'response',
    schema: { type: 'object' },
  })
})

test('a result without an id answers the first call that is still open', () => {
  const calls = ['a', 'b'].map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } }))
  const results = [
    { role: 'tool', content: '1' },
    { role: 'tool', content: '2' },
  ]
  const { messages } = read({ messages: [{ role: 'assistant', tool_calls: calls }, ...results] })
  assert.deepEqual(
    messages.flatMap((each) => (each.role === 'tool' ? [each.callId] : [])),
    ['a', 'b'],
  )
})

test('keeps percent-encoded data URLs as URLs and knows bare base64 by its name', () => {
  const url = 'data:text/plain,a%20b'
  assert.deepEqual(message({ role: 'user', content: [{ type: 'image_url', image_url: { url } }] })?.content, [
    { type: 'image', source: { kind: 'url', url } },
  ])
  const file = { filename: 'a.bin', file_data: 'AAAA' }
  assert.deepEqual(message({ role: 'user', content: [{ type: 'file', file }] })?.content, [
    { type: 'file', source: { kind: 'data', mediaType: 'application/octet-stream', data: 'AAAA' }, name: 'a.bin' },
  ])
})

const user = (content: JsonObject[string]) => ({ messages: [{ role: 'user', content }] })
const assistant = (members: JsonObject) => ({ messages: [{ role: 'assistant', ...members }] })

const WRONG: readonly (readonly [JsonObject, string])[] = [
  [{ model: 1 }, 'model'],
  [{ model: null }, 'model'],
  [{ messages: null }, 'messages'],
  [{ messages: {} }, 'messages'],
  [{ messages: [] }, 'messages'],
  [{ messages: ['x'] }, 'messages[0]'],
  [{ messages: [{ content: 'x' }] }, 'messages[0].role'],
  [{ messages: [...HELLO, { role: 'robot', content: 'x' }] }, 'messages[1].role'],
  [{ messages: [{ role: 'user', content: 'x', name: 1 }] }, 'messages[0].name'],
  [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
  [user(1), 'messages[0].content'],
  [user({ type: 'text' }), 'messages[0].content'],
  [user([1]), 'messages[0].content[0]'],
  [user([{ type: 7 }]), 'messages[0].content[0].type'],
  [user([{ text: 'x' }]), 'messages[0].content[0].type'],
  [user([{ type: 'text' }]), 'messages[0].content[0].text'],
  [user([{ type: 'image_url' }]), 'messages[0].content[0].image_url'],
  [user([{ type: 'image_url', image_url: {} }]), 'messages[0].content[0].image_url.url'],
  [user([{ type: 'file', file: {} }]), 'messages[0].content[0].file.file_data'],
  [user([{ type: 'input_audio', input_audio: { data: 'x' } }]), 'messages[0].content[0].input_audio.format'],
  [assistant({ content: [{ type: 'refusal' }] }), 'messages[0].content[0].refusal'],
  [assistant({ tool_calls: {} }), 'messages[0].tool_calls'],
  [assistant({ tool_calls: [{ id: 'c' }] }), 'messages[0].tool_calls[0].function'],
  [assistant({ tool_calls: [{ id: 'c', function: {} }] }), 'messages[0].tool_calls[0].function.name'],
  [
    assistant({ tool_calls: [{ id: 'c', function: { name: 'f', arguments: 1 } }] }),
    'messages[0].tool_calls[0].function.arguments',
  ],
  [{ tools: {} }, 'tools'],
  [{ tools: [{}] }, 'tools[0].type'],
  [{ tools: [{ type: 'function' }] }, 'tools[0].function'],
  [{ tools: [{ type: 'function', function: { name: 1 } }] }, 'tools[0].function.name'],
  [{ tools: [{ type: 'function', function: { name: 'f', parameters: [] } }] }, 'tools[0].function.parameters'],
  [{ tools: [{ type: 'custom', custom: {} }] }, 'tools[0].custom.name'],
  [{ tool_choice: 'maybe' }, 'tool_choice'],
  [{ tool_choice: { type: 'function' } }, 'tool_choice.function'],
  [
    { tool_choice: { type: 'allowed_tools', allowed_tools: { tools: [{}] } } },
    'tool_choice.allowed_tools.tools[0].name',
  ],
  [{ response_format: 'json' }, 'response_format'],
  [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
  [{ temperature: '0' }, 'temperature'],
  [{ max_tokens: 0 }, 'max_tokens'],
  [{ max_completion_tokens: 1.5 }, 'max_completion_tokens'],
  [{ n: 0 }, 'n'],
  [{ stop: 1 }, 'stop'],
  [{ stop: ['a', 2] }, 'stop[1]'],
  [{ stream: 'yes' }, 'stream'],
  [{ stream_options: [] }, 'stream_options'],
  [{ stream_options: { include_usage: 1 } }, 'stream_options.include_usage'],
  [{ logit_bias: [] }, 'logit_bias'],
  [{ logprobs: 5 }, 'logprobs'],
  [{ reasoning_effort: 1 }, 'reasoning_effort'],
  [{ metadata: 'x' }, 'metadata'],
  [{ user: {} }, 'user'],
]

test('refuses wrong types, naming the field', () => {
  for (const [members, param] of WRONG) {
    const named = (error: unknown) =>
      error instanceof GatewayError && error.code === 'malformed_request' && error.param === param
    assert.throws(() => read(members), named, JSON.stringify(members))
  }
})
