import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatEvent } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import type { Frame } from '../../../../core/provider.js'
import { openaiCompletions } from '../../../../llm/dialects/openai-completions.js'
import { sse } from '../../../../llm/framing/sse.js'

const HEAD = { id: 'cmpl-1', object: 'text_completion', created: 5, model: 'm' }
const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
const choice = (index: number, text: string, finish: string | null) => ({
  text,
  index,
  logprobs: { tokens: [text], token_logprobs: [-1], top_logprobs: null, text_offset: [0] },
  finish_reason: finish,
})
const chunk = (...choices: readonly JsonObject[]) => `data: ${JSON.stringify({ ...HEAD, choices })}\n\n`
const STREAM = [
  chunk(choice(0, 'He', null)),
  chunk(choice(1, 'Ho', null), choice(0, 'llo', null)),
  chunk(choice(0, '', 'stop')),
  chunk(choice(1, '', 'length')),
  `data: ${JSON.stringify({ ...HEAD, choices: [], usage: USAGE })}\n\n`,
  'data: [DONE]\n\n',
].join('')

function decode(chunks: readonly Uint8Array[]): readonly ChatEvent[] {
  const frames = sse.decode()
  const events = openaiCompletions.decodeEvents()
  const read = (units: readonly Frame[]) => units.flatMap((frame) => events.push(frame))
  return [
    ...chunks.flatMap((piece) => read(frames.push(piece))),
    ...read(frames.end('complete')),
    ...events.end('complete'),
  ]
}
const body = (value: unknown): readonly ChatEvent[] => {
  const events = openaiCompletions.decodeEvents()
  return [
    ...events.push({ type: 'body', data: typeof value === 'string' ? value : JSON.stringify(value) }),
    ...events.end('complete'),
  ]
}
const textsOf = (events: readonly ChatEvent[]) => {
  const texts: string[] = []
  for (const event of events) if (event.type === 'delta') texts[event.choice] = (texts[event.choice] ?? '') + event.text
  return texts
}
const request = (stream: boolean, includeUsage = false) =>
  openaiCompletions.decodeRequest({ model: 'm', prompt: 'x', stream, stream_options: { include_usage: includeUsage } })
const encode = (events: readonly ChatEvent[], stream: boolean, includeUsage = false) => {
  const encoder = openaiCompletions.encodeEvents(request(stream, includeUsage))
  return [...events.flatMap((event) => encoder.push(event)), ...encoder.end('complete')].map(({ data }) =>
    data === '[DONE]' ? data : JSON.parse(data),
  )
}

test('reads a stream with several choices', () => {
  const events = decode([Buffer.from(STREAM)])
  assert.deepEqual(textsOf(events), ['Hello', 'Ho'])
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'finish' ? [[event.choice, event.reason]] : [])),
    [
      [0, 'stop'],
      [1, 'length'],
    ],
  )
  assert.deepEqual(
    events.find(({ type }) => type === 'usage'),
    { type: 'usage', usage: { prompt: 3, completion: 2 } },
  )
  assert.equal(events.at(-1)?.type, 'end')
})

test('reads the same wherever the stream is cut', () => {
  const bytes = Buffer.from(STREAM)
  const whole = decode([bytes])
  for (let at = 1; at < bytes.length; at++) assert.deepEqual(decode([bytes.subarray(0, at), bytes.subarray(at)]), whole)
  assert.deepEqual(decode([...bytes].map((_, at) => bytes.subarray(at, at + 1))), whole)
})

test('reads a whole completion', () => {
  const events = body({ ...HEAD, choices: [choice(0, 'Hello', 'stop')], usage: USAGE })
  assert.deepEqual(textsOf(events), ['Hello'])
  assert.equal(events.at(-1)?.type, 'end')
})

test('garbage, errors and streams that break off end with an error', () => {
  const odd = ['', 'nonsense', '[]', '{}', '{"choices":5}', '{"choices":[7]}', '{"error":{"message":"no"}}']
  for (const data of odd) assert.equal(body(data).at(-1)?.type, 'error', data)
  const events = openaiCompletions.decodeEvents()
  events.push({ type: 'event', event: '', data: JSON.stringify({ ...HEAD, choices: [choice(0, 'x', null)] }) })
  assert.equal(events.end('cut').at(-1)?.type, 'error')
})

const ANSWER: readonly ChatEvent[] = [
  { type: 'start', id: 'cmpl-1', model: 'm', created: 5 },
  { type: 'block-start', choice: 0, block: 0, start: { kind: 'reasoning' } },
  { type: 'delta', choice: 0, block: 0, text: 'hidden' },
  { type: 'block-end', choice: 0, block: 0 },
  { type: 'block-start', choice: 0, block: 1, start: { kind: 'text' } },
  { type: 'delta', choice: 0, block: 1, text: 'Hel' },
  { type: 'delta', choice: 0, block: 1, text: 'lo' },
  { type: 'block-start', choice: 1, block: 0, start: { kind: 'refusal' } },
  { type: 'delta', choice: 1, block: 0, text: 'No.' },
  { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' },
  { type: 'finish', choice: 1, reason: 'refusal', raw: 'refusal' },
  { type: 'usage', usage: { prompt: 3, completion: 2 } },
  { type: 'end' },
]

test('writes a whole answer, without what was thought', () => {
  assert.deepEqual(encode(ANSWER, false), [
    {
      ...HEAD,
      choices: [
        { text: 'Hello', index: 0, logprobs: null, finish_reason: 'stop' },
        { text: 'No.', index: 1, logprobs: null, finish_reason: 'content_filter' },
      ],
      usage: USAGE,
    },
  ])
  assert.deepEqual(encode(ANSWER.slice(0, -1), false), [])
})

test('writes a stream, with usage where it was asked for', () => {
  const plain = encode(ANSWER, true)
  assert.deepEqual(
    plain.slice(0, -1).map(({ choices: [{ text, index, finish_reason }] }) => [text, index, finish_reason]),
    [
      ['Hel', 0, null],
      ['lo', 0, null],
      ['No.', 1, null],
      ['', 0, 'stop'],
      ['', 1, 'content_filter'],
    ],
  )
  assert.equal(plain.at(-1), '[DONE]')
  const counted = encode(ANSWER, true, true)
  assert.deepEqual(counted.at(-2), { ...HEAD, choices: [], usage: USAGE })
  assert.equal(counted[0].usage, null)
})

test('what is written is read as the same', () => {
  const frames = encode(ANSWER, true, true).map(
    (value) => `data: ${value === '[DONE]' ? value : JSON.stringify(value)}\n\n`,
  )
  assert.deepEqual(textsOf(decode([Buffer.from(frames.join(''))])), ['Hello', 'No.'])
  assert.deepEqual(textsOf(body(encode(ANSWER, false)[0])), ['Hello', 'No.'])
})
