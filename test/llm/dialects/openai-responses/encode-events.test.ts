import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatEvent, FinishReason } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import { decode, encode, fixtureFrames, withClient } from './answer.js'

type Start = Extract<ChatEvent, { type: 'block-start' }>['start']

const START: ChatEvent = { type: 'start', id: 'resp_1', model: 'm1', created: 5 }
const END: ChatEvent = { type: 'end' }
const finish = (reason: FinishReason): ChatEvent => ({ type: 'finish', choice: 0, reason, raw: 'raw' })
const block = (number: number, start: Start, ...texts: readonly string[]): readonly ChatEvent[] => [
  { type: 'block-start', choice: 0, block: number, start },
  ...texts.map((text) => ({ type: 'delta', choice: 0, block: number, text }) as const),
  { type: 'block-end', choice: 0, block: number },
]
const call = (id: string): Start => ({ kind: 'tool-call', id, name: 'f', call: 'function' })

const ANSWER: readonly ChatEvent[] = [
  START,
  ...block(0, { kind: 'reasoning' }, 'think', 'ing'),
  ...block(1, { kind: 'text' }, 'h', 'i'),
  ...block(2, { kind: 'text' }, '!'),
  ...block(3, call('a'), '{"x":', '1}'),
  ...block(4, call('b')),
  ...block(5, { kind: 'tool-call', id: 'c', name: 'run', call: 'custom' }, 'ls'),
  finish('tool-calls'),
  { type: 'usage', usage: { prompt: 10, cachedPrompt: 4, cacheWrite: 2, completion: 5, reasoning: 1 } },
  END,
]

const streamed = (events: readonly ChatEvent[], members: JsonObject = {}) =>
  encode(events, { stream: true, ...members }).map((frame) => JSON.parse(frame.data))
const bodyOf = (events: readonly ChatEvent[], members: JsonObject = {}) => {
  const frames = encode(events, members)
  assert.deepEqual(
    frames.map(({ type }) => type),
    ['body'],
  )
  return JSON.parse(frames[0]?.data ?? '')
}

test('writes events in the order of the API, numbered from 0 and named by their type', () => {
  const frames = encode([START, ...block(0, { kind: 'text' }, 'hi'), finish('stop'), END], { stream: true })
  const events = frames.map(({ data }) => JSON.parse(data))
  assert.deepEqual(
    frames.map((frame) => frame.type === 'event' && frame.event),
    events.map(({ type }) => type),
  )
  assert.deepEqual(
    events.map(({ type, sequence_number }) => `${sequence_number} ${type}`),
    [
      '0 response.created',
      '1 response.in_progress',
      '2 response.output_item.added',
      '3 response.content_part.added',
      '4 response.output_text.delta',
      '5 response.output_text.done',
      '6 response.content_part.done',
      '7 response.output_item.done',
      '8 response.completed',
    ],
  )
  assert.deepEqual(events[4], {
    type: 'response.output_text.delta',
    item_id: 'msg_resp1_0',
    output_index: 0,
    content_index: 0,
    delta: 'hi',
    logprobs: [],
    sequence_number: 4,
  })
})

test('the last response of a stream is the body of the same answer', () => {
  const last = streamed(ANSWER).at(-1)
  assert.equal(last.type, 'response.completed')
  assert.deepEqual(last.response, bodyOf(ANSWER))
  assert.deepEqual(last.response.usage, {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 4, cache_write_tokens: 2 },
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 1 },
    total_tokens: 15,
  })
})

test('the official client adds the stream up to the body', async () => {
  const body = bodyOf(ANSWER)
  await withClient(encode(ANSWER, { stream: true }), async (client) => {
    const texts: string[] = []
    const calls: string[] = []
    const stream = client.responses.stream({ model: 'm', input: 'x' })
    stream.on('response.output_text.delta', ({ snapshot }) => texts.push(snapshot))
    stream.on('response.function_call_arguments.delta', ({ snapshot }) => calls.push(snapshot))
    const response = await stream.finalResponse()
    assert.deepEqual(texts, ['h', 'hi', '!'])
    assert.deepEqual(calls, ['{"x":', '{"x":1}', '{}'])
    assert.equal(response.output_text, 'hi!')
    assert.deepEqual(JSON.parse(JSON.stringify(response.usage)), body.usage)
  })
})

test('what the official client gathers before the last event is the same as what stands there', async () => {
  const frames = encode(ANSWER, { stream: true })
  const whole = bodyOf(ANSWER)
  await withClient(frames.slice(0, -1), async (client) => {
    const response = await client.responses.stream({ model: 'm', input: 'x' }).finalResponse()
    const items = response.output.map((item) => {
      const { parsed_arguments: _none, ...own } = { parsed_arguments: null, ...item }
      return own
    })
    const plain = JSON.parse(JSON.stringify(items).replaceAll(',"parsed":null', ''))
    assert.deepEqual(plain, whole.output)
  })
})

test('the official client reads the body', async () => {
  await withClient(encode(ANSWER), async (client) => {
    const response = await client.responses.create({ model: 'm', input: 'x' })
    assert.equal(response.output_text, 'hi!')
    assert.deepEqual(
      response.output.map((item) => [item.type, item.id]),
      [
        ['reasoning', 'rs_tollgate_resp1_0'],
        ['message', 'msg_resp1_1'],
        ['function_call', 'fc_resp1_2'],
        ['function_call', 'fc_resp1_3'],
        ['custom_tool_call', 'ctc_resp1_4'],
      ],
    )
    assert.deepEqual(
      response.output.flatMap((item) => (item.type === 'function_call' ? [[item.call_id, item.arguments]] : [])),
      [
        ['a', '{"x":1}'],
        ['b', '{}'],
      ],
    )
  })
})

test('the official client parses structured output and strict tools', async () => {
  const schema = { type: 'object', properties: {} }
  const format = { type: 'json_schema', name: 'out', schema, strict: true } as const
  const tools = [{ type: 'function', name: 'f', parameters: schema, strict: true }] as const
  const events = [START, ...block(0, { kind: 'text' }, '{"a":', '1}'), ...block(1, call('c')), finish('stop'), END]
  await withClient(encode(events, { stream: true }), async (client) => {
    const params = { model: 'm', input: 'x', text: { format }, tools: [...tools] }
    const response = await client.responses.stream(params).finalResponse()
    assert.deepEqual(response.output_parsed, { a: 1 })
  })
})

test('repeats what was asked for, with the defaults of the API', () => {
  const tools = [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: true }]
  const asked = { instructions: 'Be brief.', tools, tool_choice: 'required', temperature: 0.5, metadata: { k: 'v' } }
  const { response } = streamed([START], { ...asked, reasoning: { effort: 'low' }, text: { verbosity: 'low' } })[0]
  assert.deepEqual(response, {
    id: 'resp_1',
    object: 'response',
    created_at: 5,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    ...asked,
    max_output_tokens: null,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: 'low', summary: null },
    service_tier: 'default',
    store: false,
    text: { format: { type: 'text' }, verbosity: 'low' },
    top_logprobs: 0,
    top_p: null,
    truncation: 'disabled',
    user: null,
    model: 'm1',
    output: [],
    usage: null,
  })
})

test('an answer that did not come to its end is incomplete, and so is its last item', () => {
  const text = block(0, { kind: 'text' }, 'x')
  const refusal = block(0, { kind: 'refusal' }, 'x')
  const cases: readonly (readonly [readonly ChatEvent[], FinishReason, string | undefined])[] = [
    [text, 'length', 'max_output_tokens'],
    [text, 'content-filter', 'content_filter'],
    [text, 'refusal', 'content_filter'],
    [refusal, 'refusal', undefined],
    [text, 'stop', undefined],
    [text, 'other', undefined],
  ]
  for (const [blocks, reason, why] of cases) {
    const events: readonly ChatEvent[] = [START, ...blocks, finish(reason), END]
    const last = JSON.parse(encode(events, { stream: true }).at(-1)?.data ?? '')
    assert.equal(last.type, why === undefined ? 'response.completed' : 'response.incomplete')
    assert.equal(last.response.status, why === undefined ? 'completed' : 'incomplete')
    assert.deepEqual(last.response.incomplete_details, why === undefined ? null : { reason: why })
  }
  const cut = streamed([
    START,
    ...block(0, { kind: 'text' }, 'x'),
    ...block(1, call('a'), '{"x'),
    finish('length'),
    END,
  ])
  assert.deepEqual(
    cut.at(-1).response.output.map(({ status }: { status: string }) => status),
    ['completed', 'incomplete'],
  )
})

test('writes refusals, logprobs, annotations and items of this dialect; leaves those of others out', () => {
  const events = decode(fixtureFrames('search-and-refusal.sse'))
  const others: readonly ChatEvent[] = [
    { type: 'block-start', choice: 0, block: 90, start: { kind: 'opaque', dialect: 'x', value: { type: 'y' } } },
    { type: 'block-end', choice: 0, block: 90 },
    { type: 'block-start', choice: 1, block: 91, start: { kind: 'text' } },
  ]
  const { output } = bodyOf([...events.slice(0, 1), ...others, ...events.slice(1)])
  const annotation = {
    type: 'url_citation',
    start_index: 0,
    end_index: 11,
    title: 'Harbour',
    url: 'https://example.org/h',
  }
  const tokens = [{ token: 'The harbour', logprob: -0.5, top_logprobs: [{ token: 'A', logprob: -2 }] }]
  assert.deepEqual(output, [
    { type: 'reasoning', id: 'rs_s2', summary: [], encrypted_content: 'aGlkZGVu' },
    { id: 'ws_s2', type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'harbour' } },
    {
      id: 'msg_s2',
      type: 'message',
      status: 'completed',
      role: 'assistant',
      content: [
        { type: 'output_text', text: 'The harbour', annotations: [annotation], logprobs: tokens },
        { type: 'refusal', refusal: 'No more' },
      ],
    },
    { id: 'ctc_s2', type: 'custom_tool_call', status: 'incomplete', call_id: 'call_c', name: 'run', input: 'moor 1' },
  ])
})

test('calls that interleave are items of their own, side by side', async () => {
  const delta = (number: number, text: string): ChatEvent => ({ type: 'delta', choice: 0, block: number, text })
  const [begin0, end0] = block(0, call('a'))
  const [begin1, end1] = block(1, call('b'))
  if (!begin0 || !begin1 || !end0 || !end1) throw new Error('no blocks')
  const deltas = [delta(1, '{"b"'), delta(0, '{"a"'), delta(1, ':2}'), delta(0, ':1}')]
  const events = [START, begin0, begin1, ...deltas, end0, end1, finish('tool-calls'), END]
  await withClient(encode(events, { stream: true }), async (client) => {
    const { output } = await client.responses.stream({ model: 'm', input: 'x' }).finalResponse()
    assert.deepEqual(
      output.map((item) => item.type === 'function_call' && [item.call_id, item.arguments]),
      [
        ['a', '{"a":1}'],
        ['b', '{"b":2}'],
      ],
    )
  })
})

test('an answer without a start still is one, and one without an end is none', () => {
  assert.equal(bodyOf([finish('stop'), END]).id, 'resp_unknown')
  assert.deepEqual(encode([START, ...block(0, { kind: 'text' }, 'x')]), [])
})
