import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatewayError } from '../../../core/errors.js'
import { anthropicCountTokens } from '../../../llm/dialects/anthropic-count-tokens.js'
import { geminiCountTokens } from '../../../llm/dialects/gemini-count-tokens.js'

const MESSAGES = [{ role: 'user', content: 'hi' }]
const CONTENTS = [{ role: 'user', parts: [{ text: 'hi' }] }]

test("reads Anthropic's request, which has no cap", () => {
  const tools = [{ name: 'f', input_schema: { type: 'object' } }]
  const request = anthropicCountTokens.decodeRequest({ model: 'm', system: 'be short', messages: MESSAGES, tools })
  assert.deepEqual([request.messages.length, request.tools.length, request.maxOutputTokens], [2, 1, 0])
  assert.equal(request.stream, false)
  assert.throws(() => anthropicCountTokens.decodeRequest({ model: 'm' }), GatewayError)
  assert.throws(() => anthropicCountTokens.decodeRequest({ messages: MESSAGES }), GatewayError)
  assert.deepEqual(anthropicCountTokens.patchRequest({ model: 'm', messages: MESSAGES }, 't'), { model: 't' })
})

test("reads Gemini's contents, or the request around them", () => {
  const place = { model: 'm' }
  const inner = { model: 'models/m', contents: CONTENTS, systemInstruction: { parts: [{ text: 'be short' }] } }
  assert.equal(geminiCountTokens.decodeRequest({ contents: CONTENTS }, place).messages.length, 1)
  for (const name of ['generateContentRequest', 'generate_content_request']) {
    const request = geminiCountTokens.decodeRequest({ [name]: inner }, place)
    assert.deepEqual([request.model, request.messages.length, request.maxOutputTokens], ['m', 2, 0])
    assert.deepEqual(geminiCountTokens.patchRequest({ [name]: inner }, 't'), {
      [name]: { ...inner, model: 'models/t' },
    })
  }
  assert.deepEqual(geminiCountTokens.patchRequest({ contents: CONTENTS }, 't'), {})
  const both = { generateContentRequest: inner, generate_content_request: inner }
  assert.throws(() => geminiCountTokens.decodeRequest(both, place), GatewayError)
})

test('writes a count', () => {
  for (const [dialect, member] of [
    [anthropicCountTokens, 'input_tokens'],
    [geminiCountTokens, 'totalTokens'],
  ] as const) {
    const encoder = dialect.encodeEvents(anthropicCountTokens.decodeRequest({ model: 'm', messages: MESSAGES }))
    assert.deepEqual(encoder.push({ type: 'usage', usage: { prompt: 12 } }), [])
    assert.deepEqual(encoder.push({ type: 'end' }), [{ type: 'body', data: `{"${member}":12}` }])
  }
})

test('reads a count without taking it for usage, and anything else as an error', () => {
  const read = (data: string) => {
    const events = geminiCountTokens.decodeEvents()
    return [...events.push({ type: 'body', data }), ...events.end('complete')].map(({ type }) => type)
  }
  assert.deepEqual(read('{"totalTokens":31}'), ['end'])
  for (const data of ['', 'x', '[]', '{}', '{"totalTokens":"31"}', '{"error":{"code":500}}']) {
    assert.deepEqual(read(data), ['error'], data)
  }
  assert.deepEqual(
    geminiCountTokens
      .decodeEvents()
      .end('cut')
      .map(({ type }) => type),
    ['error'],
  )
})
