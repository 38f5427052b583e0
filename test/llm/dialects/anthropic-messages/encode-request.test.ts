import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest, Message, Part } from '../../../../core/chat.js'
import type { ModelLimits } from '../../../../core/provider.js'
import { encodeRequest } from '../../../../llm/dialects/anthropic-messages/encode-request.js'
import { extrasOf } from '../../../support/chat-request.js'
import { request } from './fixtures.js'

const text = (words: string): Part => ({ type: 'text', text: words })
const user = (...content: readonly Part[]): Message => ({ role: 'user', content })
const call = (id: string, args = '{}'): Message => ({
  role: 'assistant',
  content: [{ type: 'tool-call', id, name: 'f', arguments: args, kind: 'function' }],
})
const result = (callId: string, words: string): Message => ({ role: 'tool', callId, content: [text(words)] })
const write = (members: Partial<ChatRequest>, limits: ModelLimits = {}) => encodeRequest(request(members), limits)
const messagesOf = (...messages: readonly Message[]) => write({ messages }).body['messages']

test('writes a plain request', () => {
  assert.deepEqual(write({ stream: true, stop: ['END', ' \n'], user: 'u1', topP: 0.5 }), {
    body: {
      model: 'claude-sonnet-4-5',
      max_tokens: 4096,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
      top_p: 0.5,
      stop_sequences: ['END'],
      metadata: { user_id: 'u1' },
      stream: true,
    },
    dropped: ['stop'],
  })
})

test('moves system and developer messages to the system prompt, in order', () => {
  const { body, dropped } = write({
    messages: [
      { role: 'system', content: [{ type: 'text', text: 'A', cacheControl: { type: 'ephemeral' } }] },
      user(text('one')),
      { role: 'developer', content: [text('B')] },
      user(text('two')),
    ],
  })
  assert.deepEqual(body['system'], [
    { type: 'text', text: 'A', cache_control: { type: 'ephemeral' } },
    { type: 'text', text: 'B' },
  ])
  assert.deepEqual(body['messages'], [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'one' },
        { type: 'text', text: 'two' },
      ],
    },
  ])
  assert.deepEqual(dropped, [])
})

test('leaves the later system turns of its own clients in place, where the model takes them', () => {
  const messages: readonly Message[] = [user(text('one')), { role: 'system', content: [text('B')] }]
  const extras = extrasOf('anthropic-messages')
  const kept = write({ model: 'claude-opus-4-8', messages, extras }).body['messages']
  assert.deepEqual(kept, [
    { role: 'user', content: [{ type: 'text', text: 'one' }] },
    { role: 'system', content: [{ type: 'text', text: 'B' }] },
  ])
  assert.deepEqual(write({ messages, extras }).body['system'], [{ type: 'text', text: 'B' }])
})

test('puts tool results first in the turn after their calls, in the order of the calls', () => {
  const calls: Message = {
    role: 'assistant',
    content: ['a', 'b'].map((id) => ({ type: 'tool-call', id, name: 'f', arguments: '{"x":1}', kind: 'function' })),
  }
  assert.deepEqual(messagesOf(user(text('go')), calls, result('b', 'B'), user(text('and?')), result('a', 'A')), [
    { role: 'user', content: [{ type: 'text', text: 'go' }] },
    {
      role: 'assistant',
      content: [
        { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
        { type: 'tool_use', id: 'b', name: 'f', input: { x: 1 } },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', content: [{ type: 'text', text: 'A' }], tool_use_id: 'a' },
        { type: 'tool_result', content: [{ type: 'text', text: 'B' }], tool_use_id: 'b' },
        { type: 'text', text: 'and?' },
      ],
    },
  ])
})

test('answers calls that have no result with an error, and pairs results of unknown ids by order', () => {
  const unanswered = messagesOf(user(text('go')), call('a'))
  assert.deepEqual(Array.isArray(unanswered) && unanswered.at(-1), {
    role: 'user',
    content: [{ type: 'tool_result', content: 'no result', is_error: true, tool_use_id: 'a' }],
  })
  const stray = messagesOf(user(text('go')), call('a'), result('z', 'Z'), result('y', 'Y'))
  assert.deepEqual(Array.isArray(stray) && stray.at(-1), {
    role: 'user',
    content: [
      { type: 'tool_result', content: [{ type: 'text', text: 'Z' }], tool_use_id: 'a' },
      { type: 'text', text: 'Y' },
    ],
  })
})

test('makes call ids that the API takes', () => {
  const calls: Message = {
    role: 'assistant',
    content: ['call:0', 'call:0', ''].map((id) => ({
      type: 'tool-call',
      id,
      name: 'f',
      arguments: '',
      kind: 'function',
    })),
  }
  const messages = messagesOf(user(text('go')), calls, result('call:0', '1'), result('call:0', '2'), result('', '3'))
  assert.match(JSON.stringify(messages), /"call_0".*"call_0_1".*"call".*"1".*"call_0".*"2".*"call_0_1".*"3".*"call"/)
})

test('keeps arguments that are not a JSON object', () => {
  for (const args of ['{"a":', '[1]', 'free text']) {
    const messages = messagesOf(user(text('go')), call('a', args), result('a', 'A'))
    assert.deepEqual(Array.isArray(messages) && messages[1], {
      role: 'assistant',
      content: [{ type: 'tool_use', id: 'a', name: 'f', input: { _raw: args } }],
    })
  }
})

test('begins with the user, drops empty text and trims what the answer is to begin with', () => {
  assert.deepEqual(
    messagesOf({ role: 'assistant', content: [text('Welcome.')] }, user(text(' \n')), {
      role: 'assistant',
      content: [text('The answer is: \n')],
    }),
    [
      { role: 'user', content: [{ type: 'text', text: '.' }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Welcome.' },
          { type: 'text', text: 'The answer is:' },
        ],
      },
    ],
  )
})

test('writes images and files as the API takes them and reports the others', () => {
  const data = (mediaType: string, bytes: string) => ({ kind: 'data', mediaType, data: bytes }) as const
  const { body, dropped } = write({
    messages: [
      user(
        { type: 'image', source: data('image/jpg', 'eA=='), cacheControl: { type: 'ephemeral' } },
        { type: 'image', source: data('image/tiff', 'eA==') },
        { type: 'file', source: data('application/pdf', 'eA=='), name: 'a.pdf' },
        { type: 'file', source: data('text/csv', 'w6Q=') },
        { type: 'file', source: { kind: 'file-id', id: 'file-abc' } },
        { type: 'file', source: { kind: 'file-id', id: 'file_abc' } },
        { type: 'audio', format: 'wav', data: 'eA==' },
        { type: 'opaque', dialect: 'gemini', value: {} },
      ),
    ],
  })
  assert.deepEqual(body['messages'], [
    {
      role: 'user',
      content: [
        {
          type: 'image',
          source: { type: 'base64', media_type: 'image/jpeg', data: 'eA==' },
          cache_control: { type: 'ephemeral' },
        },
        {
          type: 'document',
          source: { type: 'base64', media_type: 'application/pdf', data: 'eA==' },
          title: 'a.pdf',
        },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'ä' } },
        { type: 'document', source: { type: 'file', file_id: 'file_abc' } },
      ],
    },
  ])
  assert.deepEqual(
    dropped,
    [1, 4, 6, 7].map((i) => `messages[0].content[${i}]`),
  )
})

test('sends signed thinking back and drops thinking that nobody signed', () => {
  const { body, dropped } = write({
    messages: [
      user(text('go')),
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'a', signature: 's' },
          { type: 'reasoning', text: '', redacted: 'r' },
          { type: 'reasoning', text: 'b' },
          { type: 'refusal', text: 'No.' },
        ],
      },
      user(text('why?')),
    ],
  })
  const messages = body['messages']
  assert.deepEqual(Array.isArray(messages) && messages[1], {
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'a', signature: 's' },
      { type: 'redacted_thinking', data: 'r' },
      { type: 'text', text: 'No.' },
    ],
  })
  assert.deepEqual(dropped, ['messages[1].content[2]'])
})

test('reports what this API has no member for by the names that OpenAI clients know', () => {
  const { dropped } = write({
    n: 2,
    seed: 1,
    frequencyPenalty: 0.5,
    presencePenalty: 0,
    logitBias: { 1: 2 },
    logprobs: { top: 2 },
    metadata: { a: 'b' },
    temperature: 1.5,
    serviceTier: 'flex',
    user: 'someone@example.org',
    extras: extrasOf('openai-chat', { store: false, prediction: {}, modalities: ['text'], web: null }),
  })
  assert.deepEqual([...dropped].sort(), [
    'frequency_penalty',
    'logit_bias',
    'logprobs',
    'metadata',
    'n',
    'prediction',
    'seed',
    'service_tier',
    'temperature',
    'top_logprobs',
    'user',
  ])
})

test('writes max_tokens from the request, else the model, else 4096, never above the model', () => {
  const maxTokens = (maxOutputTokens: number | undefined, maxOutput: number | undefined) =>
    write(maxOutputTokens === undefined ? {} : { maxOutputTokens }, maxOutput === undefined ? {} : { maxOutput }).body[
      'max_tokens'
    ]
  assert.equal(maxTokens(undefined, undefined), 4096)
  assert.equal(maxTokens(undefined, 8192), 8192)
  assert.equal(maxTokens(100, 8192), 100)
  assert.equal(maxTokens(9000, 8192), 8192)
  assert.equal(maxTokens(0, undefined), 1)
})

test('asks for a schema with the bounds that structured outputs refuse in words', () => {
  const schema = {
    type: 'object',
    properties: { age: { type: 'integer', minimum: 1 }, kind: { oneOf: [{ const: 'a' }, { const: 'b' }] } },
  }
  const { body, dropped } = write({ responseFormat: { type: 'json-schema', name: 'x', schema } })
  assert.deepEqual(body['output_config'], {
    format: {
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: {
          age: { type: 'integer', description: '(minimum: 1)' },
          kind: { anyOf: [{ const: 'a' }, { const: 'b' }] },
        },
        additionalProperties: false,
      },
    },
  })
  assert.deepEqual(dropped, ['response_format.json_schema.schema'])
  const old = write({ model: 'claude-3-haiku-20240307', responseFormat: { type: 'json-schema', name: 'x', schema } })
  assert.deepEqual([old.body['output_config'], old.dropped, old.emulated], [undefined, [], ['response_format']])
})
