import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonValue } from '../../core/json.js'
import { bodyFrame, jsonIn, LONG_ANSWER, readAhead, unwritten, wholeAnswer, writeBody } from '../../core/long-answer.js'
import type { Dialect, Frame } from '../../core/provider.js'
import type { Turns } from '../../core/turns.js'
import { anthropicMessages } from '../../llm/dialects/anthropic-messages.js'
import { bedrockConverse } from '../../llm/dialects/bedrock-converse.js'
import { gemini } from '../../llm/dialects/gemini.js'
import { openaiChat } from '../../llm/dialects/openai-chat.js'
import { openaiEmbeddings } from '../../llm/dialects/openai-embeddings.js'
import { openaiResponses } from '../../llm/dialects/openai-responses.js'
import { wholeBody } from '../../llm/framing/whole-body.js'
import { chatRequestOf } from '../support/chat-request.js'

/** Counts how often others had their turn, on a clock that stands still. */
function counting(): Turns & { readonly pauses: () => number } {
  let pauses = 0
  return { clock: { monotonic: () => 0 }, pause: async () => void pauses++, pauses: () => pauses }
}

const bodyOf = (text: string | Uint8Array): Frame => wholeAnswer(Buffer.from(text))

const TEXT = 'a word, "another", \\ é 😀\n'.repeat(LONG_ANSWER / 20)
const VECTORS = Array.from({ length: 200 }, (_, index) => ({
  ...{ object: 'embedding', index, embedding: Array.from({ length: 900 }, (__, i) => (index + i) / 7) },
}))

const ANSWERS: readonly (readonly [Dialect, JsonValue])[] = [
  [
    openaiChat,
    {
      ...{
        id: 'c',
        object: 'chat.completion',
        created: 1,
        model: 'm',
        usage: { prompt_tokens: 9, completion_tokens: 2 },
      },
      choices: [{ index: 0, message: { role: 'assistant', content: TEXT }, finish_reason: 'stop' }],
    },
  ],
  [
    anthropicMessages,
    {
      ...{ id: 'c', type: 'message', role: 'assistant', model: 'm', stop_reason: 'end_turn' },
      content: [{ type: 'text', text: TEXT }],
      usage: { input_tokens: 9, output_tokens: 2 },
    },
  ],
  [
    bedrockConverse,
    {
      output: { message: { role: 'assistant', content: [{ text: TEXT }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 9, outputTokens: 2 },
    },
  ],
  [gemini, { candidates: [{ content: { role: 'model', parts: [{ text: TEXT }] }, finishReason: 'STOP', index: 0 }] }],
  [
    openaiResponses,
    {
      ...{ id: 'r', object: 'response', created_at: 1, model: 'm', status: 'completed' },
      output: [{ type: 'message', role: 'assistant', id: 'i', content: [{ type: 'output_text', text: TEXT }] }],
    },
  ],
  [openaiEmbeddings, { object: 'list', data: VECTORS, model: 'm', usage: { prompt_tokens: 9, total_tokens: 9 } }],
]

for (const [dialect, answer] of ANSWERS) {
  test(`${dialect.name}: a long answer is read in turns, as it is at once`, async () => {
    const frame = bodyOf(JSON.stringify(answer))
    const turns = counting()
    const frames = await readAhead([frame], turns)
    const pauses = turns.pauses()
    assert.ok(pauses > LONG_ANSWER / 64 / 16_384, `${pauses} pauses`)
    const events = frames.flatMap((each) => dialect.decodeEvents().push(each))
    assert.ok(events.some(({ type }) => type === 'end'))
    assert.deepEqual(events, dialect.decodeEvents().push(frame))
    // No decoder has read the text once more.
    const unread = frames.map((each): Frame => ({ ...each, data: '' }))
    assert.deepEqual(
      unread.flatMap((each) => dialect.decodeEvents().push(each)),
      events,
    )
  })
}

for (const [dialect, answer] of ANSWERS) {
  test(`${dialect.name}: a long answer is written in turns, as it is at once`, async () => {
    const messages = VECTORS.map(() => ({ role: 'user', content: [] }) as const)
    const encoder = dialect.encodeEvents(chatRequestOf({ stream: false, messages }))
    const events = dialect.decodeEvents().push(bodyOf(JSON.stringify(answer)))
    const [frame, ...others] = events.flatMap((event) => encoder.push(event))
    assert.ok(frame?.type === 'body' && others.length === 0)
    const value = unwritten(frame)
    assert.ok(value !== undefined)
    const turns = counting()
    const written = Buffer.from(await writeBody(value, turns))
    assert.ok(turns.pauses() > LONG_ANSWER / 64 / 16_384, `${turns.pauses()} pauses`)
    assert.ok(written.equals(Buffer.from(JSON.stringify(value))))
    assert.ok(written.equals(wholeBody.encode(frame)), 'who has no turns writes it at once')
  })
}

test('a short answer is written without a promise', () => {
  const frame = bodyFrame({ a: 1, b: undefined })
  assert.deepEqual(frame, { type: 'body', data: '{"a":1}' })
  assert.equal(unwritten(frame), undefined)
})

test('a short answer is left as it is, without a promise', () => {
  const frames = [bodyOf('{"a":1}')]
  assert.equal(readAhead(frames, counting()), frames)
  assert.deepEqual(frames.map(jsonIn), [{ a: 1 }])
})

const FILLER = ' '.repeat(LONG_ANSWER)
const NO_JSON: Readonly<Record<string, Uint8Array>> = {
  'that is no JSON': Buffer.from(`{"a":1${FILLER}`),
  'that is nested deep': Buffer.from(`${'['.repeat(1000)}${FILLER}${']'.repeat(1000)}`),
  'that is not all UTF-8': Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xff), Buffer.from(`"${FILLER}}`)]),
}

for (const [what, raw] of Object.entries(NO_JSON)) {
  test(`a long answer ${what} is what its text says`, async () => {
    const [frame] = await readAhead([bodyOf(raw)], counting())
    assert.ok(frame?.type === 'body')
    assert.equal(frame.value, undefined)
    const text = Buffer.from(raw).toString('utf8')
    let expected: JsonValue | undefined
    try {
      expected = JSON.parse(text)
    } catch {
      assert.throws(() => jsonIn(frame), SyntaxError)
      return
    }
    assert.deepEqual(jsonIn(frame), expected)
  })
}
