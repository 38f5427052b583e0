import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AssistantPart, ChatEvent, FinishReason, Message, Part, Usage } from '../../../../core/chat.js'
import { isObject, type JsonObject } from '../../../../core/json.js'
import type { Dialect } from '../../../../core/provider.js'
import { anthropicMessages } from '../../../../llm/dialects/anthropic-messages.js'
import { openaiResponses } from '../../../../llm/dialects/openai-responses.js'
import { chatRequestOf, extrasOf } from '../../../support/chat-request.js'
import { answerOf } from '../openai-chat/answer.js'
import { decode, encode, fixtureFrames } from './answer.js'

type Start = Extract<ChatEvent, { type: 'block-start' }>['start']

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
const deltas = fc.array(text, { minLength: 1, maxLength: 3 })
const seal = text.map((value) => `openai-responses:${value}`)
const start: fc.Arbitrary<Start> = fc.oneof(
  fc.constantFrom<Start>({ kind: 'text' }, { kind: 'refusal' }, { kind: 'reasoning' }),
  fc
    .record({ id: fc.uuid(), name: fc.constantFrom('look', 'run'), call: fc.constantFrom('function', 'custom') })
    .map((each): Start => ({ kind: 'tool-call', ...each }) as Start),
  seal.map((data): Start => ({ kind: 'redacted-reasoning', data })),
  text.map(
    (query): Start => ({ kind: 'opaque', dialect: 'openai-responses', value: { type: 'web_search_call', query } }),
  ),
)
const piece = fc.record({ start, parts: deltas, signature: fc.option(seal, { nil: undefined }) })
const finish = fc.constantFrom<FinishReason>('stop', 'length', 'content-filter')
const count = fc.nat(1_000_000)
const usage: fc.Arbitrary<Usage> = fc.record({
  prompt: count,
  completion: count,
  cachedPrompt: count,
  cacheWrite: count,
  reasoning: count,
})

const speaks = ({ kind }: Start) => kind !== 'opaque' && kind !== 'redacted-reasoning'

test('an answer written and read again says the same, streamed or not', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), finish, usage, fc.boolean(), (pieces, reason, counted, stream) => {
      const called = pieces.some((each) => each.start.kind === 'tool-call')
      const events: readonly ChatEvent[] = [
        { type: 'start', id: 'resp_1', model: 'm', created: 1 },
        ...pieces.flatMap((each, block): readonly ChatEvent[] => [
          { type: 'block-start', choice: 0, block, start: each.start },
          ...(speaks(each.start) ? each.parts : []).map(
            (said) => ({ type: 'delta', choice: 0, block, text: said }) as const,
          ),
          ...(each.signature !== undefined && each.start.kind === 'reasoning'
            ? [{ type: 'signature', choice: 0, block, signature: each.signature } as const]
            : []),
          { type: 'block-end', choice: 0, block },
        ]),
        { type: 'finish', choice: 0, reason: called && reason === 'stop' ? 'tool-calls' : reason, raw: '' },
        { type: 'usage', usage: counted },
        { type: 'end' },
      ]
      const again = answerOf(decode(encode(events, { stream })))
      const searches = pieces.filter((each) => each.start.kind === 'opaque').length
      const { webSearches, ...others } = again.usage
      assert.equal(webSearches ?? 0, searches)
      assert.deepEqual({ ...again, usage: others }, answerOf(events))
    }),
    { numRuns: 300 },
  )
})

test('items keep their ids, phases and boundaries through a policy that touches nothing', () => {
  const [whole] = fixtureFrames('body-with-everything.json')
  const given = JSON.parse(whole?.data ?? '')
  const [frame] = encode(decode(fixtureFrames('body-with-everything.json')))
  const made = JSON.parse(frame?.data ?? '')
  const summary = [{ type: 'summary_text', text: 'The tide turns at noon.' }]
  const [reasoning, ...others] = given.output
  const expected = [{ ...reasoning, summary }, ...others].map((item: JsonObject) =>
    item['name'] === 'done' ? { ...item, arguments: '{}' } : item,
  )
  assert.deepEqual(made.output, expected)
})

/** The next request of a client of `dialect` that got this answer as a body, with a result for every call. */
function nextTurn(events: readonly ChatEvent[]): readonly Message[] {
  const [frame] = encode(events)
  const { output } = JSON.parse(frame?.data ?? '{}') as { output: readonly JsonObject[] }
  const results = output.flatMap((item) =>
    item['type'] === 'function_call'
      ? [{ type: 'function_call_output', call_id: item['call_id'], output: 'done' } as JsonObject]
      : [],
  )
  const input = [{ role: 'user', content: 'hi' }, ...output, ...results]
  return openaiResponses.decodeRequest({ model: 'm', input }).messages
}

const contentOf = (dialect: Dialect, messages: readonly Message[]) =>
  dialect.encodeRequest(chatRequestOf({ messages }), { maxOutput: 100 })

test('an answer of Anthropic goes back to Anthropic with its thinking signed, and not to OpenAI', () => {
  const events: readonly ChatEvent[] = [
    { type: 'start', id: 'msg_1', model: 'claude', created: 1 },
    { type: 'block-start', choice: 0, block: 0, start: { kind: 'reasoning' } },
    { type: 'delta', choice: 0, block: 0, text: 'thought' },
    { type: 'signature', choice: 0, block: 0, signature: 'c2ln' },
    { type: 'block-end', choice: 0, block: 0 },
    { type: 'block-start', choice: 0, block: 1, start: { kind: 'redacted-reasoning', data: 'ZGF0YQ' } },
    { type: 'block-end', choice: 0, block: 1 },
    {
      type: 'block-start',
      choice: 0,
      block: 2,
      start: { kind: 'tool-call', id: 'toolu_1', name: 'f', call: 'function' },
    },
    { type: 'delta', choice: 0, block: 2, text: '{}' },
    { type: 'block-end', choice: 0, block: 2 },
    { type: 'finish', choice: 0, reason: 'tool-calls', raw: 'tool_use' },
    { type: 'end' },
  ]
  const messages = nextTurn(events)
  const { body } = contentOf(anthropicMessages, messages)
  assert.deepEqual((body['messages'] as readonly JsonObject[])[1]?.['content'], [
    { type: 'thinking', thinking: 'thought', signature: 'c2ln' },
    { type: 'redacted_thinking', data: 'ZGF0YQ' },
    { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
  ])
  const toOpenai = contentOf(openaiResponses, messages)
  assert.deepEqual(
    (toOpenai.body['input'] as readonly JsonObject[]).map(({ type, role }) => type ?? role),
    ['user', 'function_call', 'function_call_output'],
  )
  assert.deepEqual(toOpenai.dropped, ['messages[1].content[0]', 'messages[1].content[1]'])
})

test("a provider's encrypted reasoning comes back to it from a client of another dialect", () => {
  const request = chatRequestOf({ extras: extrasOf('anthropic-messages') })
  const encoder = anthropicMessages.encodeEvents(request)
  const frames = decode(fixtureFrames('reasoning-and-tools.sse')).flatMap((event) => encoder.push(event))
  const { content } = JSON.parse(frames[0]?.data ?? '')
  const { messages } = anthropicMessages.decodeRequest({
    model: 'm',
    max_tokens: 100,
    messages: [{ role: 'assistant', content }],
  })
  const { body, dropped } = contentOf(openaiResponses, messages)
  assert.deepEqual((body['input'] as readonly JsonObject[])[0], {
    type: 'reasoning',
    summary: [{ type: 'summary_text', text: 'Two boats, two calls.' }],
    encrypted_content: 'Ym9hdHM=',
  })
  assert.deepEqual(dropped, [])
})

const parts: fc.Arbitrary<readonly Part[]> = fc.array(
  fc.oneof(
    text.map((said): Part => ({ type: 'text', text: said })),
    fc.constant<Part>({ type: 'image', source: { kind: 'url', url: 'https://example.org/a.png' }, detail: 'low' }),
    fc.constant<Part>({ type: 'file', source: { kind: 'data', mediaType: 'text/plain', data: 'aGk=' }, name: 'a.txt' }),
  ),
  { minLength: 1, maxLength: 3 },
)
const assistantPart: fc.Arbitrary<Part | AssistantPart> = fc.oneof(
  text.map((said): Part => ({ type: 'text', text: said })),
  text.map((said): AssistantPart => ({ type: 'refusal', text: said })),
  fc.record({ text, signature: seal }).map((each): AssistantPart => ({ type: 'reasoning', ...each })),
  fc
    .record({ id: fc.uuid(), arguments: text, kind: fc.constantFrom('function' as const, 'custom' as const) })
    .map((each): AssistantPart => ({ type: 'tool-call', name: 'f', ...each })),
)
const messages: fc.Arbitrary<readonly Message[]> = fc.array(
  fc.oneof(
    fc.record({ role: fc.constantFrom('user' as const, 'system' as const, 'developer' as const), content: parts }),
    fc.array(assistantPart, { minLength: 1, maxLength: 4 }).map((content): Message => ({ role: 'assistant', content })),
    fc.record({ callId: fc.uuid(), content: parts }).map((each): Message => ({ role: 'tool', ...each })),
  ),
  { minLength: 1, maxLength: 6 },
)

/** The pieces of a conversation, whatever messages they stand in. */
const piecesOf = (list: readonly Message[]) =>
  list.flatMap((message) =>
    message.content.map((part) => {
      const { extras: _own, ...said } = { extras: undefined, ...part }
      return { role: message.role, callId: message.role === 'tool' ? message.callId : '', ...said }
    }),
  )

test('a conversation written and read again says the same', () => {
  fc.assert(
    fc.property(messages, (given) => {
      const { body, dropped } = contentOf(openaiResponses, given)
      assert.deepEqual(dropped, [])
      assert.deepEqual(piecesOf(openaiResponses.decodeRequest(body).messages), piecesOf(given))
    }),
    { numRuns: 300 },
  )
})

test('a request of a client of this dialect survives being read and written, whatever it holds', () => {
  const item = fc.oneof(
    fc.record({ role: fc.constantFrom('user', 'developer'), content: text }),
    fc.record({
      type: fc.constant('function_call'),
      id: text,
      call_id: text,
      name: text,
      arguments: text,
      namespace: text,
    }),
    fc.record({ type: fc.constant('function_call_output'), call_id: text, output: text }),
    fc.record({ type: fc.constant('message'), role: fc.constant('assistant'), phase: text, content: text }),
    fc.record({ type: fc.constant('tool_search_call'), arguments: fc.dictionary(text, text) }),
  )
  const body = fc.record(
    {
      model: fc.constant('m'),
      input: fc.array(item, { minLength: 1, maxLength: 5 }),
      instructions: text,
      tools: fc.array(
        fc.record({
          type: fc.constant('function'),
          name: text,
          parameters: fc.constant({ type: 'object' }),
          output_schema: fc.constant({}),
        }),
        { minLength: 1, maxLength: 2 },
      ),
      text: fc.record({ verbosity: text }),
      store: fc.boolean(),
      include: fc.constant(['file_search_call.results']),
      moderation: fc.record({ model: text }),
      max_output_tokens: fc.integer({ min: 1, max: 99 }),
    },
    { requiredKeys: ['model', 'input'] },
  )
  fc.assert(
    fc.property(body, (given) => {
      const sent: JsonObject = JSON.parse(JSON.stringify(given))
      const made = openaiResponses.encodeRequest(openaiResponses.decodeRequest(sent), {})
      assert.deepEqual(made.dropped, [])
      assert.deepEqual(made.body, sent)
    }),
    { numRuns: 300 },
  )
})

test('decodeRequest only ever throws a malformed request', () => {
  const any = fc.jsonValue({ maxDepth: 3 })
  const item = fc.oneof(
    any,
    fc.record(
      {
        type: fc.constantFrom('message', 'reasoning', 'function_call', 'item_reference'),
        role: any,
        content: any,
        call_id: any,
        summary: any,
      },
      { requiredKeys: [] },
    ),
  )
  const body = fc.record(
    {
      model: fc.constant('m'),
      input: fc.oneof(any, fc.array(item)),
      tools: any,
      tool_choice: any,
      text: any,
      reasoning: any,
      include: any,
    },
    { requiredKeys: ['model'] },
  )
  fc.assert(
    fc.property(body, (given) => {
      const value: unknown = JSON.parse(JSON.stringify(given))
      if (!isObject(value)) return
      try {
        openaiResponses.encodeRequest(openaiResponses.decodeRequest(value), {})
      } catch (error) {
        assert.ok(error instanceof Error && 'code' in error && error.code === 'malformed_request', String(error))
      }
    }),
    { numRuns: 2000 },
  )
})

test('members of a part that nobody has a word for come back to this API, and are reported elsewhere', () => {
  const body = {
    model: 'm',
    input: [
      { role: 'user', content: [{ type: 'input_text', text: 'a', zest: 1 }] },
      { role: 'user', content: [{ type: 'input_image', image_url: 'https://e.example/x', detail: 'auto', zest: 2 }] },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'b', zest: 3 }] },
    ],
    text: { format: { type: 'json_schema', name: 'n', schema: {}, zest: 4 } },
    tools: [{ type: 'function', name: 'f', parameters: {} }],
    tool_choice: { type: 'function', name: 'f', zest: 5 },
  }
  const request = openaiResponses.decodeRequest(body)
  const own = openaiResponses.encodeRequest(request, {})
  assert.deepEqual(JSON.parse(JSON.stringify(own.body)), body)
  assert.deepEqual(own.dropped, [])
  const { dropped } = anthropicMessages.encodeRequest(request, {})
  const places = ['input[0].content[0]', 'input[1].content[0]', 'input[3].output[0]', 'text.format', 'tool_choice']
  for (const place of places) assert.ok(dropped.includes(`${place}.zest`), place)
})
