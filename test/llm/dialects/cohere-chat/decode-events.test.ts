import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Frame } from '../../../../core/provider.js'
import { cohereChat } from '../../../../llm/dialects/cohere-chat.js'
import { sse } from '../../../../llm/framing/sse.js'
import { wholeBody } from '../../../../llm/framing/whole-body.js'
import { body, decode, ending, event, framesOf, read, said, sayings, text } from './answer.js'

const done = ending('COMPLETE')

test('reads thoughts, text, citations, logprobs and usage of a stream', () => {
  const events = decode(framesOf('thinking-and-citations.sse'))
  assert.deepEqual(events[0], { type: 'start', id: '3f0c-Tide-01', model: '' })
  assert.deepEqual(sayings(events), {
    text: 'Low water 🌊 is at 06:42.',
    thoughts: ['The table says it.'],
    plan: '',
    calls: [],
    citations: [['text', 'at 06:42']],
    finish: ['stop', 'COMPLETE'],
    usage: { prompt: 510, cachedPrompt: 144, completion: 18, reasoning: 6 },
    error: undefined,
    ended: true,
  })
  const logprobs = events.flatMap((each) => (each.type === 'delta' && each.logprobs ? [each.logprobs] : []))
  const token = 'Low water 🌊 is '
  assert.deepEqual(logprobs, [
    { content: [{ token, logprob: -0.75, bytes: [...Buffer.from(token)], top_logprobs: [] }], refusal: null },
  ])
})

test('a tool plan is reasoning that is known for one; a call without arguments has none', () => {
  const events = decode(framesOf('plan-and-tools.sse'))
  assert.deepEqual(sayings(events), {
    text: '',
    thoughts: [],
    plan: 'I will look at both harbours.',
    calls: [
      ['tide_k3', 'tide', '{\n    "harbour": "Cuxhaven", "days": [1, 2]}'],
      ['now_p9', 'now', '{}'],
    ],
    citations: [],
    finish: ['tool-calls', 'TOOL_CALL'],
    usage: { prompt: 944, cachedPrompt: 0, completion: 58 },
    error: undefined,
    ended: true,
  })
})

test('reads a whole body, each citation with what it cites', () => {
  const events = decode(framesOf('body-with-everything.json'))
  assert.deepEqual(sayings(events), {
    text: 'High water is at noon.',
    thoughts: ['Two sources agree.'],
    plan: 'I will check the wind too.',
    calls: [['wind_7', 'wind', '{"at":"noon"}']],
    citations: [
      ['text', 'noon.'],
      ['reasoning', 'I will check the wind too.'],
    ],
    finish: ['tool-calls', 'TOOL_CALL'],
    usage: { prompt: 480, cachedPrompt: 96, completion: 33, reasoning: 5 },
    error: undefined,
    ended: true,
  })
  const [delta] = events.flatMap((each) => (each.type === 'delta' && each.logprobs !== undefined ? [each] : []))
  assert.equal(delta?.text, 'High water is at noon.')
})

test('gives the same events wherever the bytes are cut', () => {
  for (const [name, framing] of [
    ['thinking-and-citations.sse', sse],
    ['plan-and-tools.sse', sse],
    ['body-with-everything.json', wholeBody],
  ] as const) {
    const bytes = read(name)
    const whole = JSON.stringify(decode(framesOf(name)))
    const inPieces = (places: readonly number[]) => {
      const decoder = framing.decode()
      const frames = places.slice(1).flatMap((end, i) => decoder.push(bytes.subarray(places[i], end)))
      return JSON.stringify(decode([...frames, ...decoder.end('complete')]))
    }
    assert.equal(inPieces(Array.from({ length: bytes.length + 1 }, (_, at) => at)), whole, name)
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 9 }), (cuts) => {
        assert.equal(inPieces([0, ...cuts.sort((a, b) => a - b), bytes.length]), whole)
      }),
      { numRuns: 50 },
    )
  }
})

test('says each piece with the event that brings it', () => {
  const decoder = cohereChat.decodeEvents()
  const types = (frame: Frame) => decoder.push(frame).map((each) => each.type)
  assert.deepEqual(types(event('message-start', { id: 'a', delta: {} })), ['start'])
  assert.deepEqual(types(said('content-start', { content: { type: 'text', text: '' } })), [])
  assert.deepEqual(types(text('Hel')), ['block-start', 'delta'])
  assert.deepEqual(types(text('lo')), ['delta'])
  assert.deepEqual(types(event('content-end', { index: 0 })), [])
  assert.deepEqual(types(said('citation-start', { citations: { text: 'Hello' } })), ['annotation'])
  const call = { id: 'c', function: { name: 'f', arguments: '' } }
  assert.deepEqual(types(said('tool-call-start', { tool_calls: call })), ['block-end', 'block-start'])
  assert.deepEqual(types(said('tool-call-delta', { tool_calls: { function: { arguments: '{}' } } })), ['delta'])
  assert.deepEqual(types(event('tool-call-end', { index: 0 })), ['block-end'])
  assert.deepEqual(types(ending('TOOL_CALL')), ['finish', 'end'])
  assert.deepEqual(types(text('more')), [])
})

test('contents of different places are different blocks, and calls may overlap', () => {
  assert.deepEqual(
    decode([text('a', 0), text('b', 1), done]).flatMap((each) => (each.type === 'delta' ? [each.block] : [])),
    [0, 1],
  )
  const call = (id: string, index: number) =>
    said('tool-call-start', { tool_calls: [{ id, type: 'function', function: { name: 'f', arguments: '' } }] }, index)
  const args = (piece: string, index: number) =>
    said('tool-call-delta', { tool_calls: { function: { arguments: piece } } }, index)
  const events = decode([
    call('a', 0),
    call('b', 1),
    args('{"n":', 0),
    args('{}', 1),
    args('1}', 0),
    ending('TOOL_CALL'),
  ])
  assert.deepEqual(sayings(events).calls, [
    ['a', 'f', '{"n":1}'],
    ['b', 'f', '{}'],
  ])
})

test('a call without an id gets one of its own', () => {
  const call = { type: 'function', function: { name: 'f', arguments: {} } }
  const message = { role: 'assistant', tool_calls: [call, call] }
  const { calls } = sayings(decode([body({ id: 'an-id', message, finish_reason: 'TOOL_CALL' })]))
  assert.deepEqual(calls, [
    ['call_anid_0_0', 'f', '{}'],
    ['call_anid_0_1', 'f', '{}'],
  ])
})

test('maps every finish reason; without one the calls tell', () => {
  const reasons = {
    COMPLETE: 'stop',
    STOP_SEQUENCE: 'stop',
    MAX_TOKENS: 'length',
    TOOL_CALL: 'tool-calls',
    A_WORD_OF_2030: 'other',
    toString: 'other',
  }
  for (const [word, reason] of Object.entries(reasons)) {
    assert.deepEqual(sayings(decode([ending(word)])).finish, [reason, word])
    assert.deepEqual(sayings(decode([body({ message: {}, finish_reason: word })])).finish, [reason, word])
  }
  const call = said('tool-call-start', { tool_calls: { id: 'c', function: { name: 'f' } } })
  assert.deepEqual(sayings(decode([call, event('message-end')])).finish, ['tool-calls', ''])
  assert.deepEqual(sayings(decode([event('message-end')])).finish, ['other', ''])
})

test('counts tokens, and what is billed only where there are none', () => {
  const usage = (value: unknown) => sayings(decode([ending('COMPLETE', { usage: value })])).usage
  assert.deepEqual(usage({ billed_units: { input_tokens: 4, output_tokens: 2 }, tokens: { input_tokens: 70.0 } }), {
    prompt: 70,
    completion: 2,
  })
  assert.deepEqual(usage({ billed_units: { input_tokens: 4, output_tokens: 2 } }), { prompt: 4, completion: 2 })
  assert.deepEqual(usage({}), {})
  assert.deepEqual(usage({ tokens: { input_tokens: -1, output_tokens: 1.5 }, cached_tokens: 'x' }), {})
})

test('an answer that ends in an error is one, with what it used, after closing its blocks', () => {
  const delta = { usage: { tokens: { input_tokens: 9 } }, error: 'invalid tool generation', error_type: 'INVALID_TOOL' }
  const events = decode([text('Hi'), ending('ERROR', delta), done])
  assert.deepEqual(
    events.slice(-3).map((each) => each.type),
    ['usage', 'block-end', 'error'],
  )
  const error = events.at(-1)
  assert.ok(error?.type === 'error')
  assert.equal(error.error.code, 'upstream_error')
  assert.equal(error.error.providerCode, 'INVALID_TOOL')
  assert.match(error.error.message, /invalid tool generation/)
  for (const form of ['event', 'body'] as const) {
    const timeout = form === 'event' ? ending('TIMEOUT') : body({ message: {}, finish_reason: 'TIMEOUT' })
    assert.equal(sayings(decode([timeout])).error, 'upstream_timeout')
  }
})

test('an error body in the place of an event or an answer is the end', () => {
  for (const frame of [
    { type: 'event', event: '', data: '{"id":"x","message":"overloaded"}' },
    event('error', { message: 'overloaded' }),
    body({ message: 'overloaded' }),
  ] as const) {
    const last = decode([frame]).at(-1)
    assert.ok(last?.type === 'error')
    assert.match(last.error.message, /overloaded/)
  }
})

test('a stream without its last event, or that is cut, ended early; a call that was cut off is left as it is', () => {
  assert.equal(sayings(decode([text('Hi')])).error, 'upstream_error')
  assert.equal(sayings(decode([])).error, 'upstream_error')
  const cut = decode([said('tool-call-start', { tool_calls: { id: 'c', function: { name: 'f' } } })], 'cut')
  assert.deepEqual(
    cut.map((each) => each.type),
    ['start', 'block-start', 'block-end', 'error'],
  )
})

test('ignores comments, a closing [DONE] and events that it does not know', () => {
  const comment: Frame = { type: 'event', event: '', data: '' }
  const closing: Frame = { type: 'event', event: '', data: '[DONE]' }
  const frames = [comment, text('Hi'), event('debug', { prompt: 'x' }), done, closing]
  assert.deepEqual(decode(frames), decode([text('Hi'), done]))
})

test('turns garbage into one error that does not quote it', () => {
  for (const data of ['<html>SECRET</html>', '{"SECRET":', '["SECRET"]', '"SECRET"', '{}', '{"message":["SECRET"]}']) {
    for (const type of ['event', 'body'] as const) {
      const events = decode([{ type, event: '', data }])
      assert.equal(events.length, 1, data)
      const [only] = events
      assert.ok(only?.type === 'error')
      assert.equal(only.error.code, 'upstream_error')
      assert.doesNotMatch(only.error.message, /SECRET/)
    }
  }
  assert.equal(sayings(decode([said('tool-call-start', { tool_calls: { id: 'c' } })])).error, 'upstream_error')
  const stray = said('tool-call-delta', { tool_calls: { function: { arguments: '{}' } } })
  assert.equal(sayings(decode([stray])).error, 'upstream_error')
})

const json = fc.jsonValue()
const content = fc.oneof(
  fc.record(
    {
      type: fc.constantFrom('text', 'thinking'),
      text: fc.oneof(fc.string(), json),
      thinking: fc.oneof(fc.string(), json),
    },
    { requiredKeys: [] },
  ),
  json,
)
const call = fc.oneof(
  fc.record(
    {
      id: fc.oneof(fc.constantFrom('a', 'b'), json),
      function: fc.record(
        { name: fc.oneof(fc.constant('f'), json), arguments: fc.oneof(fc.constant('{}'), json) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['function'] },
  ),
  json,
)
const citation = fc.record(
  { text: json, content_index: fc.oneof(fc.nat(2), json), type: fc.constantFrom('PLAN', 'TEXT_CONTENT') },
  { requiredKeys: [] },
)
const some = <T>(one: fc.Arbitrary<T>) => fc.oneof(one, fc.array(one, { maxLength: 3 }))
const message = fc.record(
  { content: some(content), tool_plan: fc.oneof(fc.string(), json), tool_calls: some(call), citations: some(citation) },
  { requiredKeys: [] },
)
const outcome = fc.record(
  {
    finish_reason: fc.oneof(fc.constantFrom('COMPLETE', 'TOOL_CALL', 'ERROR', 'TIMEOUT'), json),
    usage: fc.oneof(fc.record({ tokens: fc.record({ input_tokens: json, output_tokens: fc.nat() }) }), json),
    error: fc.oneof(fc.string(), json),
    logprobs: fc.oneof(some(fc.record({ text: json, logprobs: json })), json),
  },
  { requiredKeys: [] },
)
const TYPES = [
  ...['message-start', 'content-start', 'content-delta', 'content-end', 'tool-plan-delta', 'tool-call-start'],
  ...['tool-call-delta', 'tool-call-end', 'citation-start', 'citation-end', 'message-end', 'debug', 'error'],
]
const anyEvent = fc
  .record({ type: fc.constantFrom(...TYPES), index: fc.oneof(fc.nat(2), json), message, outcome })
  .map(({ type, index, message: about, outcome: end }) =>
    event(type, { index, logprobs: end.logprobs, delta: { message: about, ...end } }),
  )
const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  anyEvent,
  fc.record({ message, outcome }).map((each) => body({ message: each.message, ...each.outcome })),
  json.map(body),
)

test('reads any JSON without throwing, keeps its blocks in order and ends once', () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 10 }), (frames) => {
      const events = decode(frames)
      assert.equal(events.filter((each) => each.type === 'end' || each.type === 'error').length, 1)
      assert.ok(['end', 'error'].includes(events.at(-1)?.type ?? ''))
      const open = new Map<number, string>()
      for (const each of events) {
        if (!('block' in each)) continue
        if (each.type === 'block-start') {
          const overlaps = each.start.kind === 'tool-call' && [...open.values()].every((kind) => kind === 'tool-call')
          assert.ok(open.size === 0 || overlaps)
          open.set(each.block, each.start.kind)
        } else if (each.type === 'block-end') assert.ok(open.delete(each.block))
        else assert.ok(open.has(each.block), each.type)
      }
      assert.equal(open.size, 0)
    }),
    { numRuns: 1000 },
  )
})

test('arbitrary bytes never throw past the codec', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }), (pieces) => {
      for (const framing of [sse, wholeBody]) {
        const decoder = framing.decode()
        decode([...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end('complete')])
      }
    }),
    { numRuns: 200 },
  )
})
