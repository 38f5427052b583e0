import assert from 'node:assert/strict'
import { test } from 'node:test'
import OpenAI from 'openai'
import type { ChatEvent, FinishReason } from '../../../../core/chat.js'
import { GatewayError } from '../../../../core/errors.js'
import type { Frame } from '../../../../core/provider.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { decode, fixture, framesOf } from './answer.js'

type Wish = 'body' | 'stream' | 'stream-with-usage'

function encoder(wish: Wish) {
  const messages = [{ role: 'user', content: 'x' }]
  const options = wish === 'stream-with-usage' ? { stream_options: { include_usage: true } } : {}
  return openaiChat.encodeEvents(
    openaiChat.decodeRequest({ model: 'm', messages, stream: wish !== 'body', ...options }),
  )
}

function encode(events: readonly ChatEvent[], wish: Wish): readonly Frame[] {
  const transform = encoder(wish)
  const frames = events.flatMap((event) => transform.push(event))
  return [...frames, ...transform.end('complete')]
}

const chunks = (frames: readonly Frame[]) =>
  frames.filter(({ data }) => data !== '[DONE]').map(({ data }) => JSON.parse(data))

function bodyOf(events: readonly ChatEvent[]) {
  const frames = encode(events, 'body')
  assert.equal(frames.length, 1)
  assert.equal(frames[0]?.type, 'body')
  return JSON.parse(frames[0]?.data ?? '')
}

/** A client of the official SDK that is served these frames. */
function client(frames: readonly Frame[]): OpenAI {
  const [first] = frames
  const body = first?.type === 'body' ? first.data : frames.map(({ data }) => `data: ${data}\n\n`).join('')
  const type = first?.type === 'body' ? 'application/json' : 'text/event-stream'
  const fetch = async () => new Response(body, { headers: { 'content-type': type } })
  return new OpenAI({ apiKey: 'none', baseURL: 'http://none.invalid', maxRetries: 0, fetch })
}

const START: ChatEvent = { type: 'start', id: 'c1', model: 'm1', created: 5 }
const END: ChatEvent = { type: 'end' }
const finish = (reason: FinishReason, choice = 0): ChatEvent => ({ type: 'finish', choice, reason, raw: 'raw' })
type Start = Extract<ChatEvent, { type: 'block-start' }>['start']
const block = (number: number, start: Start, text: string, choice = 0): readonly ChatEvent[] => [
  { type: 'block-start', choice, block: number, start },
  ...(text === '' ? [] : [{ type: 'delta', choice, block: number, text } as const]),
  { type: 'block-end', choice, block: number },
]
const call = (id: string): Start => ({ kind: 'tool-call', id, name: 'f', call: 'function' })

const ANSWER: readonly ChatEvent[] = [
  START,
  ...block(0, { kind: 'text' }, 'hi'),
  ...block(1, call('a'), '{"x":1}'),
  ...block(2, call('b'), ''),
  finish('tool-calls'),
  { type: 'usage', usage: { prompt: 10, cachedPrompt: 4, cacheWrite: 2, completion: 5, reasoning: 1 } },
  END,
]

const USAGE = {
  prompt_tokens: 10,
  completion_tokens: 5,
  total_tokens: 15,
  prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 2 },
  completion_tokens_details: { reasoning_tokens: 1 },
}

test('writes chunks as OpenAI does', () => {
  const frames = encode(ANSWER, 'stream')
  assert.deepEqual(frames.at(-1), { type: 'event', event: '', data: '[DONE]' })
  const written = chunks(frames)
  assert.deepEqual(written[0], {
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 5,
    model: 'm1',
    choices: [{ index: 0, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null }],
  })
  assert.deepEqual(
    written.slice(1).map(({ choices: [{ delta, finish_reason }] }) => finish_reason ?? delta),
    [
      { content: 'hi' },
      { tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"x":1}' } }] },
      { tool_calls: [{ index: 1, id: 'b', type: 'function', function: { name: 'f', arguments: '' } }] },
      { tool_calls: [{ index: 1, function: { arguments: '{}' } }] },
      'tool_calls',
    ],
  )
  assert.ok(written.every((chunk) => chunk.id === 'c1' && !('usage' in chunk)))
})

test('puts usage on a last chunk when it was asked for, and null on the others', () => {
  const written = chunks(encode(ANSWER, 'stream-with-usage'))
  const last = written.pop()
  assert.deepEqual([last.choices, last.usage], [[], USAGE])
  assert.ok(written.every((chunk) => chunk.usage === null))
})

test('the official client reads the stream', async () => {
  const params = { model: 'm', messages: [], stream_options: { include_usage: true } }
  const stream = client(encode(ANSWER, 'stream-with-usage')).chat.completions.stream(params)
  const completion = await stream.finalChatCompletion()
  const [choice] = completion.choices
  assert.equal(choice?.message.content, 'hi')
  assert.deepEqual(
    choice?.message.tool_calls?.map((each) => [each.id, each.type === 'function' && each.function.arguments]),
    [
      ['a', '{"x":1}'],
      ['b', '{}'],
    ],
  )
  assert.equal(choice?.finish_reason, 'tool_calls')
  assert.deepEqual(completion.usage, USAGE)
})

test('writes a body, which the official client reads', async () => {
  const completion = await client(encode(ANSWER, 'body')).chat.completions.create({ model: 'm', messages: [] })
  assert.deepEqual(JSON.parse(JSON.stringify(completion)), {
    id: 'c1',
    object: 'chat.completion',
    created: 5,
    model: 'm1',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'hi',
          refusal: null,
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
            { id: 'b', type: 'function', function: { name: 'f', arguments: '{}' } },
          ],
        },
        logprobs: null,
        finish_reason: 'tool_calls',
      },
    ],
    usage: USAGE,
  })
})

test('the official client throws on an error written into the stream', async () => {
  const error = openaiChat.encodeStreamError(new GatewayError('upstream_error', 'it broke'), 'r')
  const transform = encoder('stream')
  const frames = [...transform.push(START), error]
  const stream = await client(frames).chat.completions.create({ model: 'm', messages: [], stream: true })
  await assert.rejects(async () => {
    for await (const chunk of stream) assert.equal(chunk.id, 'c1')
  }, /it broke/)
})

test('each event leaves as its own chunk, at once', () => {
  const transform = encoder('stream')
  const counts = ANSWER.map((event) => transform.push(event).length)
  //                       start  text     call a   call b   finish usage end
  assert.deepEqual(counts, [1, 0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1])
})

test('nothing leaves of a body whose answer did not end', () => {
  assert.deepEqual(encode(ANSWER.slice(0, -1), 'body'), [])
})

test('leaves errors to their own writer', () => {
  const error: ChatEvent = { type: 'error', error: new GatewayError('upstream_error', 'x') }
  for (const wish of ['body', 'stream'] as const) assert.deepEqual(encoder(wish).push(error), [])
})

test('writes reasoning so that a client can send it back', () => {
  const events: readonly ChatEvent[] = [
    START,
    { type: 'block-start', choice: 0, block: 0, start: { kind: 'reasoning' } },
    { type: 'delta', choice: 0, block: 0, text: 'a' },
    { type: 'delta', choice: 0, block: 0, text: 'b' },
    { type: 'signature', choice: 0, block: 0, signature: 's' },
    { type: 'block-end', choice: 0, block: 0 },
    ...block(1, { kind: 'redacted-reasoning', data: 'd' }, ''),
    ...block(2, { kind: 'text' }, 'c'),
    finish('stop'),
    END,
  ]
  const thinking = [
    { type: 'thinking', thinking: 'ab', signature: 's' },
    { type: 'redacted_thinking', data: 'd' },
  ]
  const { message } = bodyOf(events).choices[0]
  assert.equal(message.reasoning_content, 'ab')
  assert.deepEqual(message.thinking_blocks, thinking)
  const deltas = chunks(encode(events, 'stream')).map(({ choices: [{ delta }] }) => delta)
  assert.equal(deltas.map((delta) => delta.reasoning_content ?? '').join(''), 'ab')
  assert.deepEqual(
    deltas.flatMap((delta) => delta.thinking_blocks ?? []),
    thinking,
  )
  const [sent] = openaiChat.decodeRequest({ model: 'm', messages: [message] }).messages
  const extras = { dialect: 'openai-chat', fields: { members: ['reasoning_content', 'thinking_blocks'] } }
  assert.deepEqual(sent?.content, [
    { type: 'reasoning', text: 'ab', signature: 's', extras },
    { type: 'reasoning', text: '', redacted: 'd', extras },
    { type: 'text', text: 'c' },
  ])
})

test('unsigned reasoning has no thinking blocks', () => {
  const { message } = bodyOf([START, ...block(0, { kind: 'reasoning' }, 'a'), finish('stop'), END]).choices[0]
  assert.deepEqual(message, { role: 'assistant', content: '', refusal: null, reasoning_content: 'a' })
})

test('writes a refusal as refusal', () => {
  const events = [START, ...block(0, { kind: 'refusal' }, 'no'), finish('refusal'), END]
  const [choice] = bodyOf(events).choices
  assert.deepEqual(choice.message, { role: 'assistant', content: null, refusal: 'no' })
  assert.equal(choice.finish_reason, 'stop')
  const written = chunks(encode(events, 'stream'))
  assert.deepEqual(written[1].choices[0].delta, { refusal: 'no' })
  assert.equal(written[2].choices[0].finish_reason, 'stop')
})

test('writes every finish as a word that OpenAI has', () => {
  const words: readonly (readonly [FinishReason, string])[] = [
    ['stop', 'stop'],
    ['length', 'length'],
    ['tool-calls', 'tool_calls'],
    ['content-filter', 'content_filter'],
    ['refusal', 'content_filter'],
    ['other', 'stop'],
  ]
  for (const [reason, word] of words) {
    assert.equal(bodyOf([START, finish(reason), END]).choices[0].finish_reason, word)
    assert.equal(chunks(encode([START, finish(reason), END], 'stream')).at(-1).choices[0].finish_reason, word)
  }
})

test('keeps its own annotations and opaque blocks and leaves out those of others', () => {
  const media = { audio: { id: 'x', data: 'AA==' } }
  const events: readonly ChatEvent[] = [
    START,
    ...block(0, { kind: 'opaque', dialect: 'other', value: { a: 1 } }, ''),
    ...block(1, { kind: 'opaque', dialect: 'openai-chat', value: media }, ''),
    { type: 'block-start', choice: 0, block: 2, start: { kind: 'text' } },
    { type: 'annotation', choice: 0, block: 2, dialect: 'other', value: { b: 1 } },
    { type: 'annotation', choice: 0, block: 2, dialect: 'openai-chat', value: { c: 1 } },
    { type: 'block-end', choice: 0, block: 2 },
    finish('stop'),
    END,
  ]
  const { message } = bodyOf(events).choices[0]
  assert.deepEqual(message, { role: 'assistant', content: null, refusal: null, annotations: [{ c: 1 }], ...media })
  const deltas = chunks(encode(events, 'stream')).map(({ choices: [{ delta }] }) => delta)
  assert.deepEqual(deltas.slice(1, -1), [media, { annotations: [{ c: 1 }] }])
})

test('names the role on the first chunk of every choice', () => {
  const events = [
    START,
    ...block(0, { kind: 'text' }, 'a'),
    ...block(0, { kind: 'text' }, 'b', 1),
    finish('stop', 1),
    finish('stop', 2),
    END,
  ]
  const roles = chunks(encode(events, 'stream')).flatMap(({ choices: [{ index, delta }] }) =>
    delta.role ? [index] : [],
  )
  assert.deepEqual(roles, [0, 1, 2])
})

test('writes an answer without a start', () => {
  const written = chunks(encode([...block(0, { kind: 'text' }, 'a'), finish('stop'), END], 'stream'))
  assert.deepEqual(written[0].choices[0].delta, { role: 'assistant', content: 'a' })
  assert.equal(bodyOf([finish('stop'), END]).id, 'chatcmpl-unknown')
})

test('writes a fixture back as it was', () => {
  const body = JSON.parse(fixture('body-with-everything.json'))
  assert.deepEqual(bodyOf(decode([{ type: 'body', data: JSON.stringify(body) }])), body)
  const frames = framesOf(fixture('text-with-usage.sse'))
  const rest = ({ choices, ...members }: Record<string, unknown>) => [members, choices]
  const written = chunks(encode(decode(frames), 'stream-with-usage'))
  assert.deepEqual(written.slice(1).map(rest), chunks(frames).slice(1).map(rest))
})
