import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { ApiError, type GenerateContentResponse, GoogleGenAI } from '@google/genai'
import fc from 'fast-check'
import type { BlockStart, ChatEvent, Usage } from '../../../../core/chat.js'
import { GatewayError } from '../../../../core/errors.js'
import { usageOf } from '../../../../llm/dialects/gemini/usage.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { sse } from '../../../../llm/framing/sse.js'
import { decode, encode, framesOf, said } from './answer.js'

const block = (number: number) => ({ choice: 0, block: number })
const start: ChatEvent = { type: 'start', id: 'r1', model: 'gpt-x', created: 1_700_000_000 }
const head = { modelVersion: 'gpt-x', createTime: '2023-11-14T22:13:20.000Z', responseId: 'r1' }

const answer: readonly ChatEvent[] = [
  start,
  { type: 'block-start', ...block(0), start: { kind: 'text' } },
  { type: 'delta', ...block(0), text: 'Hel' },
  { type: 'delta', ...block(0), text: 'lo' },
  { type: 'block-end', ...block(0) },
  { type: 'block-start', ...block(1), start: { kind: 'tool-call', id: 'c1', name: 'f', call: 'function' } },
  { type: 'delta', ...block(1), text: '{"a":' },
  { type: 'delta', ...block(1), text: '1}' },
  { type: 'block-end', ...block(1) },
  { type: 'finish', choice: 0, reason: 'tool-calls', raw: 'tool_calls' },
  { type: 'usage', usage: { prompt: 10, cachedPrompt: 4, completion: 7, reasoning: 2 } },
  { type: 'end' },
]

const usageMetadata = {
  promptTokenCount: 10,
  candidatesTokenCount: 5,
  thoughtsTokenCount: 2,
  cachedContentTokenCount: 4,
  totalTokenCount: 17,
}
const functionCall = { id: 'c1', name: 'f', args: { a: 1 } }
const content = (...parts: readonly unknown[]) => ({ parts, role: 'model' })

test('writes chunks as Google does: text as it comes, a call when it is complete, finish and usage at the end', () => {
  const encoder = gemini.encodeEvents({ ...gemini.decodeRequest({ contents: [{}] }, { model: 'm', stream: true }) })
  assert.deepEqual(
    answer.map((each) => encoder.push(each).map(({ data }) => JSON.parse(data))),
    [
      [],
      [],
      [{ candidates: [{ content: content({ text: 'Hel' }), index: 0 }], ...head }],
      [{ candidates: [{ content: content({ text: 'lo' }), index: 0 }], ...head }],
      [],
      [],
      [],
      [],
      [{ candidates: [{ content: content({ functionCall }), index: 0 }], ...head }],
      [],
      [],
      [{ candidates: [{ content: content({ text: '' }), finishReason: 'STOP', index: 0 }], usageMetadata, ...head }],
    ],
  )
  assert.deepEqual(encoder.end('complete'), [])
})

test('writes one body for a client that asked for no stream', () => {
  const [only, ...more] = encode(answer, 'body')
  assert.deepEqual(more, [])
  assert.equal(only?.type, 'body')
  assert.deepEqual(JSON.parse(only?.data ?? ''), {
    candidates: [{ content: content({ text: 'Hello' }, { functionCall }), finishReason: 'STOP', index: 0 }],
    usageMetadata,
    ...head,
  })
})

test('writes every choice, and no blocks of other dialects', () => {
  const events: readonly ChatEvent[] = [
    start,
    { type: 'block-start', choice: 1, block: 0, start: { kind: 'refusal' } },
    { type: 'delta', choice: 1, block: 0, text: 'No.' },
    { type: 'block-end', choice: 1, block: 0 },
    { type: 'block-start', ...block(0), start: { kind: 'opaque', dialect: 'openai-chat', value: { x: 1 } } },
    { type: 'delta', ...block(0), text: 'x' },
    { type: 'block-end', ...block(0) },
    { type: 'finish', choice: 1, reason: 'refusal', raw: 'refusal' },
    { type: 'finish', choice: 0, reason: 'length', raw: 'length' },
    { type: 'end' },
  ]
  const { candidates } = JSON.parse(encode(events, 'body')[0]?.data ?? '')
  assert.deepEqual(candidates, [
    { content: content(), finishReason: 'MAX_TOKENS', index: 0 },
    { content: content({ text: 'No.' }), finishReason: 'SAFETY', index: 1 },
  ])
})

test("says why an answer ended in Google's words", () => {
  const word = (reason: Extract<ChatEvent, { type: 'finish' }>['reason'], raw: string) => {
    const [body] = encode([start, { type: 'finish', choice: 0, reason, raw }, { type: 'end' }], 'body')
    return JSON.parse(body?.data ?? '').candidates[0].finishReason
  }
  assert.equal(word('stop', 'end_turn'), 'STOP')
  assert.equal(word('tool-calls', 'tool_use'), 'STOP')
  assert.equal(word('length', 'max_tokens'), 'MAX_TOKENS')
  assert.equal(word('content-filter', 'content_filter'), 'SAFETY')
  assert.equal(word('content-filter', 'RECITATION'), 'RECITATION')
  assert.equal(word('content-filter', 'JAILBREAK'), 'SAFETY')
  assert.equal(word('other', 'pause_turn'), 'OTHER')
  assert.equal(word('other', 'MALFORMED_FUNCTION_CALL'), 'MALFORMED_FUNCTION_CALL')
})

test('keeps everything of its own dialect, streamed and not', () => {
  for (const name of ['thinking-and-tools.sse', 'grounded.json', 'partial-args.sse']) {
    const events = decode(framesOf(name))
    for (const form of ['stream', 'body'] as const) {
      const again = decode(encode(events, form))
      const { usage: counted, ...wanted } = said(events)
      const { usage, ...got } = said(again)
      assert.deepEqual(got, wanted, `${name} ${form}`)
      assert.deepEqual([usage['prompt'], usage['completion']], [counted['prompt'], counted['completion']])
    }
  }
  const [body] = encode(decode(framesOf('thinking-and-tools.sse')), 'body')
  assert.deepEqual(JSON.parse(body?.data ?? '').candidates[0].content.parts.slice(0, 3), [
    { text: '**Two harbours**\nso two calls.', thought: true },
    { text: 'Checking the tides 🌊' },
    {
      functionCall: { id: 'fc_1', name: 'tide', args: { harbour: 'Cuxhaven', days: [1, 2] } },
      thoughtSignature: 'c2lnbmVk',
    },
  ])
})

const finishes = [
  ['stop', 'STOP'],
  ['length', 'MAX_TOKENS'],
  ['content-filter', 'SPII'],
  ['other', 'LANGUAGE'],
] as const

const blocks = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), texts: fc.array(fc.string({ unit: 'grapheme' })) }),
  fc.record({ kind: fc.constant('reasoning' as const), texts: fc.array(fc.string()) }),
  fc.record({ kind: fc.constant('signature' as const), signature: fc.base64String({ minLength: 4 }) }),
  fc.record({
    kind: fc.constant('tool-call' as const),
    id: fc.uuid(),
    name: fc.stringMatching(/^[a-z]{1,8}$/),
    input: fc.dictionary(fc.string(), fc.jsonValue()).filter((input) => !Object.hasOwn(input, '__proto__')),
    cut: fc.nat(40),
  }),
)
type AnswerBlock = typeof blocks extends fc.Arbitrary<infer Value> ? Value : never

function eventsOfBlock(value: AnswerBlock, i: number): readonly ChatEvent[] {
  const begin = (kind: BlockStart): ChatEvent => ({ type: 'block-start', ...block(i), start: kind })
  const delta = (text: string): ChatEvent => ({ type: 'delta', ...block(i), text })
  const end: ChatEvent = { type: 'block-end', ...block(i) }
  switch (value.kind) {
    case 'text':
    case 'reasoning':
      return [begin({ kind: value.kind }), ...value.texts.map(delta), end]
    case 'signature':
      return [
        begin({ kind: 'reasoning' }),
        { type: 'signature', ...block(i), signature: `gemini:${value.signature}` },
        end,
      ]
    case 'tool-call': {
      const text = JSON.stringify(value.input)
      const call = { kind: value.kind, id: value.id, name: value.name, call: 'function' } as const
      return [begin(call), delta(text.slice(0, value.cut)), delta(text.slice(value.cut)), end]
    }
  }
}

/** Answers as any decoder may report them: whole blocks in order, deltas cut anywhere. */
const answers = fc
  .record({
    list: fc.array(blocks, { maxLength: 6 }),
    finish: fc.constantFrom(...finishes),
    usage: fc.record({ prompt: fc.nat(), cachedPrompt: fc.nat(), text: fc.nat(), reasoning: fc.nat() }),
  })
  .map(({ list, finish: [reason, raw], usage: { text, ...counts } }): readonly ChatEvent[] => {
    const usage: Usage = { ...counts, completion: text + counts.reasoning }
    const called = list.some(({ kind }) => kind === 'tool-call')
    return [
      start,
      ...list.flatMap(eventsOfBlock),
      { type: 'finish', choice: 0, reason: called && reason === 'stop' ? 'tool-calls' : reason, raw },
      { type: 'usage', usage },
      { type: 'end' },
    ]
  })

test('keeps text, thoughts, calls, signatures, finish and usage from encoding to decoding', () => {
  const meaning = (events: readonly ChatEvent[]) => {
    const { thoughts, ...rest } = said(events)
    return {
      ...rest,
      thoughts: thoughts.map(([text]) => text).join(''),
      signatures: thoughts.flatMap(([, signature]) => (signature === '' ? [] : [signature])),
    }
  }
  fc.assert(
    fc.property(answers, fc.constantFrom('stream' as const, 'body' as const), (events, form) => {
      assert.deepEqual(meaning(decode(encode(events, form))), meaning(events))
    }),
    { numRuns: 300 },
  )
})

/** The official client, served `body` with this status. */
async function served<T>(
  body: string,
  type: string,
  status: number,
  use: (client: GoogleGenAI) => Promise<T>,
): Promise<T> {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': type })
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    return await use(new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: `http://127.0.0.1:${port}` } }))
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const params = { model: 'm', contents: 'x' }
const streamOf = (events: readonly ChatEvent[]) =>
  Buffer.concat(encode(events, 'stream').map((frame) => sse.encode(frame))).toString('utf8')

test('is read by the official client as it was meant', async () => {
  const events = decode(framesOf('thinking-and-tools.sse'))
  const meaning = (responses: readonly GenerateContentResponse[]) => {
    const parts = responses.flatMap((each) => each.candidates?.[0]?.content?.parts ?? [])
    const last = responses.at(-1)
    return {
      text: parts.map((part) => (part.thought ? '' : (part.text ?? ''))).join(''),
      thoughts: parts.map((part) => (part.thought ? part.text : '')).join(''),
      calls: responses.flatMap((each) => each.functionCalls ?? []),
      signatures: parts.flatMap((part) => part.thoughtSignature ?? []),
      finish: last?.candidates?.[0]?.finishReason,
      usage: [last?.usageMetadata?.promptTokenCount, last?.usageMetadata?.candidatesTokenCount],
      thoughtTokens: last?.usageMetadata?.thoughtsTokenCount,
      names: [last?.modelVersion, last?.responseId],
    }
  }
  const wanted = {
    text: 'Checking the tides 🌊',
    thoughts: '**Two harbours**\nso two calls.',
    calls: [
      { id: 'fc_1', name: 'tide', args: { harbour: 'Cuxhaven', days: [1, 2] } },
      { id: 'call_rTide01_0_4', name: 'now', args: {} },
    ],
    signatures: ['c2lnbmVk'],
    finish: 'STOP',
    usage: [40, 21],
    thoughtTokens: 30,
    names: ['gemini-3-flash-preview', 'r-Tide_01'],
  }
  const chunks = await served(streamOf(events), 'text/event-stream', 200, async (client) => {
    const all: GenerateContentResponse[] = []
    for await (const each of await client.models.generateContentStream(params)) all.push(each)
    return all
  })
  assert.deepEqual(meaning(chunks), wanted)
  const [body] = encode(events, 'body')
  const whole = await served(body?.data ?? '', 'application/json', 200, (client) =>
    client.models.generateContent(params),
  )
  assert.deepEqual(meaning([whole]), wanted)
})

test('the official client throws on our errors, before and within a stream', async () => {
  const error = new GatewayError('rate_limit_exceeded', 'too fast', { retryAfter: 3 })
  const refused = JSON.stringify(gemini.encodeError(error, 'req_1'))
  await assert.rejects(
    served(refused, 'application/json', 429, (client) => client.models.generateContent(params)),
    (thrown) => thrown instanceof ApiError && thrown.status === 429 && thrown.message.includes('too fast'),
  )
  const broken =
    streamOf(answer.slice(0, 4)) + Buffer.from(sse.encode(gemini.encodeStreamError(error, 'req_1'))).toString()
  const texts: (string | undefined)[] = []
  await assert.rejects(
    served(broken, 'text/event-stream', 200, async (client) => {
      for await (const each of await client.models.generateContentStream(params)) texts.push(each.text)
    }),
    (thrown) => thrown instanceof ApiError && thrown.status === 429,
  )
})

test('tokens of sound are counted by modality, and read again', () => {
  const usage = { prompt: 10, completion: 8, reasoning: 1, audioPrompt: 4, audioCompletion: 7 }
  const [frame] = encode([{ type: 'start', id: '', model: 'm' }, { type: 'usage', usage }, { type: 'end' }], 'body')
  const { usageMetadata } = JSON.parse(frame?.data ?? '')
  assert.deepEqual(usageMetadata.promptTokensDetails, [
    { modality: 'AUDIO', tokenCount: 4 },
    { modality: 'TEXT', tokenCount: 6 },
  ])
  assert.deepEqual(usageMetadata.candidatesTokensDetails, [{ modality: 'AUDIO', tokenCount: 7 }])
  assert.deepEqual(usageOf(usageMetadata), usage)
})
