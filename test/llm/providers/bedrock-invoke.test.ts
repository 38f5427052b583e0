import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatEvent } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import { awsEventStream } from '../../../llm/framing/aws-eventstream.js'
import { bedrockInvoke } from '../../../llm/providers/bedrock-invoke.js'
import { anthropicStream } from '../../support/answers.js'
import { said } from '../dialects/anthropic-messages/fixtures.js'

const TARGET = { model: 'anthropic.claude-sonnet-5', basePath: '', stream: true, options: {} }
const unwrap = (frame: Frame) => bedrockInvoke.unwrap?.(frame) ?? frame
const chunk = (data: string): Frame => ({
  type: 'event',
  event: 'chunk',
  data: JSON.stringify({ bytes: Buffer.from(data).toString('base64'), p: 'abcdef' }),
})

function decode(bytes: Uint8Array, at: number): readonly ChatEvent[] {
  const framing = awsEventStream.decode()
  const events = bedrockInvoke.dialect.decodeEvents()
  const frames = [bytes.subarray(0, at), bytes.subarray(at)].flatMap((piece) => framing.push(piece))
  return [...frames.flatMap((frame) => events.push(unwrap(frame))), ...events.end('complete')]
}

test('model and stream stand in the path, and not in the body', () => {
  assert.equal(
    bedrockInvoke.build(new Uint8Array(), TARGET).path,
    '/model/anthropic.claude-sonnet-5/invoke-with-response-stream',
  )
  assert.match(bedrockInvoke.build(new Uint8Array(), { ...TARGET, stream: false }).path, /\/invoke$/)
  const body: JsonObject = { model: 'm', stream: true, max_tokens: 9, service_tier: 'auto', messages: [] }
  const adjusted = bedrockInvoke.adjust?.(body, TARGET)
  assert.deepEqual(JSON.parse(JSON.stringify({ ...body, ...adjusted?.members })), {
    max_tokens: 9,
    messages: [],
    anthropic_version: 'bedrock-2023-05-31',
  })
  assert.deepEqual(adjusted?.dropped, ['service_tier'])
  assert.deepEqual(bedrockInvoke.adjust?.({}, TARGET).dropped, [])
})

test('reads Anthropic’s events out of the chunks, wherever they are cut', () => {
  const calls = [{ id: 'toolu_1', name: 'f', pieces: ['{"a":', '1}'] }]
  const events = anthropicStream(['Grüße ', '🌊'], { reasoning: 'Hm.', calls })
  const frames = events.map((text) => chunk(text.split('\ndata: ')[1]?.trim() ?? ''))
  const bytes = Buffer.concat(frames.map((frame) => awsEventStream.encode(frame)))
  const whole = said(decode(bytes, 0))
  assert.deepEqual(
    [whole.text, whole.thinking, whole.calls],
    [...['Grüße 🌊', [['Hm.', 'sig-1']], [['toolu_1', 'f', '{"a":1}']]]],
  )
  assert.ok(whole.ended)
  for (let at = 1; at < bytes.length; at += 11) assert.deepEqual(said(decode(bytes, at)), whole)
})

test('an unwrapped frame is the event that Anthropic would have sent', () => {
  assert.deepEqual(unwrap(chunk('{"type":"ping"}')), { type: 'event', event: 'ping', data: '{"type":"ping"}' })
  const body: Frame = { type: 'body', data: '{"bytes":"x"}' }
  assert.equal(unwrap(body), body)
})

test('exceptions are error events in Anthropic’s words', () => {
  const cases = {
    throttlingException: 'rate_limit_error',
    validationException: 'invalid_request_error',
    ModelTimeoutException: 'timeout_error',
    serviceUnavailableException: 'overloaded_error',
    modelStreamErrorException: 'api_error',
    toString: 'api_error',
  }
  for (const [name, type] of Object.entries(cases)) {
    const frame = unwrap({ type: 'event', event: `exception:${name}`, data: '{"message":"m"}' })
    assert.deepEqual(
      [frame.type === 'event' && frame.event, JSON.parse(frame.data)],
      [...['error', { type: 'error', error: { type, message: 'm' } }]],
    )
  }
})

test('garbage is an error, not an exception', () => {
  const odd: readonly Frame[] = [
    { type: 'event', event: 'chunk', data: 'SECRET' },
    { type: 'event', event: 'chunk', data: '[]' },
    chunk('SECRET'),
    chunk('"SECRET"'),
    { type: 'event', event: 'exception:x', data: 'SECRET' },
  ]
  for (const frame of odd) {
    const events = bedrockInvoke.dialect.decodeEvents().push(unwrap(frame))
    const [only] = events
    assert.ok(only?.type === 'error', frame.data)
    assert.doesNotMatch(only.error.message, /SECRET/)
  }
})
