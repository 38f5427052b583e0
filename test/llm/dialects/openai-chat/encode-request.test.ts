import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AssistantPart, ChatRequest, Message, Part, Tool } from '../../../../core/chat.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { extrasOf } from '../../../support/chat-request.js'
import { fixture } from './answer.js'

/** A request of a client that speaks another dialect. */
function foreign(members: Partial<ChatRequest>): ChatRequest {
  return {
    model: 'm',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
    tools: [],
    stop: [],
    n: 1,
    stream: false,
    includeUsage: true,
    extras: extrasOf('other'),
    ...members,
  }
}

const encode = (members: Partial<ChatRequest>) => openaiChat.encodeRequest(foreign(members), {})
const messagesOf = (...content: readonly (Part | AssistantPart)[]) =>
  encode({ messages: [{ role: 'assistant', content }] })

test('writes back everything that it reads', () => {
  const body = JSON.parse(fixture('request-with-everything.json'))
  const request = openaiChat.decodeRequest(body)
  const encoded = openaiChat.encodeRequest(request, {})
  assert.deepEqual(encoded.dropped, [])
  assert.deepEqual(openaiChat.decodeRequest(JSON.parse(JSON.stringify(encoded.body))), request)
  const { messages: _messages, ...members } = body
  for (const [name, value] of Object.entries(members)) assert.deepEqual(encoded.body[name], value, name)
})

test('writes only what was said', () => {
  assert.deepEqual(encode({}).body, { model: 'm', messages: [{ role: 'user', content: 'hello' }] })
})

test('asks streams for their usage, whether the client wants it or not', () => {
  const { body } = encode({ stream: true, includeUsage: false })
  assert.deepEqual([body.stream, body.stream_options], [true, { include_usage: true }])
})

test('asks for no more tokens than the model can give', () => {
  const { body } = openaiChat.encodeRequest(foreign({ maxOutputTokens: 32000 }), { maxOutput: 16384 })
  assert.equal(body.max_completion_tokens, 16384)
})

test('names what it cannot say', () => {
  const { body, dropped } = encode({
    topK: 5,
    stop: ['1', '2', '3', '4', '5'],
    serviceTier: 'standard_only',
    reasoning: { mode: 'off' },
    tools: [{ kind: 'opaque', dialect: 'other', value: { type: 'web_search' } }],
    toolChoice: { mode: 'required' },
    extras: extrasOf('other', { container: 'c' }),
  })
  assert.deepEqual([...dropped].sort(), [
    'container',
    'service_tier',
    'stop',
    'thinking',
    'tool_choice',
    'tools',
    'top_k',
  ])
  assert.deepEqual(body, { model: 'm', messages: [{ role: 'user', content: 'hello' }], stop: ['1', '2', '3', '4'] })
})

test('names the parts that it cannot say', () => {
  const { body, dropped } = encode({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'hello', cacheControl: { type: 'ephemeral' } },
          { type: 'file', source: { kind: 'url', url: 'https://e/x.pdf' } },
          { type: 'image', source: { kind: 'file-id', id: 'f' } },
          { type: 'opaque', dialect: 'other', value: { type: 'search_result' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm', signature: 's' },
          { type: 'text', text: 'x' },
        ],
      },
      { role: 'tool', callId: 'c', content: [{ type: 'text', text: 'no' }], failed: true },
    ],
  })
  assert.deepEqual([...dropped].sort(), [
    'cache_control',
    'is_error',
    'messages[].content[]',
    'messages[].content[].file',
    'messages[].content[].image',
    'messages[].reasoning',
  ])
  assert.deepEqual(body.messages, [
    { role: 'user', content: 'hello' },
    { role: 'assistant', content: 'x' },
    { role: 'tool', tool_call_id: 'c', content: 'no' },
  ])
})

test('turns a thinking budget into the nearest effort', () => {
  const effort = (reasoning: ChatRequest['reasoning']) => encode({ reasoning }).body.reasoning_effort
  assert.equal(effort({ budgetTokens: 1024 }), 'low')
  assert.equal(effort({ budgetTokens: 10_000 }), 'medium')
  assert.equal(effort({ mode: 'on', budgetTokens: 32_000 }), 'high')
  assert.equal(effort({ mode: 'on' }), 'medium')
  assert.equal(effort({ mode: 'adaptive' }), undefined)
  assert.equal(effort({ effort: 'xhigh' }), 'xhigh')
})

test('moves what a tool result holds beside text into a user message after the results', () => {
  const image: Part = { type: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA==' } }
  const { body, dropped } = encode({
    messages: [
      { role: 'tool', callId: 'a', content: [{ type: 'text', text: 'seen' }, image] },
      { role: 'tool', callId: 'b', content: [{ type: 'text', text: 'done' }] },
      { role: 'user', content: [{ type: 'text', text: 'go on' }] },
    ],
  })
  assert.deepEqual(dropped, [])
  assert.deepEqual(body.messages, [
    { role: 'tool', tool_call_id: 'a', content: 'seen' },
    { role: 'tool', tool_call_id: 'b', content: 'done' },
    { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] },
    { role: 'user', content: 'go on' },
  ])
})

test('writes an assistant turn that only calls tools with null content', () => {
  const call = { type: 'tool-call', id: 'c', name: 'f', arguments: '{}', kind: 'function' } as const
  assert.deepEqual(messagesOf(call).body.messages, [
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
    },
  ])
})

test('puts the voice of an earlier answer back on its message', () => {
  const messages = [{ role: 'assistant', audio: { id: 'audio_1' }, content: null }]
  const request = openaiChat.decodeRequest({ model: 'm', messages })
  assert.deepEqual(openaiChat.encodeRequest(request, {}).body.messages, [
    { role: 'assistant', audio: { id: 'audio_1' }, content: '' },
  ])
})

test('writes every tool choice', () => {
  const tools = [
    { kind: 'function', name: 'f' },
    { kind: 'custom', name: 'g' },
  ] as const
  const choice = (toolChoice: ChatRequest['toolChoice']) => encode({ tools, toolChoice }).body.tool_choice
  assert.equal(choice({ mode: 'required' }), 'required')
  assert.deepEqual(choice({ mode: 'named', name: 'f', kind: 'function' }), {
    type: 'function',
    function: { name: 'f' },
  })
  assert.deepEqual(choice({ mode: 'allowed', require: 'auto', names: ['f', 'g'] }), {
    type: 'allowed_tools',
    allowed_tools: {
      mode: 'auto',
      tools: [
        { type: 'function', function: { name: 'f' } },
        { type: 'custom', custom: { name: 'g' } },
      ],
    },
  })
})

test("a client's own members survive to a target of the same dialect", () => {
  const body = {
    model: 'm',
    messages: [{ role: 'user', content: 'x' }],
    top_k: 3,
    thinking: { type: 'disabled' },
    zest: 1,
  }
  assert.deepEqual(openaiChat.encodeRequest(openaiChat.decodeRequest(body), {}), { body, dropped: [] })
})

test('patches only the model, and asks streams for usage', () => {
  const body = { model: 'a', messages: [] }
  assert.deepEqual(openaiChat.patchRequest(body, 'b'), { model: 'b' })
  assert.deepEqual(openaiChat.patchRequest({ ...body, stream: true, stream_options: { x: 1 } }, 'b'), {
    model: 'b',
    stream_options: { x: 1, include_usage: true },
  })
  const asked = { ...body, stream: true, stream_options: { include_usage: true } }
  assert.deepEqual(openaiChat.patchRequest(asked, 'b'), { model: 'b' })
})

const text = fc.string({ minLength: 1, maxLength: 12 })
const textPart = text.map((said): Part => ({ type: 'text', text: said }))
const source = fc.constantFrom(
  { kind: 'url', url: 'https://e/x' } as const,
  { kind: 'data', mediaType: 'image/png', data: 'AA==' } as const,
)
const part: fc.Arbitrary<Part> = fc.oneof(
  textPart,
  source.map((from) => ({ type: 'image', source: from }) as const),
  text.map((data) => ({ type: 'audio', format: 'mp3', data }) as const),
)
const call = fc
  .record({ id: fc.uuid(), name: text, arguments: text, kind: fc.constantFrom('function', 'custom') })
  .map((members): AssistantPart => ({ type: 'tool-call', ...members }))
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ role: fc.constantFrom('system', 'developer'), content: fc.array(textPart, { maxLength: 2 }) }),
  fc.record({ role: fc.constant('user'), content: fc.array(part, { maxLength: 3 }), name: text }),
  fc
    .tuple(fc.array(textPart, { maxLength: 2 }), fc.array(call, { maxLength: 2 }))
    .map(([said, calls]): Message => ({ role: 'assistant', content: [...said, ...calls] })),
  fc.record({ role: fc.constant('tool'), callId: fc.uuid(), content: fc.array(textPart, { maxLength: 2 }) }),
)
const tool: fc.Arbitrary<Tool> = fc.oneof(
  fc.record({
    kind: fc.constant('function'),
    name: text,
    parameters: fc.constant({ type: 'object' }),
    strict: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('custom'), name: text, description: text }),
)

test('a request written and read again says the same', () => {
  const members = fc.record({
    messages: fc.array(message, { minLength: 1, maxLength: 5 }),
    tools: fc.array(tool, { maxLength: 2 }),
    stop: fc.array(text, { maxLength: 4 }),
    n: fc.integer({ min: 1, max: 4 }),
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    maxOutputTokens: fc.integer({ min: 1, max: 1e5 }),
    stream: fc.boolean(),
  })
  const plain = (request: ChatRequest) => JSON.parse(JSON.stringify({ ...request, includeUsage: true, extras: {} }))
  fc.assert(
    fc.property(members, (given) => {
      const { body, dropped } = encode(given)
      assert.deepEqual(dropped, [])
      const again = openaiChat.decodeRequest(JSON.parse(JSON.stringify(body)))
      assert.deepEqual(plain(again), plain(foreign(given)))
    }),
    { numRuns: 200 },
  )
})
