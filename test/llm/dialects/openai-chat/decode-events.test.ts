import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChatEvent } from '../../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../../core/json.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { answerOf, chunk, decode, event, fixture, framesOf } from './answer.js'

const DONE = event('[DONE]')
const FINISH = chunk({}, { finish_reason: 'stop' })
const said = (...deltas: readonly JsonObject[]) =>
  answerOf(decode([...deltas.map((delta) => chunk(delta)), FINISH, DONE])).choices[0]
const usageOf = (usage: JsonObject) => answerOf(decode([chunk({ content: 'x' }, {}, { usage }), FINISH, DONE])).usage

function errorOf(events: readonly ChatEvent[]) {
  const last = events.at(-1)
  assert.equal(last?.type, 'error')
  assert.equal(events.filter((each) => each.type === 'error').length, 1)
  answerOf(events)
  return last.error
}

test('reads a stream with its usage', () => {
  const events = decode(framesOf(fixture('text-with-usage.sse')))
  assert.deepEqual(events[0], {
    type: 'start',
    id: 'chatcmpl-fix1',
    model: 'gpt-4o-2024-08-06',
    created: 1760000000,
    systemFingerprint: 'fp_fix',
    serviceTier: 'default',
  })
  assert.deepEqual(answerOf(events), {
    choices: { 0: ['text: Grüße 🌍', 'finish: stop'] },
    usage: { prompt: 20, cachedPrompt: 8, completion: 7, reasoning: 2, audioPrompt: 0, audioCompletion: 0 },
    last: 'end',
  })
})

test('each frame gives its events at once', () => {
  const transform = openaiChat.decodeEvents()
  const types = framesOf(fixture('text-with-usage.sse')).map((frame) => transform.push(frame).map(({ type }) => type))
  assert.deepEqual(types, [['start'], ['block-start', 'delta'], ['delta'], ['block-end', 'finish'], ['usage'], ['end']])
  assert.deepEqual(transform.end('complete'), [])
})

test("reads interleaved tool calls after Azure's empty first chunk", () => {
  const events = decode(framesOf(fixture('azure-parallel-tools.sse')))
  assert.deepEqual(answerOf(events).choices, {
    0: ['call_a weather({"city":"Oslo"})', 'call_b clock({})', 'finish: tool-calls'],
  })
  assert.equal(events[0]?.type === 'start' && events[0].id, 'chatcmpl-fix2')
})

test("reads Mistral's array content and its calls without an index", () => {
  assert.deepEqual(answerOf(decode(framesOf(fixture('mistral-thinking.sse')))), {
    choices: {
      0: ['reasoning: Two and two.', 'text: 4', 'm1 save({"n": 4})', 'm2 save({"n": 5})', 'finish: tool-calls'],
    },
    usage: { prompt: 9, completion: 12 },
    last: 'end',
  })
})

test('reads a whole body, its choices, thinking, annotations and calls', () => {
  const events = decode([{ type: 'body', data: fixture('body-with-everything.json') }])
  assert.deepEqual(answerOf(events), {
    choices: {
      0: [
        'reasoning: Think,  signed sig-1',
        'redacted: b3BhcXVl',
        'reasoning: then look it up. signed sig-2',
        'text: See the source. annotated',
        'call_1 open({"page":1})',
        'call_2 grep custom(a|b)',
        'finish: tool-calls',
      ],
      1: ['refusal: No.', 'finish: stop'],
    },
    usage: { prompt: 100, cachedPrompt: 40, cacheWrite: 10, completion: 30, reasoning: 12 },
    last: 'end',
  })
})

test('reads reasoning from the first member that has it', () => {
  const expected = ['reasoning: a', 'text: b', 'finish: stop']
  const details = [{ type: 'reasoning.text', text: 'a' }]
  assert.deepEqual(said({ reasoning_content: 'a' }, { content: 'b' }), expected)
  assert.deepEqual(said({ reasoning_content: null, reasoning: 'a', content: '' }, { content: 'b' }), expected)
  assert.deepEqual(said({ reasoning_details: details }, { content: 'b' }), expected)
  assert.deepEqual(said({ reasoning: 'a', reasoning_details: details }, { content: 'b' }), expected)
  assert.deepEqual(said({ thinking_blocks: [{ type: 'thinking', thinking: 'a' }] }, { content: 'b' }), expected)
})

test('takes the signature from details and thinking blocks without repeating their text', () => {
  const expected = ['reasoning: ab signed s', 'text: c', 'finish: stop']
  const block = { type: 'thinking', thinking: 'ab', signature: 's' }
  assert.deepEqual(
    said({ reasoning_content: 'a' }, { reasoning_content: 'b' }, { thinking_blocks: [block] }, { content: 'c' }),
    expected,
  )
  const detail = (text: string, signature: string) => ({ reasoning: text, reasoning_details: [{ text, signature }] })
  assert.deepEqual(said(detail('a', ''), detail('b', ''), detail('', 's'), { content: 'c' }), expected)
})

test('a new id at the same index is a new call, a repeated one is not', () => {
  const call = (id: string, name: string, text: string) => ({
    tool_calls: [{ index: 0, id, type: 'function', function: { name, arguments: text } }],
  })
  assert.deepEqual(said(call('a', 'f', '{"x"'), call('a', 'f', ':1}'), call('b', 'f', '{}'), call('', '', '')), [
    'a f({"x":1})',
    'b f({})',
    'finish: stop',
  ])
})

test('a call without an id gets one, and one without a name waits for it', () => {
  const call = (members: JsonObject) => ({ tool_calls: [{ index: 0, ...members }] })
  assert.deepEqual(said(call({ function: { name: 'f', arguments: null } })), ['call_c_0_0 f()', 'finish: stop'])
  const late = [call({ id: 'a', function: { arguments: '{' } }), call({ function: { name: 'f', arguments: '}' } })]
  assert.deepEqual(said(...late), ['a f({})', 'finish: stop'])
})

test('reads the legacy function_call', () => {
  const deltas = [{ function_call: { name: 'f', arguments: '' } }, { function_call: { arguments: '{}' } }]
  assert.deepEqual(said(...deltas), ['call_c_0_0 f({})', 'finish: stop'])
  const finish = chunk({}, { finish_reason: 'function_call' })
  const events = decode([chunk({ function_call: { name: 'f', arguments: '{}' } }), finish, DONE])
  assert.deepEqual(
    events.find(({ type }) => type === 'finish'),
    { type: 'finish', choice: 0, reason: 'tool-calls', raw: 'function_call' },
  )
})

test('keeps the finish that the provider gave beside tool calls', () => {
  assert.deepEqual(said({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }] }), [
    'a f({})',
    'finish: stop',
  ])
})

test('reads chunks that lack what OpenAI always sends', () => {
  const frames = [{ choices: [{ delta: { content: 'a' } }] }, { choices: [{ finish_reason: 'strange' }] }]
  assert.deepEqual(answerOf(decode([...frames.map((each) => event(each)), DONE])).choices, {
    0: ['text: a', 'finish: other'],
  })
})

test('keeps choices apart', () => {
  const of = (index: number, delta: JsonObject, finish_reason: string | null = null) =>
    chunk(delta, { index, finish_reason })
  const frames = [
    of(0, { content: 'a' }),
    of(1, { content: 'b' }),
    of(0, { content: 'c' }, 'stop'),
    of(1, {}, 'length'),
  ]
  assert.deepEqual(answerOf(decode([...frames, DONE])).choices, {
    0: ['text: ac', 'finish: stop'],
    1: ['text: b', 'finish: length'],
  })
})

test('keeps logprobs with their delta, those of a part of a character too', () => {
  const logprobs = { content: [{ token: 'a', logprob: -1, bytes: [97], top_logprobs: [] }], refusal: null }
  const events = decode([chunk({ content: 'a' }, { logprobs }), chunk({ content: '' }, { logprobs }), FINISH, DONE])
  const deltas = events.filter((each) => each.type === 'delta')
  assert.deepEqual(
    deltas.map(({ text, logprobs: tokens }) => [text, tokens]),
    [
      ['a', logprobs],
      ['', logprobs],
    ],
  )
})

test('reads usage in the forms of compatible servers', () => {
  assert.deepEqual(usageOf({ prompt_tokens: 9, completion_tokens: 1, prompt_cache_hit_tokens: 4 }), {
    prompt: 9,
    completion: 1,
    cachedPrompt: 4,
  })
  // xAI: 10 + 5 + 20 = 35, so that reasoning is not in completion_tokens.
  const details = { completion_tokens_details: { reasoning_tokens: 20 } }
  assert.equal(usageOf({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 35, ...details }).completion, 25)
  assert.equal(usageOf({ prompt_tokens: 10, completion_tokens: 25, total_tokens: 35, ...details }).completion, 25)
  assert.deepEqual(usageOf({ prompt_tokens: -1, completion_tokens: 'x' }), {})
  const groq = chunk({}, { finish_reason: 'stop' }, { x_groq: { usage: { prompt_tokens: 3, completion_tokens: 4 } } })
  assert.deepEqual(answerOf(decode([groq, DONE])).usage, { prompt: 3, completion: 4 })
  const moonshot = chunk({}, { finish_reason: 'stop', usage: { prompt_tokens: 3, cached_tokens: 2 } })
  assert.deepEqual(answerOf(decode([moonshot, DONE])).usage, { prompt: 3, cachedPrompt: 2 })
})

test('an error inside a 200 is an error and the last event', () => {
  const refused = {
    error: { message: 'no tool called', type: 'invalid_request_error', code: 'tool_use_failed', status_code: 400 },
  }
  const error = errorOf(decode([chunk({ content: 'a' }), event(refused, 'error'), chunk({ content: 'b' }), DONE]))
  assert.deepEqual(
    [error.code, error.status, error.message, error.providerCode],
    ['upstream_refused', 400, 'no tool called', 'tool_use_failed'],
  )
  const codes = (value: JsonValue) => errorOf(decode([{ type: 'body', data: JSON.stringify({ error: value }) }])).code
  assert.equal(codes('overloaded'), 'upstream_error')
  assert.equal(codes({ message: 'x', type: 'rate_limit_error' }), 'rate_limit_exceeded')
  assert.equal(codes({ message: 'x', code: 408 }), 'upstream_timeout')
  assert.equal(codes({ message: 'x', code: 'server_error' }), 'upstream_error')
  const choice = { index: 0, error: { code: 502, message: 'x' }, finish_reason: 'error' }
  assert.equal(errorOf(decode([event({ choices: [choice] })])).code, 'upstream_error')
})

test('an error member that says nothing is no error', () => {
  assert.equal(answerOf(decode([chunk({ content: 'a' }, {}, { error: null }), FINISH, DONE])).last, 'end')
})

const GARBAGE = [
  '<html>secret</html>',
  '{"secret":',
  '"secret"',
  '[{"secret":1}]',
  '{"secret":1}',
  '{"choices":"secret"}',
  'null',
]

test('garbage is one error that does not quote it', () => {
  for (const data of [...GARBAGE, '', '{"choices":[]}', '{"choices":[null]}']) {
    const error = errorOf(decode([{ type: 'body', data }]))
    assert.equal(error.code, 'upstream_error')
    assert.doesNotMatch(error.message, /secret/)
  }
  for (const data of GARBAGE) {
    assert.doesNotMatch(errorOf(decode([chunk({ content: 'a' }), event(data), DONE])).message, /secret/)
  }
})

test('skips empty data and the named events of other protocols', () => {
  const frames = [event(''), event({ type: 'ping' }, 'ping'), chunk({ content: 'a' }), FINISH, DONE]
  assert.deepEqual(answerOf(decode(frames)).choices[0], ['text: a', 'finish: stop'])
})

test('a stream may end without [DONE] only when it is complete and finished', () => {
  assert.equal(answerOf(decode([chunk({ content: 'a' }), FINISH])).last, 'end')
  for (const how of ['complete', 'cut'] as const) {
    assert.equal(errorOf(decode([chunk({ content: 'a' })], how)).code, 'upstream_error')
    assert.equal(errorOf(decode([], how)).code, 'upstream_error')
  }
  assert.equal(errorOf(decode([chunk({ content: 'a' }), FINISH], 'cut')).code, 'upstream_error')
})

test('[DONE] finishes choices whose provider gave no reason', () => {
  assert.deepEqual(answerOf(decode([chunk({ content: 'a' }), DONE])).choices[0], ['text: a', 'finish: other'])
  assert.equal(errorOf(decode([DONE])).code, 'upstream_error')
})

test('a call that goes on after text has closed it is an error, not a corrupted call', () => {
  const call = (text: string) => chunk({ tool_calls: [{ index: 0, function: { arguments: text } }] })
  const first = chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }] })
  assert.equal(errorOf(decode([first, chunk({ content: 'x' }), call('}'), DONE])).code, 'upstream_error')
  assert.equal(answerOf(decode([first, chunk({ content: 'x' }), call(''), FINISH, DONE])).last, 'end')
})

const MEMBERS = [
  'choices',
  'delta',
  'message',
  'content',
  'tool_calls',
  'function',
  'index',
  'usage',
  'error',
  'reasoning_details',
  'thinking_blocks',
  'logprobs',
  'annotations',
  'finish_reason',
  'audio',
  'id',
  'name',
  'arguments',
]

const anyJson: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom<JsonValue>(null, true, 0, -1, 1e300, '', 'text', 'thinking'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...MEMBERS), tie('value'), { maxKeys: 5 }),
  ),
})).value

test('no JSON makes it throw, break the order of events or end silently', () => {
  const choice = fc.record({
    index: anyJson,
    delta: anyJson,
    message: anyJson,
    finish_reason: anyJson,
    logprobs: anyJson,
  })
  const chunks = fc.array(fc.oneof(anyJson, fc.record({ choices: fc.array(choice, { maxLength: 2 }), usage: anyJson })))
  fc.assert(
    fc.property(chunks, fc.boolean(), (values, whole) => {
      const frames = values.map((value) => ({
        ...event(JSON.stringify(value)),
        type: whole ? ('body' as const) : ('event' as const),
      }))
      const { last } = answerOf(decode(frames as Parameters<typeof decode>[0]))
      assert.ok(last === 'end' || last === 'error')
    }),
    { numRuns: 300 },
  )
})
