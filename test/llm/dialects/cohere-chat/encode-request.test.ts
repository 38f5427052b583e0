import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AssistantMessage, ChatRequest, Message, Part } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import { cohereChat } from '../../../../llm/dialects/cohere-chat.js'
import { extrasOf } from '../../../support/chat-request.js'
import { jsonOf, request } from './answer.js'

const encode = (members: Partial<ChatRequest> = {}) => cohereChat.encodeRequest(request(members), {})
const bodyOf = (members: Partial<ChatRequest>) => encode(members).body
const user = (...content: readonly Part[]): Message => ({ role: 'user', content })
const words = (text: string): Part => ({ type: 'text', text })
const messagesOf = (...messages: readonly Message[]) => encode({ messages }).body['messages'] as readonly JsonObject[]
const data = (mediaType: string, text: string) =>
  ({ kind: 'data', mediaType, data: Buffer.from(text).toString('base64') }) as const

test('a request of its own client comes back as it was', () => {
  const everything = jsonOf('request-with-everything.json')
  const { body, dropped } = cohereChat.encodeRequest(cohereChat.decodeRequest(everything), {})
  assert.deepEqual(dropped, [])
  assert.deepEqual(body, everything)
})

test('a document whose text a policy has changed goes out as that text', () => {
  const document = { id: 'd', data: 'ann@example.com' }
  const asked = cohereChat.decodeRequest({
    model: 'command-a-03-2025',
    messages: [
      { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'a', content: [{ type: 'document', document }] },
    ],
  })
  const sent = (messages: readonly Message[]) =>
    (cohereChat.encodeRequest({ ...asked, messages }, {}).body['messages'] as readonly JsonObject[])[1]?.['content']
  assert.deepEqual(sent(asked.messages), [{ type: 'document', document }])
  const masked = asked.messages.map((message) =>
    message.role === 'tool'
      ? { ...message, content: message.content.map((part) => ({ ...part, text: '<email>' }) as Part) }
      : message,
  )
  assert.equal(sent(masked), '<email>')
})

test('writes what OpenAI calls otherwise in its own words', () => {
  const { body, dropped } = encode({
    maxOutputTokens: 900,
    temperature: 0.2,
    topP: 0.5,
    topK: 3,
    seed: 4,
    stop: ['a', 'b'],
    frequencyPenalty: 0.5,
    logprobs: {},
    responseFormat: { type: 'json-schema', name: 'x', schema: { type: 'object' } },
    stream: true,
  })
  assert.deepEqual(dropped, [])
  assert.deepEqual(body, {
    model: 'command-a-03-2025',
    messages: [{ role: 'user', content: 'Hello' }],
    max_tokens: 900,
    temperature: 0.2,
    p: 0.5,
    k: 3,
    seed: 4,
    stop_sequences: ['a', 'b'],
    frequency_penalty: 0.5,
    logprobs: true,
    response_format: { type: 'json_object', json_schema: { type: 'object' } },
    stream: true,
  })
})

test('an answer is never asked to be longer than the model can give', () => {
  const { body } = cohereChat.encodeRequest(request({ maxOutputTokens: 9000 }), { maxOutput: 4000 })
  assert.equal(body['max_tokens'], 4000)
})

test('what is out of range is brought into it, and reported', () => {
  const { body, dropped } = encode({
    temperature: 1.7,
    topK: 900,
    seed: -1,
    frequencyPenalty: -1,
    presencePenalty: 2,
    stop: ['1', '2', '3', '4', '5', '6'],
    logprobs: { top: 3 },
  })
  const { temperature, k, seed, frequency_penalty, presence_penalty, stop_sequences } = body
  assert.deepEqual([temperature, k, seed, frequency_penalty, presence_penalty], [1, 500, undefined, undefined, 1])
  assert.deepEqual(stop_sequences, ['1', '2', '3', '4', '5'])
  assert.deepEqual([...dropped].sort(), [
    ...['frequency_penalty', 'presence_penalty', 'seed', 'stop', 'temperature', 'top_k', 'top_logprobs'],
  ])
  assert.deepEqual(encode({ topP: 1 }).dropped, [])
  assert.equal(bodyOf({ topP: 1 })['p'], 0.99)
})

test('of two penalties one is said', () => {
  const { body, dropped } = encode({ frequencyPenalty: 0.5, presencePenalty: 0.25 })
  assert.deepEqual([body['frequency_penalty'], body['presence_penalty']], [0.5, undefined])
  assert.deepEqual(dropped, ['presence_penalty'])
  assert.equal(bodyOf({ frequencyPenalty: 0, presencePenalty: 0.25 })['presence_penalty'], 0.25)
})

test('reports what it has no member for, and nothing that says nothing', () => {
  const lost = encode({
    n: 2,
    logitBias: { a: 1 },
    user: 'u',
    metadata: { a: 'b' },
    serviceTier: 'flex',
    parallelToolCalls: false,
    extras: extrasOf('openai-chat', { store: true, verbosity: 'low', safety_mode: 'NO' }),
  })
  assert.deepEqual(lost.dropped, [
    ...['n', 'logit_bias', 'user', 'metadata', 'service_tier', 'store', 'verbosity', 'safety_mode'],
    'parallel_tool_calls',
  ])
  const fields = { store: false, stream_options: {}, modalities: ['text'], verbosity: null }
  const nothing = encode({
    user: '',
    logitBias: {},
    metadata: {},
    serviceTier: 'auto',
    parallelToolCalls: true,
    extras: extrasOf('openai-chat', fields),
  })
  assert.deepEqual(nothing.dropped, [])
})

test('clients of other dialects can ask for what only Cohere has', () => {
  const fields = { safety_mode: 'OFF', citation_options: { mode: 'FAST' } }
  const { body, dropped } = encode({ extras: extrasOf('openai-chat', fields) })
  assert.deepEqual([body['safety_mode'], body['citation_options'], dropped], ['OFF', { mode: 'FAST' }, []])
})

test('instructions come first; messages that say nothing are left out or stand for something', () => {
  const messages = messagesOf(
    user(words('a')),
    { role: 'developer', content: [words('later')] },
    { role: 'system', content: [] },
    { role: 'assistant', content: [] },
    user(),
  )
  assert.deepEqual(messages, [
    { role: 'system', content: 'later' },
    { role: 'user', content: 'a' },
    { role: 'user', content: '.' },
  ])
  assert.deepEqual(messagesOf(), [{ role: 'user', content: '.' }])
  assert.deepEqual(messagesOf({ role: 'system', content: [words('x')] }), [
    { role: 'system', content: 'x' },
    { role: 'user', content: '.' },
  ])
})

test('images are sent where they stand; what cannot be sent is reported by its place', () => {
  const { body, dropped } = encode({
    messages: [
      user(
        words('see'),
        { type: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA==' }, detail: 'high' },
        { type: 'image', source: { kind: 'file-id', id: 'f' } },
        { type: 'audio', format: 'wav', data: 'AA==' },
        { type: 'file', source: data('application/pdf', 'x') },
        { type: 'opaque', dialect: 'gemini', value: {} },
      ),
    ],
  })
  assert.deepEqual(body['messages'], [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'see' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'high' } },
      ],
    },
  ])
  assert.deepEqual(
    dropped,
    [2, 3, 4, 5].map((place) => `messages[0].content[${place}]`),
  )
})

test('files of text are documents that the model can cite', () => {
  const { body, dropped } = encode({
    messages: [user(words('Sum up.'), { type: 'file', source: data('text/markdown', '# Tides 🌊'), name: 'tides.md' })],
  })
  assert.deepEqual(body['messages'], [{ role: 'user', content: 'Sum up.' }])
  assert.deepEqual(body['documents'], [{ data: { title: 'tides.md', text: '# Tides 🌊' } }])
  assert.deepEqual(dropped, [])
})

const call = (id: string, name = 'f', args = '{}') =>
  ({ type: 'tool-call', id, name, arguments: args, kind: 'function' }) as const
const assistant = (...content: AssistantMessage['content']): Message => ({ role: 'assistant', content })
const result = (callId: string, ...content: readonly Part[]): Message => ({ role: 'tool', callId, content })
const wire = (id: string, args = '{}') => ({ id, type: 'function', function: { name: 'f', arguments: args } })

test('each call is answered right after it, whatever the client sent', () => {
  const image: Part = { type: 'image', source: { kind: 'url', url: 'https://e.com/a.png' } }
  assert.deepEqual(
    messagesOf(
      user(words('go')),
      assistant(words('Looking.'), call('a'), call('b', 'f', '{"x":1}'), call('c')),
      result('b', words('two'), image),
      result('a', { type: 'file', source: data('text/plain', 'log'), name: 'log' }),
      result('zz', words('stray')),
      result('yy', words('more')),
      user(words('and?')),
    ),
    [
      { role: 'user', content: 'go' },
      { role: 'assistant', content: 'Looking.', tool_calls: [wire('a'), wire('b', '{"x":1}'), wire('c')] },
      {
        role: 'tool',
        tool_call_id: 'a',
        content: [{ type: 'document', document: { data: { title: 'log', text: 'log' } } }],
      },
      { role: 'tool', tool_call_id: 'b', content: 'two' },
      { role: 'tool', tool_call_id: 'c', content: 'stray' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'more' },
          { type: 'image_url', image_url: { url: 'https://e.com/a.png' } },
        ],
      },
      { role: 'user', content: 'and?' },
    ],
  )
})

test('a call that nobody answered is answered with nothing; ids that come twice are told apart', () => {
  assert.deepEqual(
    messagesOf(assistant(call('call_0')), result('call_0', words('r')), assistant(call('call_0'), call('call_0'))),
    [
      { role: 'assistant', tool_calls: [wire('call_0')] },
      { role: 'tool', tool_call_id: 'call_0', content: 'r' },
      { role: 'assistant', tool_calls: [wire('call_0_1'), wire('call_0_2')] },
      { role: 'tool', tool_call_id: 'call_0_1', content: '.' },
      { role: 'tool', tool_call_id: 'call_0_2', content: '.' },
    ],
  )
})

test('an id that was made unique is not given again', () => {
  const messages = messagesOf(assistant(call('a'), call('a'), call('a_1')))
  assert.deepEqual(
    messages.slice(1).map((message) => message['tool_call_id']),
    ['a', 'a_1', 'a_1_1'],
  )
})

test('arguments are a JSON object, even where the model or the tool wrote none', () => {
  const custom = { ...call('b', 'f', 'ls -l'), kind: 'custom' } as const
  const [said] = messagesOf(assistant(call('a', 'f', ''), custom, call('c', 'f', '{"cut'), call('d', 'f', '[1]')))
  assert.deepEqual(
    ((said?.['tool_calls'] ?? []) as readonly { function: JsonObject }[]).map((each) => each.function['arguments']),
    ['{}', '{"input":"ls -l"}', '{"_raw":"{\\"cut"}', '{"_raw":"[1]"}'],
  )
})

test("what only other providers know of results and messages is reported, as are other providers' thoughts", () => {
  const { dropped } = encode({
    messages: [
      { role: 'user', name: 'ann', content: [{ type: 'text', text: 'x', cacheControl: { type: 'ephemeral' } }] },
      assistant(
        { type: 'reasoning', text: 'Hm.', signature: 'QQ==' },
        { type: 'reasoning', text: '', redacted: 'x' },
        { type: 'reasoning', text: 'Plain.' },
        words('y'),
      ),
      { role: 'tool', callId: 'a', content: [words('no')], failed: true },
    ],
  })
  assert.deepEqual(dropped, [
    'messages[0].name',
    'cache_control',
    ...[0, 1, 2].map((place) => `messages[1].content[${place}]`),
    'is_error',
  ])
})

test('thoughts go back to models that think; before calls the others have a plan', () => {
  const messages = [assistant({ type: 'reasoning', text: 'Hm.' }, call('a')), result('a', words('r'))]
  const said = (model: string) => (bodyOf({ model, messages })['messages'] as readonly JsonObject[])[0]
  assert.deepEqual(said('command-a-reasoning-08-2025'), {
    role: 'assistant',
    content: [{ type: 'thinking', thinking: 'Hm.' }],
    tool_calls: [wire('a')],
  })
  assert.deepEqual(said('command-r-08-2024'), { role: 'assistant', tool_plan: 'Hm.', tool_calls: [wire('a')] })
})

test('thinking is on, off or within a budget, on models that think', () => {
  const thinking = (reasoning: ChatRequest['reasoning'], model = 'command-a-reasoning-08-2025') => {
    const { body, dropped } = encode({ model, ...(reasoning && { reasoning }) })
    return [body['thinking'], dropped.join()]
  }
  assert.deepEqual(thinking(undefined), [undefined, ''])
  assert.deepEqual(thinking({ effort: 'none' }), [{ type: 'disabled' }, ''])
  assert.deepEqual(thinking({ mode: 'off' }), [{ type: 'disabled' }, ''])
  assert.deepEqual(thinking({ budgetTokens: 0 }), [{ type: 'disabled' }, ''])
  assert.deepEqual(thinking({ effort: 'low' }), [{ type: 'enabled', token_budget: 1024 }, ''])
  assert.deepEqual(thinking({ effort: 'high' }), [{ type: 'enabled' }, ''])
  assert.deepEqual(thinking({ effort: 'low', budgetTokens: 5 }), [{ type: 'enabled', token_budget: 5 }, ''])
  assert.deepEqual(thinking({ mode: 'adaptive' }), [{ type: 'enabled' }, ''])
  assert.deepEqual(thinking({ effort: 'toString' }), [undefined, 'reasoning_effort'])
  assert.deepEqual(thinking({ effort: 'high' }, 'command-r-plus-08-2024'), [undefined, 'reasoning_effort'])
  assert.deepEqual(thinking({ effort: 'none' }, 'command-a-03-2025'), [undefined, ''])
  assert.deepEqual(thinking({ mode: 'on' }, 'cohere/command-a-vision-07-2025'), [undefined, 'reasoning_effort'])
})
