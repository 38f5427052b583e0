import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from '../../../../core/json.js'
import type { Frame } from '../../../../core/provider.js'
import { openaiResponses } from '../../../../llm/dialects/openai-responses.js'
import { sse } from '../../../../llm/framing/sse.js'
import { answerOf } from '../openai-chat/answer.js'
import { body, decode, event, fixture, fixtureFrames } from './answer.js'

const linesOf = (frames: readonly Frame[]) => answerOf(decode(frames)).choices[0]
const message = (...content: readonly JsonObject[]) => ({ type: 'message', id: 'msg_1', role: 'assistant', content })
const said = (text: string) => ({ type: 'output_text', text, annotations: [] })

test('reads a stream with reasoning, text and parallel calls', () => {
  const answer = answerOf(decode(fixtureFrames('reasoning-and-tools.sse')))
  assert.deepEqual(answer.choices[0], [
    'reasoning: Two boats, two calls. signed openai-responses:Ym9hdHM=',
    'text: Ich prüfe beide 🛶.',
    'call_s1 locate({"boat":"Möwe"})',
    'call_s2 locate({})',
    'finish: tool-calls',
  ])
  assert.deepEqual(answer.usage, { prompt: 50, cachedPrompt: 32, completion: 41, reasoning: 9 })
  assert.equal(answer.last, 'end')
})

test('reads a stream with encrypted reasoning, a search, an annotation, a refusal and a custom tool', () => {
  const events = decode(fixtureFrames('search-and-refusal.sse'))
  const answer = answerOf(events)
  assert.deepEqual(answer.choices[0], [
    'redacted: openai-responses:aGlkZGVu',
    'opaque: {"id":"ws_s2","type":"web_search_call","status":"completed","action":{"type":"search","query":"harbour"}}',
    'text: The harbour annotated',
    'refusal: No more',
    'call_c run custom(moor 1)',
    'finish: content-filter',
  ])
  assert.equal(answer.usage.webSearches, 1)
  const [delta] = events.filter(({ type }) => type === 'delta')
  const tokens = [{ token: 'The harbour', logprob: -0.5, top_logprobs: [{ token: 'A', logprob: -2 }] }]
  assert.deepEqual(delta?.type === 'delta' && delta.logprobs, { content: tokens, refusal: null })
})

test('reads a whole body as the stream that would have built it', () => {
  const events = decode(fixtureFrames('body-with-everything.json'))
  assert.deepEqual(events[0], {
    type: 'start',
    id: 'resp_b1',
    model: 'gpt-5',
    created: 1760000001,
    serviceTier: 'default',
  })
  const answer = answerOf(events)
  assert.deepEqual(answer.choices[0], [
    'reasoning: The tide turns at noon. signed openai-responses:dGlkZQ==',
    'opaque: {"id":"ws_b1","type":"web_search_call","status":"completed","action":{"type":"search","query":"tide table"}}',
    'text: High water at noon. annotated',
    'refusal: I will not say more.',
    'call_b1 note({"at":12})',
    'call_b2 done({})',
    'call_b3 run custom(tide --now)',
    'finish: tool-calls',
  ])
  assert.deepEqual(answer.usage, {
    prompt: 40,
    cachedPrompt: 16,
    cacheWrite: 8,
    completion: 30,
    reasoning: 12,
    webSearches: 1,
  })
})

test('keeps what an item has beside its content on its first block', () => {
  const events = decode(fixtureFrames('body-with-everything.json'))
  const kept = events.flatMap((each) => (each.type === 'block-start' ? [each.extras?.fields] : []))
  assert.deepEqual(kept, [
    { item: { id: 'rs_b1' } },
    undefined,
    { item: { id: 'msg_b1', phase: 'commentary' } },
    undefined,
    { item: { id: 'fc_b1' } },
    { item: { id: 'fc_b2' } },
    { item: { id: 'ctc_b1' } },
  ])
})

test('reads why an answer ended', () => {
  const finishOf = (members: JsonObject) =>
    decode([body([message(said('x'))], members)]).find(({ type }) => type === 'finish')
  const finish = (reason: string, raw: string) => ({ type: 'finish', choice: 0, reason, raw })
  assert.deepEqual(finishOf({}), finish('stop', 'completed'))
  const incomplete = (reason: string) => ({ status: 'incomplete', incomplete_details: { reason } })
  assert.deepEqual(finishOf(incomplete('max_output_tokens')), finish('length', 'max_output_tokens'))
  assert.deepEqual(finishOf(incomplete('content_filter')), finish('content-filter', 'content_filter'))
  assert.deepEqual(finishOf({ status: 'queued' }), finish('other', 'queued'))
  assert.deepEqual(linesOf(fixtureFrames('incomplete.json')), [
    'opaque: {"id":"rs_b2","type":"reasoning","summary":[]}',
    'text: The ferry leaves at',
    'finish: length',
  ])
})

test('reads streams of servers that leave events out, or number parts in their own way', () => {
  const at = { output_index: 1, content_index: 3, item_id: 'm' }
  const completed = event('response.completed', { response: { id: 'r', status: 'completed', output: [] } })
  const done = event('response.output_item.done', { output_index: 1, item: message(said('ab')) })
  const deltas = ['a', 'b'].map((delta) => event('response.output_text.delta', { ...at, delta }))
  for (const frames of [[...deltas, done], [...deltas], [done]]) {
    assert.deepEqual(linesOf([...frames, completed]), ['text: ab', 'finish: stop'])
  }
  const atOnce = { response: { status: 'completed', output: [message(said('ab'))] } }
  assert.deepEqual(linesOf([event('response.completed', atOnce)]), ['text: ab', 'finish: stop'])
  const thought = event('response.reasoning_text.delta', { output_index: 0, content_index: 0, delta: 't' })
  assert.deepEqual(linesOf([thought, ...deltas, completed]), ['reasoning: t', 'text: ab', 'finish: stop'])
})

test('takes the arguments of a call once, wherever they stand', () => {
  const call = { type: 'function_call', id: 'fc', call_id: 'c', name: 'f' }
  const whole = event('response.output_item.done', { output_index: 0, item: { ...call, arguments: '{"a":1}' } })
  const completed = event('response.completed', { response: { status: 'completed' } })
  const added = event('response.output_item.added', { output_index: 0, item: { ...call, arguments: '{"a":1}' } })
  const nameless = event('response.output_item.added', { output_index: 0, item: { type: 'function_call', id: 'fc' } })
  const delta = event('response.function_call_arguments.delta', { output_index: 0, delta: '{"a":1}' })
  for (const frames of [[whole], [added, whole], [added, delta, whole], [nameless, delta, whole]]) {
    assert.deepEqual(linesOf([...frames, completed]), ['c f({"a":1})', 'finish: tool-calls'])
  }
})

test('a search that was begun counts, though the stream is cut', () => {
  const item = { type: 'web_search_call', id: 'ws', status: 'in_progress' }
  const events = decode([event('response.output_item.added', { output_index: 0, item })], 'cut')
  assert.equal(answerOf(events).usage.webSearches, 1)
  assert.equal(events.at(-1)?.type, 'error')
})

test('ends with one error when the answer ends early or is none', () => {
  const frames = fixtureFrames('reasoning-and-tools.sse')
  const broken: readonly (readonly Frame[])[] = [
    [],
    frames.slice(0, 5),
    frames.slice(0, -1),
    [{ type: 'body', data: '<html>' }],
    [{ type: 'body', data: '[]' }],
    [{ type: 'body', data: '{"id":"resp_1"}' }],
    [{ type: 'body', data: '{"error":{"message":"m"}}' }],
    [{ type: 'event', event: '', data: '{"error":"m"}' }],
    [...frames.slice(0, 5), { type: 'event', event: '', data: '{' }, ...frames.slice(5)],
  ]
  for (const given of broken) {
    const events = decode(given)
    assert.equal(events.filter(({ type }) => type === 'error').length, 1)
    assert.equal(events.at(-1)?.type, 'error')
    answerOf(events)
  }
})

test('comments and a closing mark say nothing', () => {
  const frames = fixtureFrames('reasoning-and-tools.sse')
  const mark = (data: string): Frame => ({ type: 'event', event: '', data })
  assert.deepEqual(decode([mark(''), ...frames, mark('[DONE]')]), decode(frames))
})

test('the events do not depend on where the bytes are cut', () => {
  for (const name of ['reasoning-and-tools.sse', 'search-and-refusal.sse']) {
    const bytes = Buffer.from(fixture(name))
    const whole = decode(fixtureFrames(name))
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 10 })
    fc.assert(
      fc.property(cuts, (places) => {
        const at = [0, ...places.sort((a, b) => a - b), bytes.length]
        const framing = sse.decode()
        const frames = at.slice(1).flatMap((end, index) => framing.push(bytes.subarray(at[index], end)))
        assert.deepEqual(decode([...frames, ...framing.end('complete')]), whole)
      }),
      { numRuns: 100 },
    )
  }
})

const TYPES = [
  ...['response.created', 'response.completed', 'response.failed', 'response.incomplete', 'error', 'response.other'],
  ...[
    'response.output_item.added',
    'response.output_item.done',
    'response.output_text.delta',
    'response.refusal.delta',
  ],
  ...['response.reasoning_summary_text.delta', 'response.function_call_arguments.delta', ''],
]
const ITEMS = ['message', 'reasoning', 'function_call', 'custom_tool_call', 'web_search_call', '']

test('never throws, and keeps the order of events, whatever comes', () => {
  const any = fc.jsonValue({ maxDepth: 2 })
  const text = fc.oneof(fc.constantFrom('', 'x'), any)
  const item = fc.record(
    {
      type: fc.constantFrom(...ITEMS),
      id: text,
      call_id: text,
      name: text,
      arguments: text,
      summary: fc.oneof(any, fc.array(fc.record({ text }), { maxLength: 2 })),
      content: fc.oneof(
        any,
        fc.array(fc.record({ type: fc.constantFrom('output_text', 'refusal'), text, refusal: text, annotations: any })),
      ),
      encrypted_content: text,
    },
    { requiredKeys: ['type'] },
  )
  const response = fc.record({ id: text, status: text, output: fc.oneof(any, fc.array(item)), usage: any, error: any })
  const events = fc.record(
    {
      type: fc.constantFrom(...TYPES),
      output_index: fc.oneof(fc.nat(2), any),
      content_index: fc.oneof(fc.nat(2), any),
      delta: text,
      item: fc.oneof(item, any),
      response: fc.oneof(response, any),
      error: any,
    },
    { requiredKeys: ['type'] },
  )
  const frame = fc.oneof(
    events.map((value): Frame => ({ type: 'event', event: '', data: JSON.stringify(value) })),
    fc.string().map((data): Frame => ({ type: 'event', event: 'x', data })),
    response.map((value): Frame => ({ type: 'body', data: JSON.stringify(value) })),
  )
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 12 }),
      fc.constantFrom('complete' as const, 'cut' as const),
      (given, how) => {
        const made = decode(given, how)
        assert.match(answerOf(made).last, /^(end|error)$/)
        assert.equal(made.filter(({ type }) => type === 'error' || type === 'end').length, 1)
      },
    ),
    { numRuns: 2000 },
  )
})

test('passes every frame on, and must read what holds usage or an error', () => {
  for (const frame of fixtureFrames('reasoning-and-tools.sse')) assert.equal(openaiResponses.hideUsage(frame), frame)
  const reads = (type: string, members: JsonObject) => openaiResponses.mustRead(sse.encode({ ...event(type, members) }))
  assert.equal(reads('response.output_text.delta', { delta: '"error" "usage":{' }), false)
  assert.equal(reads('response.completed', { response: { usage: { input_tokens: 1 } } }), true)
  assert.equal(reads('response.failed', { response: { error: { code: 'server_error' } } }), true)
  assert.equal(reads('error', { message: 'm' }), true)
})
