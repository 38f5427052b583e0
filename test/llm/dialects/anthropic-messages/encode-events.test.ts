import assert from 'node:assert/strict'
import { test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import fc from 'fast-check'
import type { BlockStart, ChatEvent, Usage } from '../../../../core/chat.js'
import { GatewayError } from '../../../../core/errors.js'
import type { Frame } from '../../../../core/provider.js'
import { encodeEvents } from '../../../../llm/dialects/anthropic-messages/encode-events.js'
import { sse } from '../../../../llm/framing/sse.js'
import { decode, encode, framesOf, request, said } from './fixtures.js'

const block = (number: number) => ({ choice: 0, block: number })
const start: ChatEvent = { type: 'start', id: 'msg_1', model: 'gpt-x' }

const textEvents: readonly ChatEvent[] = [
  start,
  { type: 'block-start', ...block(0), start: { kind: 'text' } },
  { type: 'delta', ...block(0), text: 'Hel' },
  { type: 'delta', ...block(0), text: 'lo' },
  { type: 'block-end', ...block(0) },
  { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' },
  { type: 'usage', usage: { prompt: 10, cachedPrompt: 4, completion: 2 } },
  { type: 'end' },
]

const names = (frames: readonly Frame[]) => frames.map((frame) => (frame.type === 'event' ? frame.event : frame.type))
const dataOf = (frame: Frame | undefined) => JSON.parse(frame?.data ?? 'null')

test('writes named events in the documented order, each as soon as it is known', () => {
  const encoder = encodeEvents({ ...request(), stream: true })
  assert.deepEqual(
    textEvents.map((each) => names(encoder.push(each))),
    [
      ['message_start'],
      ['content_block_start'],
      ['content_block_delta'],
      ['content_block_delta'],
      ['content_block_stop'],
      [],
      [],
      ['message_delta', 'message_stop'],
    ],
  )
  assert.deepEqual(encoder.end('complete'), [])
})

test('counts input tokens without cached ones, as this API does', () => {
  const frames = encode(textEvents, 'stream')
  assert.deepEqual(dataOf(frames.at(-2)), {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { input_tokens: 6, cache_read_input_tokens: 4, output_tokens: 2 },
  })
})

test('writes searches of the web where they are known, none of them included', () => {
  const usageWith = (usage: Usage) =>
    dataOf(encode([start, { type: 'usage', usage }, { type: 'end' }], 'body')[0]).usage
  assert.deepEqual(usageWith({ webSearches: 2 }).server_tool_use, { web_search_requests: 2 })
  assert.deepEqual(usageWith({ webSearches: 0 }).server_tool_use, { web_search_requests: 0 })
  assert.ok(!('server_tool_use' in usageWith({ prompt: 1 })))
})

test('writes one message body for a client that asked for no stream', () => {
  const [only, ...more] = encode(textEvents, 'body')
  assert.deepEqual(more, [])
  assert.deepEqual(dataOf(only), {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'gpt-x',
    content: [{ type: 'text', text: 'Hello' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 6, cache_read_input_tokens: 4, output_tokens: 2 },
  })
})

test('says tool_use for a finish of stop beside tool calls', () => {
  const events: readonly ChatEvent[] = [
    start,
    { type: 'block-start', ...block(0), start: { kind: 'tool-call', id: 'c', name: 'f', call: 'function' } },
    { type: 'block-end', ...block(0) },
    { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' },
    { type: 'end' },
  ]
  assert.equal(dataOf(encode(events, 'body')[0]).stop_reason, 'tool_use')
  assert.equal(dataOf(encode(events, 'stream').at(-2)).delta.stop_reason, 'tool_use')
})

test('writes only choice 0, and no blocks of other dialects', () => {
  const events: readonly ChatEvent[] = [
    start,
    { type: 'block-start', choice: 1, block: 0, start: { kind: 'text' } },
    { type: 'delta', choice: 1, block: 0, text: 'other' },
    { type: 'block-start', ...block(0), start: { kind: 'opaque', dialect: 'gemini', value: { x: 1 } } },
    { type: 'delta', ...block(0), text: 'x' },
    { type: 'block-end', ...block(0) },
    { type: 'block-start', ...block(1), start: { kind: 'refusal' } },
    { type: 'delta', ...block(1), text: 'No.' },
    { type: 'block-end', ...block(1) },
    { type: 'finish', choice: 1, reason: 'length', raw: 'length' },
    { type: 'finish', choice: 0, reason: 'content-filter', raw: 'content_filter' },
    { type: 'end' },
  ]
  const body = dataOf(encode(events, 'body')[0])
  assert.deepEqual(body.content, [{ type: 'text', text: 'No.' }])
  assert.equal(body.stop_reason, 'refusal')
  assert.equal(dataOf(encode(events, 'stream')[1]).index, 0)
})

test('ends a broken answer with an error in the form that the client reads', () => {
  const error: ChatEvent = { type: 'error', error: new GatewayError('upstream_error', 'gone') }
  const wanted = { type: 'error', error: { type: 'api_error', message: 'gone' } }
  const stream = encode([...textEvents.slice(0, 3), error], 'stream')
  assert.equal(names(stream).at(-1), 'error')
  assert.deepEqual(dataOf(stream.at(-1)), wanted)
  assert.deepEqual(encode([start, error], 'body').map(dataOf), [wanted])
  assert.equal(names(encode([start], 'stream')).at(-1), 'error')
})

test('keeps server tool output, citations and thinking of its own dialect', () => {
  for (const name of ['server-tool.sse', 'thinking-and-tools.sse', 'message.json']) {
    const events = decode(framesOf(name))
    assert.deepEqual(said(decode(encode(events, 'stream'))), said(events), name)
  }
  const body = dataOf(encode(decode(framesOf('server-tool.sse')), 'body')[0])
  assert.deepEqual(body.content[0].input, { query: 'lighthouses' })
  assert.equal(body.content[2].citations[0].cited_text, 'tall')
})

const finishes = [
  ['stop', 'end_turn'],
  ['length', 'max_tokens'],
  ['tool-calls', 'tool_use'],
  ['refusal', 'refusal'],
] as const

const answerBlocks = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), texts: fc.array(fc.string({ unit: 'grapheme' })) }),
  fc.record({ kind: fc.constant('reasoning' as const), texts: fc.array(fc.string()), signature: fc.base64String() }),
  fc.record({ kind: fc.constant('redacted-reasoning' as const), data: fc.base64String() }),
  fc.record({
    kind: fc.constant('tool-call' as const),
    id: fc.uuid(),
    name: fc.stringMatching(/^[a-z]{1,8}$/),
    input: fc.dictionary(fc.string(), fc.jsonValue()).filter((input) => !Object.hasOwn(input, '__proto__')),
    cut: fc.nat(40),
  }),
)

type AnswerBlock = typeof answerBlocks extends fc.Arbitrary<infer Value> ? Value : never

function eventsOfBlock(value: AnswerBlock, i: number): readonly ChatEvent[] {
  const begin = (start: BlockStart): ChatEvent => ({ type: 'block-start', ...block(i), start })
  const delta = (text: string): ChatEvent => ({ type: 'delta', ...block(i), text })
  const end: ChatEvent = { type: 'block-end', ...block(i) }
  switch (value.kind) {
    case 'text':
      return [begin({ kind: 'text' }), ...value.texts.map(delta), end]
    case 'reasoning': {
      const signature: ChatEvent = { type: 'signature', ...block(i), signature: value.signature }
      return [begin({ kind: 'reasoning' }), ...value.texts.map(delta), signature, end]
    }
    case 'redacted-reasoning':
      return [begin({ kind: value.kind, data: value.data }), end]
    case 'tool-call': {
      const text = JSON.stringify(value.input)
      const start = { kind: value.kind, id: value.id, name: value.name, call: 'function' } as const
      return [begin(start), delta(text.slice(0, value.cut)), delta(text.slice(value.cut)), end]
    }
  }
}

/** Answers as any decoder may report them: whole blocks in order, deltas cut anywhere. */
const answers = fc
  .record({
    blocks: fc.array(answerBlocks, { maxLength: 6 }),
    finish: fc.constantFrom(...finishes),
    usage: fc.record({
      ...{ prompt: fc.nat(), cachedPrompt: fc.nat(), cacheWrite: fc.nat(), completion: fc.nat() },
      webSearches: fc.nat(),
    }),
  })
  .map(({ blocks, finish: [reason, raw], usage }): readonly ChatEvent[] => {
    const prompt = usage.prompt + usage.cachedPrompt + usage.cacheWrite
    const full: Usage = { ...usage, prompt, cacheWrite1h: Math.floor(usage.cacheWrite / 2), reasoning: 0 }
    return [
      start,
      ...blocks.flatMap(eventsOfBlock),
      { type: 'finish', choice: 0, reason, raw },
      { type: 'usage', usage: full },
      { type: 'end' },
    ]
  })

test('keeps text, tool calls, thinking, signatures, finish and usage from encoding to decoding', () => {
  fc.assert(
    fc.property(answers, fc.constantFrom('stream' as const, 'body' as const), (events, answer) => {
      assert.deepEqual(said(decode(encode(events, answer))), said(events))
    }),
    { numRuns: 200 },
  )
})

test('is read by the official client as it was meant', async () => {
  const events = decode(framesOf('thinking-and-tools.sse'))
  const wanted = {
    stop_reason: 'tool_use',
    text: 'Checking the tides 🌊',
    calls: [{ harbour: 'Cuxhaven' }, {}],
    thinking: ['Two harbours, two calls.', 'c2lnbmVk'],
    usage: [30, 100, 50, 61],
  }
  const read = (message: Anthropic.Message) => {
    const thinking = message.content.find((each) => each.type === 'thinking')
    const { usage } = message
    return {
      stop_reason: message.stop_reason,
      text: message.content.map((each) => (each.type === 'text' ? each.text : '')).join(''),
      calls: message.content.flatMap((each) => (each.type === 'tool_use' ? [each.input] : [])),
      thinking: [thinking?.thinking, thinking?.signature],
      usage: [
        usage.input_tokens,
        usage.cache_read_input_tokens,
        usage.cache_creation_input_tokens,
        usage.output_tokens,
      ],
    }
  }
  const params = { model: 'm', max_tokens: 1, messages: [{ role: 'user' as const, content: 'x' }] }
  const clientOf = (body: string, type: string) =>
    new Anthropic({
      apiKey: 'k',
      maxRetries: 0,
      fetch: async () => new Response(body, { status: 200, headers: { 'content-type': type } }),
    })
  const stream = Buffer.concat(encode(events, 'stream').map((frame) => sse.encode(frame))).toString('utf8')
  const streamed = await clientOf(stream, 'text/event-stream').messages.stream(params).finalMessage()
  assert.deepEqual(read(streamed), wanted)
  const [body] = encode(events, 'body')
  assert.deepEqual(read(await clientOf(body?.data ?? '', 'application/json').messages.create(params)), wanted)
})
