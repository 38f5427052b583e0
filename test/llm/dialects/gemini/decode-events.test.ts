import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from '../../../../core/json.js'
import type { Frame } from '../../../../core/provider.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { sse } from '../../../../llm/framing/sse.js'
import { wholeBody } from '../../../../llm/framing/whole-body.js'
import { chunk, decode, framesOf, parts, read, said } from './answer.js'

const stop = parts([{ text: '' }], { finishReason: 'STOP' })

test('reads thoughts, text, calls and their signature of a stream', () => {
  const events = decode(framesOf('thinking-and-tools.sse'))
  assert.deepEqual(events[0], { type: 'start', id: 'r-Tide_01', model: 'gemini-3-flash-preview' })
  assert.deepEqual(said(events), {
    text: 'Checking the tides 🌊',
    thoughts: [
      ['**Two harbours**\nso two calls.', ''],
      ['', 'gemini:c2lnbmVk'],
    ],
    calls: [
      ['fc_1', 'tide', '{"harbour":"Cuxhaven","days":[1,2]}'],
      ['call_rTide01_0_4', 'now', '{}'],
    ],
    opaque: [],
    sources: [],
    finish: ['tool-calls', 'STOP'],
    usage: { prompt: 40, cachedPrompt: 16, completion: 51, reasoning: 30 },
    error: undefined,
    ended: true,
  })
})

test('reads a whole body with several candidates, server-side tools and sources', () => {
  const events = decode(framesOf('grounded.json'))
  const first = said(events)
  assert.equal(first.text, 'Low water is at 6:42.')
  assert.deepEqual(first.thoughts, [['', 'gemini:dGV4dA==']])
  assert.deepEqual(first.opaque.map(Object.keys), [['executableCode', 'thoughtSignature'], ['codeExecutionResult']])
  assert.deepEqual(first.sources.map(Object.keys), [['groundingMetadata']])
  assert.deepEqual(first.finish, ['stop', 'STOP'])
  assert.deepEqual(first.usage, { prompt: 109, completion: 22, reasoning: 5, webSearches: 2 })
  assert.deepEqual(said(events, 1).finish, ['length', 'MAX_TOKENS'])
  const [start] = events
  assert.ok(start?.type === 'start')
  assert.equal(start.created, Date.UTC(2026, 0, 2, 3, 4, 5) / 1000)
})

test('before Gemini 3 an answer that searched is one search, however many queries there were', () => {
  const grounded = JSON.parse(read('grounded.json').toString())
  const body = JSON.stringify({ ...grounded, modelVersion: 'gemini-2.5-flash' })
  assert.equal(said(decode([{ type: 'body', data: body }])).usage['webSearches'], 1)
})

test('puts arguments together that are streamed, and begins a call with its name', () => {
  const frames = framesOf('partial-args.sse')
  const begun = frames[0] === undefined ? [] : gemini.decodeEvents().push(frames[0])
  assert.deepEqual(
    begun.map((each) => each.type),
    ['start', 'block-start', 'signature', 'block-end', 'block-start', 'usage'],
  )
  assert.deepEqual(said(decode(frames)).calls, [
    [
      'call_rTide01_0_1',
      'plan_trip',
      '{"stops":[{"name":"Bremen","nights":2},{"name":"Emden"}],"by train":true,"budget":null}',
    ],
    ['call_rTide01_0_2', 'pack', '{}'],
  ])
})

test('a stream is an array of chunks where it was not asked for as events', () => {
  const chunks = framesOf('thinking-and-tools.sse').map(({ data }) => data)
  const body: Frame = { type: 'body', data: `[${chunks.join(',\r\n')}]` }
  assert.deepEqual(decode([body]), decode(framesOf('thinking-and-tools.sse')))
})

test('gives the same events wherever the bytes are cut', () => {
  for (const [name, framing] of [
    ['thinking-and-tools.sse', sse],
    ['partial-args.sse', sse],
    ['grounded.json', wholeBody],
  ] as const) {
    const bytes = read(name)
    const whole = JSON.stringify(decode(framesOf(name)))
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 9 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length]
        const decoder = framing.decode()
        const frames = places.slice(1).flatMap((end, i) => decoder.push(bytes.subarray(places[i], end)))
        assert.equal(JSON.stringify(decode([...frames, ...decoder.end('complete')])), whole)
      }),
      { numRuns: 50 },
    )
  }
})

test('says each piece of text with the chunk that brings it, and the finish when the stream is over', () => {
  const decoder = gemini.decodeEvents()
  const types = (events: readonly { readonly type: string }[]) => events.map((each) => each.type)
  assert.deepEqual(types(decoder.push(parts([{ text: 'Hel' }]))), ['start', 'block-start', 'delta'])
  assert.deepEqual(types(decoder.push(parts([{ text: 'lo' }], { finishReason: 'STOP' }))), ['delta'])
  assert.deepEqual(types(decoder.push(parts([{ text: '!' }], { finishReason: 'STOP' }))), ['delta'])
  assert.deepEqual(types(decoder.end('complete')), ['block-end', 'finish', 'end'])
})

test('tells usage when it has changed, and only then', () => {
  const withUsage = (text: string, usageMetadata: JsonObject) =>
    chunk({ candidates: [{ content: { parts: [{ text }] }, finishReason: 'STOP' }], usageMetadata })
  const events = decode([
    withUsage('a', { promptTokenCount: 4 }),
    withUsage('b', { promptTokenCount: 4 }),
    withUsage('c', { promptTokenCount: 4, candidatesTokenCount: 2 }),
    withUsage('d', { promptTokenCount: 4, candidatesTokenCount: 2, thoughtsTokenCount: 3 }),
    withUsage('e', { promptTokenCount: 4, candidatesTokenCount: 2 }),
  ])
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'usage' ? [event.usage] : [])),
    [
      { prompt: 4 },
      { prompt: 4, completion: 2 },
      { prompt: 4, completion: 5, reasoning: 3 },
      { prompt: 4, completion: 2 },
    ],
  )
})

test('names in snake_case say the same as in camelCase, unless a camelCase name is there too and not null', () => {
  const camel = {
    candidates: [
      {
        content: { parts: [{ thought: true, text: 'hm', thoughtSignature: 'c2ln' }, { functionCall: { name: 'f' } }] },
        finishReason: 'MAX_TOKENS',
        citationMetadata: { citationSources: [{ uri: 'https://x' }] },
      },
    ],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2, thoughtsTokenCount: 3, cachedContentTokenCount: 1 },
    promptFeedback: {},
    modelVersion: 'm',
    responseId: 'r',
  }
  const snake = {
    candidates: [
      {
        content: {
          parts: [{ thought: true, text: 'hm', thought_signature: 'c2ln' }, { function_call: { name: 'f' } }],
        },
        finish_reason: 'MAX_TOKENS',
        citation_metadata: camel.candidates[0]?.citationMetadata,
      },
    ],
    usage_metadata: {
      prompt_token_count: 1,
      candidates_token_count: 2,
      candidatesTokenCount: null,
      thoughts_token_count: 3,
      cached_content_token_count: 1,
      cachedContent_token_count: 7,
    },
    prompt_feedback: {},
    model_version: 'm',
    modelVersion: null,
    response_id: 'other',
    responseId: 'r',
  }
  const events = decode([chunk(camel)])
  assert.deepEqual(decode([chunk(snake)]), events)
  assert.deepEqual(said(events).usage, { prompt: 1, cachedPrompt: 1, completion: 5, reasoning: 3 })
  assert.deepEqual(said(events).finish, ['length', 'MAX_TOKENS'])
})

test('maps every finish reason', () => {
  const reasons = {
    STOP: 'stop',
    MAX_TOKENS: 'length',
    SAFETY: 'content-filter',
    RECITATION: 'content-filter',
    BLOCKLIST: 'content-filter',
    PROHIBITED_CONTENT: 'content-filter',
    SPII: 'content-filter',
    IMAGE_SAFETY: 'content-filter',
    MALFORMED_FUNCTION_CALL: 'other',
    UNEXPECTED_TOOL_CALL: 'other',
    LANGUAGE: 'other',
    A_WORD_OF_2030: 'other',
    toString: 'other',
  }
  for (const [word, reason] of Object.entries(reasons)) {
    assert.deepEqual(said(decode([parts([], { finishReason: word })])).finish, [reason, word])
  }
  assert.deepEqual(said(decode([parts([], { finishReason: 2 })])).finish, ['length', 'MAX_TOKENS'])
  const called = parts([{ functionCall: { name: 'f' } }], { finishReason: 'MAX_TOKENS' })
  assert.deepEqual(said(decode([called])).finish, ['length', 'MAX_TOKENS'])
})

test('a prompt that was blocked is an answer with nothing in it but why', () => {
  const body = {
    promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
    usageMetadata: { promptTokenCount: 7, totalTokenCount: 7 },
  }
  for (const type of ['event', 'body'] as const) {
    const result = said(decode([{ type, event: '', data: JSON.stringify(body) }]))
    assert.deepEqual(result.finish, ['content-filter', 'PROHIBITED_CONTENT'])
    assert.deepEqual(result.usage, { prompt: 7, completion: 0 })
    assert.ok(result.ended)
  }
})

test('a signature without a part of its own comes after what it signs', () => {
  const events = decode([
    parts([{ text: 'Hi' }]),
    parts([{ text: '', thoughtSignature: 'c2ln' }], { finishReason: 'STOP' }),
  ])
  assert.deepEqual(
    events.map((each) => (each.type === 'block-start' ? each.start.kind : each.type)),
    ['start', 'text', 'delta', 'block-end', 'reasoning', 'signature', 'block-end', 'finish', 'end'],
  )
})

test("reads logprobs in OpenAI's form, on the text that they are of", () => {
  const token = (text: string, logProbability: number) => ({ token: text, logProbability, tokenId: 1 })
  const events = decode([
    parts([{ text: 'Hm', thought: true }, { text: 'Hi' }], {
      finishReason: 'STOP',
      logprobsResult: {
        chosenCandidates: [token('Hi', -0.1)],
        topCandidates: [{ candidates: [token('Hi', -0.1), token('Ho', -2)] }],
      },
    }),
  ])
  const deltas = events.flatMap((each) => (each.type === 'delta' ? [[each.text, each.logprobs]] : []))
  const one = (text: string, logprob: number) => ({ token: text, logprob, bytes: [...Buffer.from(text)] })
  assert.deepEqual(deltas, [
    ['Hm', undefined],
    ['Hi', { content: [{ ...one('Hi', -0.1), top_logprobs: [one('Hi', -0.1), one('Ho', -2)] }], refusal: null }],
  ])
})

test('an error in the stream ends it, after closing its blocks, by its code or its word', () => {
  for (const [error, code] of [
    [{ code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' }, 'upstream_error'],
    [{ message: 'slow down', status: 'RESOURCE_EXHAUSTED' }, 'rate_limit_exceeded'],
    [{ code: 400, message: 'no', status: 'INVALID_ARGUMENT' }, 'upstream_refused'],
  ] as const) {
    const events = decode([parts([{ text: 'Hi' }]), chunk({ error }), stop])
    assert.deepEqual(
      events.slice(-2).map((each) => each.type),
      ['block-end', 'error'],
    )
    assert.equal(said(events).error, code)
  }
  assert.equal(said(decode([{ type: 'body', data: '[{"error":{"code":503}}]' }])).error, 'upstream_error')
})

test('a stream without a finish, or that is cut, ended early', () => {
  assert.equal(said(decode([parts([{ text: 'Hi' }])])).error, 'upstream_error')
  assert.equal(said(decode([parts([{ text: 'Hi' }]), stop], 'cut')).error, 'upstream_error')
  assert.equal(said(decode([])).error, 'upstream_error')
})

test('ignores comments and a closing [DONE]', () => {
  const noise = [
    { type: 'event' as const, event: '', data: '' },
    { type: 'event' as const, event: '', data: '[DONE]' },
  ]
  assert.deepEqual(decode([...noise, stop, ...noise]), decode([stop]))
})

test('turns garbage into one error that does not quote it', () => {
  for (const data of ['<html>SECRET</html>', '{"SECRET":', '["SECRET"]', '"SECRET"', '{}', '{"candidates":"SECRET"}']) {
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

test('refuses arguments that cannot be put together, and lists that only claim to be long', () => {
  for (const partialArgs of [
    [{ jsonPath: '$' }],
    [{ jsonPath: '$.a[999999999]', numberValue: 1 }],
    [
      { jsonPath: '$.a', numberValue: 1 },
      { jsonPath: '$.a.b', numberValue: 1 },
    ],
    [
      { jsonPath: '$.a.b', numberValue: 1 },
      { jsonPath: '$.a', numberValue: 1 },
    ],
    [{ jsonPath: `$${'.a'.repeat(70)}`, numberValue: 1 }],
    [{ jsonPath: 'a' }],
    [{ jsonPath: '$..a' }],
    ['x'],
  ]) {
    const events = decode([parts([{ functionCall: { name: 'f', partialArgs } }], { finishReason: 'STOP' })])
    assert.equal(said(events).error, 'upstream_error', JSON.stringify(partialArgs))
  }
  const proto = parts([{ functionCall: { name: 'f', partialArgs: [{ jsonPath: '$.__proto__.x', boolValue: true }] } }])
  assert.deepEqual(said(decode([proto, stop])).calls[0]?.[2], '{"__proto__":{"x":true}}')
})

const part = fc.oneof(
  fc.record(
    {
      text: fc.oneof(fc.string(), fc.jsonValue()),
      thought: fc.oneof(fc.boolean(), fc.jsonValue()),
      thoughtSignature: fc.oneof(fc.base64String(), fc.jsonValue()),
      functionCall: fc.oneof(
        fc.record(
          {
            name: fc.oneof(fc.constant('f'), fc.jsonValue()),
            args: fc.jsonValue(),
            willContinue: fc.jsonValue(),
            partialArgs: fc.array(
              fc.record({ jsonPath: fc.constantFrom('$.a', '$.a[0]', '$.b.c'), stringValue: fc.jsonValue() }),
            ),
          },
          { requiredKeys: [] },
        ),
        fc.jsonValue(),
      ),
      executableCode: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
)
const likely = fc.record(
  {
    candidates: fc.oneof(
      fc.array(
        fc.record(
          {
            index: fc.oneof(fc.nat(2), fc.jsonValue()),
            content: fc.oneof(fc.record({ parts: fc.array(part, { maxLength: 4 }) }), fc.jsonValue()),
            finishReason: fc.oneof(fc.constantFrom('STOP', 'SAFETY'), fc.jsonValue()),
            groundingMetadata: fc.jsonValue(),
            logprobsResult: fc.jsonValue(),
          },
          { requiredKeys: [] },
        ),
        { maxLength: 3 },
      ),
      fc.jsonValue(),
    ),
    promptFeedback: fc.jsonValue(),
    usageMetadata: fc.oneof(fc.record({ promptTokenCount: fc.jsonValue(), totalTokenCount: fc.nat() }), fc.jsonValue()),
    modelVersion: fc.jsonValue(),
    responseId: fc.jsonValue(),
    createTime: fc.oneof(fc.constant('2026-01-01T00:00:00Z'), fc.jsonValue()),
    error: fc.oneof(fc.record({ code: fc.jsonValue(), status: fc.jsonValue() }), fc.constant(undefined)),
  },
  { requiredKeys: ['candidates'] },
)

test('reads any JSON without throwing, keeps its blocks in order and ends once', () => {
  const frame = fc
    .oneof(likely, fc.jsonValue())
    .chain((value) =>
      fc.constantFrom(
        { type: 'event' as const, event: '', data: JSON.stringify(value) },
        { type: 'body' as const, data: JSON.stringify(value) },
      ),
    )
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 8 }), (frames) => {
      const events = decode(frames)
      assert.equal(events.filter((each) => each.type === 'end' || each.type === 'error').length, 1)
      assert.ok(['end', 'error'].includes(events.at(-1)?.type ?? ''))
      const open = new Map<number, Set<number>>()
      for (const each of events) {
        if (!('choice' in each) || each.type === 'finish') continue
        const blocks = open.get(each.choice) ?? new Set()
        open.set(each.choice, blocks)
        if (each.type === 'block-start') {
          assert.equal(blocks.size, 0)
          blocks.add(each.block)
        } else if (each.type === 'block-end') assert.ok(blocks.delete(each.block))
        else assert.ok(blocks.has(each.block), each.type)
      }
      for (const blocks of open.values()) assert.equal(blocks.size, 0)
    }),
    { numRuns: 500 },
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
