import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatEvent } from '../../../../core/chat.js'
import { GatewayError } from '../../../../core/errors.js'
import type { JsonObject } from '../../../../core/json.js'
import type { Frame } from '../../../../core/provider.js'
import { jsonAt } from '../../../support/json-at.js'
import { said } from '../anthropic-messages/fixtures.js'
import { decode, encode, framesOf } from './fixtures.js'

const named = (frames: readonly Frame[]) =>
  frames.map((frame) => [frame.type === 'event' ? frame.event : 'body', JSON.parse(frame.data) as JsonObject] as const)

const ANSWER: readonly ChatEvent[] = [
  { type: 'start', id: 'x', model: 'm' },
  { type: 'block-start', choice: 0, block: 0, start: { kind: 'text' } },
  { type: 'delta', choice: 0, block: 0, text: 'Hi' },
  { type: 'block-end', choice: 0, block: 0 },
  { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' },
  { type: 'usage', usage: { prompt: 12, cachedPrompt: 4, cacheWrite: 3, cacheWrite1h: 1, completion: 2 } },
  { type: 'end' },
]

test('writes a stream as Bedrock does: text has no start, usage comes last', () => {
  assert.deepEqual(named(encode(ANSWER, 'stream')), [
    ['messageStart', { role: 'assistant' }],
    ['contentBlockDelta', { delta: { text: 'Hi' }, contentBlockIndex: 0 }],
    ['contentBlockStop', { contentBlockIndex: 0 }],
    ['messageStop', { stopReason: 'end_turn' }],
    [
      'metadata',
      {
        usage: {
          inputTokens: 5,
          outputTokens: 2,
          totalTokens: 14,
          cacheReadInputTokens: 4,
          cacheWriteInputTokens: 3,
          cacheDetails: [
            { ttl: '1h', inputTokens: 1 },
            { ttl: '5m', inputTokens: 2 },
          ],
        },
      },
    ],
  ])
})

test('writes a body', () => {
  const [[, body] = []] = named(encode(ANSWER, 'body'))
  assert.deepEqual(body?.['output'], { message: { role: 'assistant', content: [{ text: 'Hi' }] } })
  assert.equal(body?.['stopReason'], 'end_turn')
})

test('what was decoded is encoded to the same meaning, as a stream and as a body', () => {
  for (const name of ['thinking-and-tools.eventstream', 'server-tool.eventstream', 'message.json', 'citations.json']) {
    const events = decode(framesOf(name))
    const { opaque: _, citations, ...whole } = said(events)
    for (const form of ['stream', 'body'] as const) {
      const { opaque, citations: cited, ...again } = said(decode(encode(events, form)))
      assert.deepEqual(again, whole, `${name} as a ${form}`)
      assert.equal(opaque.length, said(events).opaque.length)
      if (form === 'stream') assert.deepEqual(cited, citations)
    }
  }
})

test('a body has what was streamed of the tools that the provider ran', () => {
  const [[, body] = []] = named(encode(decode(framesOf('server-tool.eventstream')), 'body'))
  const contentAt = (index: number) => jsonAt(body, 'output', 'message', 'content', index)
  assert.deepEqual(
    [contentAt(0), contentAt(1)],
    [
      {
        toolUse: {
          name: 'nova_code_interpreter',
          toolUseId: 'tooluse_s1',
          type: 'server_tool_use',
          input: { snippet: '7 * 6' },
        },
      },
      {
        toolResult: {
          status: 'success',
          toolUseId: 'tooluse_s1',
          type: 'nova_code_interpreter_result',
          content: [{ json: { stdOut: '42', stdErr: '', exitCode: 0, isError: false } }],
        },
      },
    ],
  )
  assert.ok(jsonAt(contentAt(2), 'citationsContent'))
})

test('says stop reasons in its own words', () => {
  const stopReason = (finish: Omit<Extract<ChatEvent, { type: 'finish' }>, 'type' | 'choice'>, call = false) => {
    const start = { kind: 'tool-call' as const, id: 't', name: 'f', call: 'function' as const }
    const events: readonly ChatEvent[] = [
      ...(call ? [{ type: 'block-start' as const, choice: 0, block: 0, start }] : []),
      { type: 'finish', choice: 0, ...finish },
      { type: 'end' },
    ]
    return named(encode(events, 'stream')).find(([name]) => name === 'messageStop')?.[1]['stopReason']
  }
  assert.equal(stopReason({ reason: 'stop', raw: 'stop' }, true), 'tool_use')
  assert.equal(stopReason({ reason: 'stop', raw: 'stop', stopSequence: 'x' }), 'stop_sequence')
  assert.equal(stopReason({ reason: 'length', raw: 'length' }), 'max_tokens')
  assert.equal(stopReason({ reason: 'tool-calls', raw: 'tool_calls' }), 'tool_use')
  assert.equal(stopReason({ reason: 'content-filter', raw: 'content_filter' }), 'content_filtered')
  assert.equal(stopReason({ reason: 'content-filter', raw: 'guardrail_intervened' }), 'guardrail_intervened')
  assert.equal(stopReason({ reason: 'refusal', raw: 'refusal' }), 'content_filtered')
  assert.equal(stopReason({ reason: 'other', raw: 'pause_turn' }), 'end_turn')
})

test('leaves out other choices, and blocks and annotations of other dialects', () => {
  const foreign = { kind: 'opaque' as const, dialect: 'openai-chat', value: { type: 'x' } }
  const events: readonly ChatEvent[] = [
    { type: 'block-start', choice: 1, block: 0, start: { kind: 'text' } },
    { type: 'block-start', choice: 0, block: 0, start: foreign },
    { type: 'delta', choice: 0, block: 0, text: 'x' },
    { type: 'block-end', choice: 0, block: 0 },
    { type: 'block-start', choice: 0, block: 1, start: { kind: 'text' } },
    { type: 'annotation', choice: 0, block: 1, dialect: 'openai-chat', value: {} },
    { type: 'end' },
  ]
  assert.deepEqual(
    named(encode(events, 'stream')).map(([name]) => name),
    ['messageStart', 'contentBlockStop', 'messageStop', 'metadata'],
  )
})

test('an error ends a stream as an exception, and is the body of an answer that is none', () => {
  const error = new GatewayError('rate_limit_exceeded', 'slow down')
  const broken: readonly ChatEvent[] = [...ANSWER.slice(0, 3), { type: 'error', error }, { type: 'end' }]
  assert.deepEqual(named(encode(broken, 'stream')).at(-1), ['exception:throttlingException', { message: 'slow down' }])
  assert.deepEqual(named(encode(broken, 'body')), [['body', { __type: 'ThrottlingException', message: 'slow down' }]])
  assert.equal(named(encode(ANSWER.slice(0, 3), 'stream')).at(-1)?.[0], 'exception:internalServerException')
})
