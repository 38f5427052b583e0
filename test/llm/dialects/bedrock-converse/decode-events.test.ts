import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { said } from '../anthropic-messages/fixtures.js'
import { decode, event, framesOf } from './fixtures.js'

const start = event('messageStart', { role: 'assistant' })
const text = event('contentBlockDelta', { delta: { text: 'Hi' }, contentBlockIndex: 0 })
const stop = event('messageStop', { stopReason: 'end_turn' })
const metadata = event('metadata', { usage: { inputTokens: 3, outputTokens: 1, totalTokens: 4 } })

test('reads thinking, redacted thinking, text and tool calls of a stream', () => {
  const events = decode(framesOf('thinking-and-tools.eventstream'))
  assert.deepEqual(events[0], { type: 'start', id: '', model: '' })
  assert.deepEqual(said(events), {
    text: 'Checking the tides 🌊',
    thinking: [['Two harbours, two calls.', 'c2lnbmVk']],
    redacted: ['c2VjcmV0'],
    calls: [
      ['tooluse_1', 'tide', '{"harbour":"Cuxhaven"}'],
      ['tooluse_2', 'now', '{}'],
    ],
    opaque: [],
    citations: [],
    finish: ['tool-calls', undefined],
    usage: { prompt: 180, cachedPrompt: 100, cacheWrite: 50, cacheWrite1h: 30, completion: 61 },
    error: undefined,
    ended: true,
  })
})

test('keeps the tools that the provider ran as opaque blocks, citations, and the stop sequence', () => {
  const result = said(decode(framesOf('server-tool.eventstream')))
  assert.deepEqual(
    result.opaque.map((block) => Object.keys(block)[0]),
    ['toolUse', 'toolResult'],
  )
  assert.deepEqual(result.calls, [])
  assert.deepEqual(
    result.citations.map((value) => Object.keys(value)[0]),
    ['toolResult', 'citation'],
  )
  assert.equal(result.text, 'It is 42')
  assert.deepEqual(result.finish, ['stop', 'END'])
})

test('reads a whole body like the stream that would have built it', () => {
  const events = decode(framesOf('message.json'))
  assert.deepEqual(events[0], { type: 'start', id: '', model: '', serviceTier: 'flex' })
  const result = said(events)
  assert.deepEqual(result.thinking, [['Short one.', 'c2ln']])
  assert.deepEqual(result.redacted, ['c2VjcmV0'])
  assert.equal(result.text, 'High water at noon.')
  assert.deepEqual(result.calls, [
    ['tooluse_9', 'note', '{"at":12}'],
    ['tooluse_10', 'done', '{}'],
  ])
  assert.deepEqual(result.usage, { prompt: 21, cachedPrompt: 0, completion: 14 })
  assert.ok(result.ended)
})

test('the text of citations is text, and the citations are annotations on it', () => {
  const result = said(decode(framesOf('citations.json')))
  assert.equal(result.text, 'The table says: high water is at 12:04.')
  assert.equal(result.citations.length, 1)
  assert.deepEqual(Object.keys(result.citations[0] ?? {}), ['citation'])
})

test('the answer ends with its metadata, which comes after its stop', () => {
  const until = (...frames: readonly ReturnType<typeof event>[]) => decode(frames).map((each) => each.type)
  assert.deepEqual(until(start, text, stop, metadata), [
    ...['start', 'block-start', 'delta', 'block-end', 'finish', 'usage', 'end'],
  ])
  assert.deepEqual(until(start, text, metadata, stop).slice(-2), ['finish', 'end'])
  assert.deepEqual(until(start, text, stop).slice(-1), ['end'], 'a server may send no metadata')
  assert.equal(decode([start, text, stop], 'cut').at(-1)?.type, 'error')
  assert.equal(decode([start, text]).at(-1)?.type, 'error')
  assert.equal(decode([]).at(-1)?.type, 'error')
  assert.deepEqual(until(start, stop, metadata, text, stop), until(start, stop, metadata))
})

test('reads a stream without a messageStart, and blocks of several kinds at one index', () => {
  const delta = (value: object) => event('contentBlockDelta', { delta: value as never, contentBlockIndex: 0 })
  const result = said(
    decode([
      delta({ reasoningContent: { text: 'Hm.' } }),
      delta({ reasoningContent: { signature: 's1' } }),
      delta({ text: 'A' }),
      delta({ text: 'B' }),
      stop,
      metadata,
    ]),
  )
  assert.deepEqual([result.thinking, result.text, result.ended], [[['Hm.', 's1']], 'AB', true])
})

test('parallel tool calls may interleave', () => {
  const call = (index: number) =>
    event('contentBlockStart', {
      start: { toolUse: { toolUseId: `t${index}`, name: 'f' } },
      contentBlockIndex: index,
    })
  const input = (index: number, input: string) =>
    event('contentBlockDelta', { delta: { toolUse: { input } }, contentBlockIndex: index })
  const result = said(decode([call(0), call(1), input(0, '{"a":'), input(1, '{}'), input(0, '1}'), stop, metadata]))
  assert.deepEqual(result.calls, [
    ['t0', 'f', '{"a":1}'],
    ['t1', 'f', '{}'],
  ])
})

test('closes a tool call that the token limit cut, and leaves its arguments broken', () => {
  const events = decode([
    event('contentBlockStart', { start: { toolUse: { toolUseId: 't', name: 'f' } }, contentBlockIndex: 0 }),
    event('contentBlockDelta', { delta: { toolUse: { input: '{"a":' } }, contentBlockIndex: 0 }),
    event('messageStop', { stopReason: 'max_tokens' }),
    metadata,
  ])
  assert.deepEqual(said(events).calls, [['t', 'f', '{"a":']])
  assert.deepEqual(said(events).finish, ['length', undefined])
})

test('maps every stop reason', () => {
  const reasons = {
    end_turn: 'stop',
    stop_sequence: 'stop',
    max_tokens: 'length',
    model_context_window_exceeded: 'length',
    tool_use: 'tool-calls',
    guardrail_intervened: 'content-filter',
    content_filtered: 'content-filter',
    malformed_model_output: 'other',
    malformed_tool_use: 'other',
    refusal: 'refusal',
    toString: 'other',
  }
  for (const [stopReason, reason] of Object.entries(reasons)) {
    const body = { output: { message: { content: [] } }, stopReason }
    const finish = decode([{ type: 'body', data: JSON.stringify(body) }]).find((each) => each.type === 'finish')
    assert.deepEqual([finish?.reason, finish?.raw], [reason, stopReason])
  }
})

test('an exception in mid-stream is an error by its kind, and nothing is said after it', () => {
  const cases = {
    throttlingException: ['rate_limit_exceeded', 429],
    ServiceQuotaExceededException: ['rate_limit_exceeded', 429],
    validationException: ['upstream_refused', 400],
    modelTimeoutException: ['upstream_timeout', 504],
    modelStreamErrorException: ['upstream_error', 502],
    internalServerException: ['upstream_error', 502],
    serviceUnavailableException: ['upstream_error', 502],
    somethingNew: ['upstream_error', 502],
    '': ['upstream_error', 502],
  }
  for (const [name, expected] of Object.entries(cases)) {
    const events = decode([start, text, event(`exception:${name}`, { message: 'Too bad' }), text, stop, metadata])
    assert.deepEqual(
      events.slice(-2).map((each) => each.type),
      ['block-end', 'error'],
    )
    const last = events.at(-1)
    assert.ok(last?.type === 'error')
    assert.deepEqual([last.error.code, last.error.status], expected, name)
  }
})

test('ignores events that it does not know', () => {
  const noise = event('newsOf2030', { x: 1 })
  const empty = { type: 'event' as const, event: '', data: '' }
  assert.deepEqual(
    decode([noise, start, noise, empty, text, stop, noise, metadata]),
    decode([start, text, stop, metadata]),
  )
})

test('turns garbage into one error that does not quote it', () => {
  const bodies = [
    '<html>SECRET</html>',
    '{"SECRET":',
    '[]',
    '"SECRET"',
    '{}',
    '{"output":{"message":{"content":"SECRET"}}}',
  ]
  for (const data of bodies) {
    const events = decode([{ type: 'body', data }])
    assert.equal(events.length, 1, data)
    const [only] = events
    assert.ok(only?.type === 'error')
    assert.equal(only.error.code, 'upstream_error')
    assert.doesNotMatch(only.error.message, /SECRET/)
  }
  for (const bad of [
    event('contentBlockDelta', { contentBlockIndex: 0 }),
    event('contentBlockDelta', { delta: { text: 1 }, contentBlockIndex: 0 }),
    event('contentBlockDelta', { delta: { text: 'x' }, contentBlockIndex: -1 }),
    event('contentBlockDelta', { delta: { toolUse: { input: 'x' } }, contentBlockIndex: 0 }),
    event('contentBlockStart', { start: { toolUse: { name: 'f' } }, contentBlockIndex: 0 }),
  ]) {
    assert.equal(said(decode([bad])).error, 'upstream_error')
  }
})

test('reads any JSON without throwing, and ends once', () => {
  const names = fc.constantFrom(
    ...['messageStart', 'contentBlockStart', 'contentBlockDelta', 'contentBlockStop', 'messageStop', 'metadata'],
    ...['exception:throttlingException', 'x'],
  )
  const toolUse = fc.record(
    { toolUseId: fc.string(), name: fc.string(), input: fc.jsonValue(), type: fc.constantFrom('tool_use', 'x') },
    { requiredKeys: [] },
  )
  const piece = fc.oneof(
    fc.record({ text: fc.oneof(fc.string(), fc.jsonValue()) }),
    fc.record({ toolUse }),
    fc.record({ toolUse: fc.record({ input: fc.string() }) }),
    fc.record({
      reasoningContent: fc.record(
        { text: fc.string(), signature: fc.string(), redactedContent: fc.string() },
        { requiredKeys: [] },
      ),
    }),
    fc.record({ citation: fc.jsonValue() }),
    fc.jsonValue(),
  )
  const payload = fc.oneof(
    fc.record(
      {
        contentBlockIndex: fc.oneof(fc.nat(3), fc.jsonValue()),
        delta: piece,
        start: piece,
        stopReason: fc.jsonValue(),
        usage: fc.jsonValue(),
        additionalModelResponseFields: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
    fc.jsonValue(),
  )
  const body = fc.record({
    output: fc.record({ message: fc.record({ content: fc.array(fc.oneof(piece, fc.object()), { maxLength: 4 }) }) }),
    stopReason: fc.jsonValue(),
    usage: fc.jsonValue(),
  })
  const frame = fc.oneof(
    fc
      .tuple(names, payload)
      .map(([name, value]) => ({ type: 'event' as const, event: name, data: JSON.stringify(value) })),
    fc.oneof(body, fc.jsonValue()).map((value) => ({ type: 'body' as const, data: JSON.stringify(value) })),
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
    { numRuns: 400 },
  )
})
