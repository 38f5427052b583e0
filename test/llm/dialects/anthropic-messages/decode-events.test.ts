import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { projectRoot } from '../../../../cli/project-root.js'
import type { JsonObject } from '../../../../core/json.js'
import type { Frame } from '../../../../core/provider.js'
import { sse } from '../../../../llm/framing/sse.js'
import { decode, event, framesOf, said } from './fixtures.js'

const start = event({
  type: 'message_start',
  message: { id: 'msg_1', model: 'claude-x', content: [], usage: { input_tokens: 3, output_tokens: 1 } },
})
const textStart = event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } })
const textDelta = event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } })

test('reads thinking, redacted thinking, text and tool calls of a stream', () => {
  const events = decode(framesOf('thinking-and-tools.sse'))
  assert.deepEqual(events[0], { type: 'start', id: 'msg_t1', model: 'claude-sonnet-4-5', serviceTier: 'default' })
  assert.deepEqual(said(events), {
    text: 'Checking the tides 🌊',
    thinking: [['Two harbours, two calls.', 'c2lnbmVk']],
    redacted: ['c2VjcmV0'],
    calls: [
      ['toolu_1', 'tide', '{"harbour": "Cuxhaven"}'],
      ['toolu_2', 'now', '{}'],
    ],
    opaque: [],
    citations: [],
    finish: ['tool-calls', undefined],
    usage: { prompt: 180, cachedPrompt: 100, cacheWrite: 50, cacheWrite1h: 30, completion: 61, reasoning: 12 },
    error: undefined,
    ended: true,
  })
})

test('keeps server tools as opaque blocks, their citations as annotations, and the stop sequence', () => {
  const result = said(decode(framesOf('server-tool.sse')))
  assert.deepEqual(
    result.opaque.map((block) => block['type']),
    ['server_tool_use', 'web_search_tool_result'],
  )
  assert.equal(result.citations[0]?.['cited_text'], 'tall')
  assert.equal(result.text, 'They are tall.')
  assert.deepEqual(result.finish, ['stop', 'END'])
  assert.deepEqual(result.usage, { prompt: 40, completion: 17, webSearches: 1 })
})

test('the report at the end says how many searches there were, in a stream and in a whole message', () => {
  for (const name of ['web-search.sse', 'web-search.json']) {
    const result = said(decode(framesOf(name)))
    assert.deepEqual(result.usage, { prompt: 900, completion: 44, webSearches: 1 }, name)
    assert.equal(result.opaque.length, 5)
    assert.equal(result.text, 'Twice a month.')
  }
})

test('a stream that is cut has the searches that it began, wherever it is cut', () => {
  for (const name of ['web-search.sse', 'server-tool.sse']) {
    const frames = framesOf(name)
    let begun = 0
    frames.forEach((frame, index) => {
      if (/"type":"server_tool_use","id":"[^"]*","name":"web_search"/.test(frame.data)) begun++
      if (/"type":"message_delta"/.test(frame.data)) begun = 1
      const usage = said(decode(frames.slice(0, index + 1))).usage
      assert.equal(usage['webSearches'] ?? 0, begun, `${name} ${index}`)
    })
  }
})

test('a report in the middle counts, and searches that begin after it are added', () => {
  const search = (index: number) =>
    event({
      type: 'content_block_start',
      index,
      content_block: { type: 'server_tool_use', id: `s${index}`, name: 'web_search', input: {} },
    })
  const report = (usage: JsonObject) => event({ type: 'message_delta', delta: {}, usage })
  const searches = (...frames: readonly Frame[]) => said(decode([start, ...frames])).usage['webSearches']
  const three = report({ server_tool_use: { web_search_requests: 3 } })
  assert.equal(searches(search(0), three, search(1)), 4)
  assert.equal(searches(search(0), three), 3)
  assert.equal(searches(search(0), report({ output_tokens: 9, server_tool_use: null }), search(1)), 2)
  assert.equal(searches(search(0), report({ server_tool_use: { web_search_requests: -1 } })), 1)
  assert.equal(searches(report({ output_tokens: 9 })), undefined)
})

test('reads a whole message like the stream that would have built it', () => {
  const result = said(decode(framesOf('message.json')))
  assert.deepEqual(result.thinking, [['Short one.', 'c2ln']])
  assert.equal(result.text, 'High water at noon.')
  assert.deepEqual(result.calls, [
    ['toolu_9', 'note', '{"at":12}'],
    ['toolu_10', 'done', '{}'],
  ])
  assert.deepEqual(result.usage, { prompt: 21, cachedPrompt: 0, completion: 14 })
  assert.ok(result.ended)
})

test('gives the same events wherever the bytes of a stream are cut', () => {
  const bytes = readFileSync(join(projectRoot(), 'test/fixtures/anthropic-messages/thinking-and-tools.sse'))
  const whole = JSON.stringify(decode(framesOf('thinking-and-tools.sse')))
  for (let cut = 1; cut < bytes.length; cut += 7) {
    const framing = sse.decode()
    const frames = [bytes.subarray(0, cut), bytes.subarray(cut)].flatMap((chunk) => framing.push(chunk))
    assert.equal(JSON.stringify(decode([...frames, ...framing.end('complete')])), whole)
  }
})

test('emits each event with the frame that brings it', () => {
  const one = decode([start, textStart]).filter((each) => each.type !== 'error' && each.type !== 'block-end')
  assert.deepEqual(
    one.map((each) => each.type),
    ['start', 'usage', 'block-start'],
  )
})

test('reads the event type from the data where the event has no name', () => {
  const events = decode([start, textStart, textDelta].map((frame) => ({ ...frame, event: '' })))
  assert.equal(said(events).text, 'Hi')
})

test('ignores pings, comments, unknown events and a closing [DONE]', () => {
  const noise = [
    event({ type: 'ping' }),
    event({ type: 'news_of_2030' }),
    { type: 'event' as const, event: '', data: '' },
    { type: 'event' as const, event: '', data: '[DONE]' },
  ]
  const stop = event({ type: 'message_stop' })
  assert.deepEqual(decode([...noise, start, ...noise, stop, ...noise]), decode([start, stop]))
})

test('merges usage of message_start and message_delta: the last value wins, absent members stay', () => {
  const events = decode([
    event({
      type: 'message_start',
      message: { id: 'm', model: 'x', usage: { input_tokens: 10, cache_read_input_tokens: 4, output_tokens: 1 } },
    }),
    event({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { input_tokens: null, cache_creation_input_tokens: 6, output_tokens: 9 },
    }),
    event({ type: 'message_stop' }),
  ])
  assert.deepEqual(said(events).usage, { prompt: 20, cachedPrompt: 4, cacheWrite: 6, completion: 9 })
})

test('closes a tool call that the token limit cut, and leaves its arguments broken', () => {
  const events = decode([
    start,
    event({
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'tool_use', id: 't', name: 'f', input: {} },
    }),
    event({ type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"a":' } }),
    event({ type: 'message_delta', delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 5 } }),
    event({ type: 'message_stop' }),
  ])
  assert.deepEqual(said(events).calls, [['t', 'f', '{"a":']])
  assert.deepEqual(
    events.slice(-4).map((each) => each.type),
    ['block-end', 'finish', 'usage', 'end'],
  )
})

test('maps every stop reason', () => {
  const reasons = {
    end_turn: 'stop',
    stop_sequence: 'stop',
    max_tokens: 'length',
    model_context_window_exceeded: 'length',
    tool_use: 'tool-calls',
    refusal: 'refusal',
    pause_turn: 'other',
    toString: 'other',
  }
  for (const [word, reason] of Object.entries(reasons)) {
    const body = { type: 'message', content: [], stop_reason: word, usage: {} }
    const finish = decode([{ type: 'body', data: JSON.stringify(body) }]).find((each) => each.type === 'finish')
    assert.equal(finish?.reason, reason)
    assert.equal(finish?.raw, word)
  }
})

test('turns an error event into an error by its type, and says nothing after it', () => {
  const cases = [
    ['overloaded_error', 'upstream_error', 502, 'overloaded_error'],
    ['api_error', 'upstream_error', 502, 'api_error'],
    ['rate_limit_error', 'rate_limit_exceeded', 429, undefined],
    ['invalid_request_error', 'upstream_refused', 400, 'invalid_request_error'],
    ['timeout_error', 'upstream_timeout', 504, undefined],
  ] as const
  for (const [type, code, status, providerCode] of cases) {
    const events = decode([
      start,
      event({ type: 'error', error: { type, message: 'Busy' } }),
      textStart,
      event({ type: 'message_stop' }),
    ])
    const last = events.at(-1)
    assert.ok(last?.type === 'error')
    assert.deepEqual([last.error.code, last.error.status, last.error.providerCode], [code, status, providerCode])
  }
})

test('says that a stream without message_stop ended early, after closing its blocks', () => {
  const events = decode([start, textStart, textDelta])
  assert.deepEqual(
    events.slice(-2).map((each) => each.type),
    ['block-end', 'error'],
  )
  assert.equal(said(events).error, 'upstream_error')
  assert.equal(said(decode([])).error, 'upstream_error')
})

test('turns garbage into one error that does not quote it', () => {
  for (const data of ['<html>SECRET</html>', '{"SECRET":', '[]', '"SECRET"', '{}', '{"content":"SECRET"}']) {
    for (const type of ['event', 'body'] as const) {
      const events = decode([{ type, event: '', data }])
      assert.equal(events.length, 1, data)
      const [only] = events
      assert.ok(only?.type === 'error')
      assert.equal(only.error.code, 'upstream_error')
      assert.doesNotMatch(only.error.message, /SECRET/)
    }
  }
})

test('reads any JSON without throwing, and ends once', () => {
  const types = fc.constantFrom(
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
    'error',
  )
  const likely = fc.record(
    {
      type: types,
      index: fc.oneof(fc.nat(3), fc.jsonValue()),
      message: fc.jsonValue(),
      content_block: fc.oneof(
        fc.record({
          type: fc.constantFrom('text', 'thinking', 'tool_use', 'x'),
          id: fc.jsonValue(),
          name: fc.string(),
        }),
        fc.jsonValue(),
      ),
      delta: fc.oneof(
        fc.record({
          type: fc.constantFrom('text_delta', 'thinking_delta', 'input_json_delta', 'signature_delta', 'y_delta'),
          text: fc.jsonValue(),
          thinking: fc.string(),
          partial_json: fc.string(),
          stop_reason: fc.jsonValue(),
        }),
        fc.jsonValue(),
      ),
      usage: fc.jsonValue(),
      error: fc.jsonValue(),
    },
    { requiredKeys: ['type'] },
  )
  const frame = fc
    .oneof(likely, fc.jsonValue())
    .chain((value) =>
      fc.constantFrom(
        { type: 'event' as const, event: '', data: JSON.stringify(value) },
        { type: 'body' as const, data: JSON.stringify(value) },
      ),
    )
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 12 }), (frames) => {
      const events = decode(frames)
      const ends = events.filter((each) => each.type === 'end' || each.type === 'error')
      assert.equal(ends.length, 1)
      assert.equal(events.at(-1), ends[0])
      const open = new Set<number>()
      for (const each of events) {
        if (each.type === 'block-start') open.add(each.block)
        else if (each.type === 'block-end') assert.ok(open.delete(each.block))
        else if (each.type === 'delta') assert.ok(open.has(each.block))
      }
    }),
    { numRuns: 300 },
  )
})
