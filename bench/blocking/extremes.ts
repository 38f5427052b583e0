import type { JsonObject, JsonValue } from '../../core/json.js'

/** The most that Envoy buffers and Tollgate takes unless it is told otherwise is 32 MiB. */
const LARGEST = 32 * 1024 * 1024 - 4096

/** How many texts are asked to be embedded at once. */
export const TEXTS = 2048

const PROSE = 'The quick brown fox jumps over the lazy dog, and nobody minds. '

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i))

const user = (content: JsonValue): JsonObject => ({ messages: [{ role: 'user', content }] })

/** Requests as no client should send them, and some do. The model is put in front. */
export const EXTREMES: Readonly<Record<string, () => JsonObject>> = {
  'a short one': () => user('hi'),
  '1 MB of one letter': () => user('a'.repeat(1_000_000)),
  '1 MB of prose': () => user(PROSE.repeat(1_000_000 / PROSE.length)),
  '10,000 messages': () => ({ messages: conversation(10_000) }),
  '500 tools': () => ({ ...user('hi'), tools: times(500, tool) }),
  'a picture of 20 MB': () =>
    user([{ type: 'image_url', image_url: { url: `data:image/png;base64,${picture(20_000_000)}` } }]),
  'a file of 5 MB of text': () => user([fileOf(base64Of(5_000_000))]),
  'a file of 15 MB of text, in lines': () => user([fileOf(base64Of(15_000_000).replace(/.{76}/g, '$&\r\n'))]),
  '100,000 parts': () => user(times(100_000, (index) => ({ type: 'text', text: `part ${index}` }))),
  '100,000 tool calls': () => ({
    messages: [
      { role: 'user', content: 'go' },
      { role: 'assistant', tool_calls: times(100_000, call) },
      { role: 'tool', tool_call_id: 'c0', content: 'done' },
    ],
  }),
  'a body of 32 MB': () => user(PROSE.repeat((LARGEST - 200) / PROSE.length)),
  '20 schemas of 5,000 properties': () => ({
    ...user('hi'),
    tools: times(20, (index) => ({ type: 'function', function: { name: `tool_${index}`, parameters: schema(5000) } })),
  }),
  'a schema of types in equal types': () => ({
    ...user('hi'),
    tools: [{ type: 'function', function: { name: 'f', parameters: equalTypes(11) } }],
  }),
  '100,000 thoughts': () => ({
    messages: [
      { role: 'user', content: 'go' },
      {
        role: 'assistant',
        content: 'gone',
        reasoning_details: times(100_000, (index) => ({ type: 'reasoning.text', text: `thought ${index}` })),
      },
      { role: 'user', content: 'on' },
    ],
  }),
  '100,000 messages with a member that no API has': () => ({
    messages: times(100_000, (index) => ({ role: 'user', content: `message ${index}`, odd: index })),
  }),
  '4,900 members that no API has': () => ({ ...user('hi'), ...names(4900) }),
  '100,000 members': () => ({ ...user('hi'), ...names(100_000) }),
  '100,000 members as text': () => user(JSON.stringify(names(100_000))),
  '20 MB of JSON as text': () => user(JSON.stringify(times(200, () => names(7000)))),
  'arguments and a result of 3 MB': () => called(JSON.stringify(data(100_000))),
  'arguments with 100,000 names': () => called(JSON.stringify(names(100_000))),
  'a format of 100,000 properties': () => ({
    ...user('hi'),
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: wide(20) } },
  }),
  'nested 120 deep': () => ({ ...user('hi'), metadata: { deep: nested(120), wide: times(50_000, () => [[[]]]) } }),
}

/** Requests of other APIs than Chat Completions: where they are sent, and the ways that they can go. */
export const OTHER_APIS: Readonly<Record<string, OtherExtreme>> = {
  'Messages: a call of 3 MB': {
    path: '/v1/messages',
    ways: ['plain', 'plain-anthropic', 'plain-gemini', 'full', 'full-anthropic', 'guarded'],
    body: () => ({
      max_tokens: 100,
      messages: [
        { role: 'user', content: 'go' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c0', name: 'look_up', input: data(100_000) }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c0', content: 'done' }] },
      ],
    }),
  },
  'Messages: a document of 20 MB': {
    path: '/v1/messages',
    ways: ['plain', 'plain-anthropic', 'plain-gemini', 'full', 'full-anthropic', 'guarded'],
    body: () => ({
      max_tokens: 100,
      messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'text', ...textOf(20_000_000) } }] }],
    }),
  },
  'Messages: 10,000 to be counted': {
    path: '/v1/messages/count_tokens',
    ways: ['plain', 'plain-anthropic'],
    body: () => ({ messages: conversation(10_000) }),
  },
  'Embeddings: 500,000 tokens': {
    path: '/v1/embeddings',
    ways: ['plain', 'full'],
    body: () => ({ input: times(TEXTS, (index) => times(244, (token) => index + token)) }),
  },
  'Embeddings: 2,048 texts': {
    path: '/v1/embeddings',
    ways: ['plain', 'full'],
    body: () => ({ input: times(TEXTS, (index) => `text ${index}`) }),
  },
}

interface OtherExtreme {
  readonly path: string
  readonly ways: readonly string[]
  body(): JsonObject
}

const conversation = (length: number): readonly JsonValue[] =>
  times(length, (index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content: `message ${index}` }))

/** A source of so much text. */
const textOf = (length: number): JsonObject => ({ media_type: 'text/plain', data: PROSE.repeat(length / PROSE.length) })

/** A conversation in which a tool was called with this, and answered the same. */
const called = (json: string): JsonObject => ({
  messages: [
    { role: 'user', content: 'go' },
    {
      role: 'assistant',
      tool_calls: [{ id: 'c0', type: 'function', function: { name: 'look_up', arguments: json } }],
    },
    { role: 'tool', tool_call_id: 'c0', content: json },
  ],
})

const data = (count: number): JsonObject => ({
  rows: times(count, (index) => ({ id: index, word: 'fox', at: [index] })),
})

/** A schema of so many objects with 5,000 properties each. */
const wide = (objects: number): JsonObject => ({
  type: 'object',
  properties: Object.fromEntries(times(objects, (index) => [`o${index}`, schema(5000)])),
})

const base64Of = (length: number) => Buffer.from(PROSE.repeat(length / PROSE.length)).toString('base64')

const fileOf = (base64: string): JsonObject => ({
  ...{ type: 'file', file: { filename: 'a.txt', file_data: `data:text/plain;base64,${base64}` } },
})

const tool = (index: number): JsonObject => ({
  type: 'function',
  function: { name: `tool_${index}`, description: PROSE.repeat(3), parameters: schema(20) },
})

const call = (index: number): JsonObject => ({
  id: `c${index}`,
  type: 'function',
  function: { name: 'look_up', arguments: '{"word":"fox"}' },
})

const names = (count: number): JsonObject => Object.fromEntries(times(count, (index) => [`x${index}`, index]))

const schema = (properties: number): JsonObject => ({
  type: 'object',
  properties: Object.fromEntries(times(properties, (index) => [`p${index}`, { type: 'string' }])),
})

const equalTypes = (depth: number): JsonObject =>
  depth === 0 ? {} : { type: Array(4).fill('object'), properties: { in: equalTypes(depth - 1) } }

const nested = (depth: number): JsonValue => (depth === 0 ? 1 : { in: nested(depth - 1) })

function picture(length: number): string {
  const bytes = new Uint8Array((length / 4) * 3)
  let state = 1
  for (let at = 0; at < bytes.length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    bytes[at] = state >>> 16
  }
  return Buffer.from(bytes).toString('base64')
}
