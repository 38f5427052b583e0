import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GatewayError } from '../../../../core/errors.js'
import { cohereChat } from '../../../../llm/dialects/cohere-chat.js'
import { decode, event, text } from './answer.js'

const errorBody = (message: string, more: object = {}) => JSON.stringify({ id: 'r', message, ...more })

test("the provider's refusal of the request keeps its status, message and code", () => {
  for (const status of [400, 404, 413, 422]) {
    const error = cohereChat.decodeError(status, errorBody('invalid request: no', { error_type: 'INVALID' }))
    assert.equal(error.code, 'upstream_refused')
    assert.equal(error.status, status)
    assert.equal(error.message, 'invalid request: no')
    assert.equal(error.providerCode, 'INVALID')
  }
  assert.equal(cohereChat.decodeError(400, errorBody('no', { error_type: 'x y' })).providerCode, undefined)
  assert.equal(cohereChat.decodeError(400, '<html>').status, 400)
})

test('a prompt that is too long can be told from other refusals', () => {
  const error = cohereChat.decodeError(400, errorBody('too many tokens: size limit exceeded by 11326 tokens.'))
  assert.equal(error.providerCode, 'context_length_exceeded')
  assert.equal(cohereChat.decodeError(400, errorBody('there are too many tokens')).providerCode, undefined)
})

test('other statuses have the code that the table says', () => {
  const codes = {
    401: 'error',
    402: 'error',
    403: 'error',
    408: 'timeout',
    498: 'error',
    500: 'error',
    503: 'error',
    504: 'timeout',
  }
  for (const [status, code] of Object.entries(codes)) {
    assert.equal(cohereChat.decodeError(Number(status), errorBody('x')).code, `upstream_${code}`, status)
  }
  assert.equal(cohereChat.decodeError(429, errorBody('x')).code, 'rate_limit_exceeded')
})

test('what may hold our key is never shown, nor a body that is not JSON', () => {
  for (const status of [401, 402, 403, 429]) {
    assert.doesNotMatch(cohereChat.decodeError(status, errorBody('invalid token SECRET')).message, /SECRET/)
  }
  for (const status of [400, 500]) assert.doesNotMatch(cohereChat.decodeError(status, '<p>SECRET').message, /SECRET/)
  assert.ok(cohereChat.decodeError(500, errorBody('x'.repeat(5000))).message.length <= 2000)
})

test('any body of any status is an error', () => {
  fc.assert(
    fc.property(fc.integer({ min: 400, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, given) => {
      assert.ok(cohereChat.decodeError(status, given) instanceof GatewayError)
    }),
  )
})

test('writes an error body, and the event that ends a broken stream', () => {
  const error = new GatewayError('malformed_request', "'messages': is required", { param: 'messages' })
  assert.deepEqual(cohereChat.encodeError(error, 'req-1'), { id: 'req-1', message: "'messages': is required" })
  assert.deepEqual(cohereChat.encodeError(error, ''), { message: "'messages': is required" })
  const frame = cohereChat.encodeStreamError(new GatewayError('upstream_error', 'it broke'), 'req-1')
  assert.equal(frame.type === 'event' && frame.event, 'message-end')
  const last = decode([text('Hi'), frame]).at(-1)
  assert.ok(last?.type === 'error')
  assert.match(last.error.message, /it broke/)
})

test('frames that may hold an error or usage are read, others pass', () => {
  const must = (...data: readonly string[]) => cohereChat.mustRead(Buffer.from(data.join('\n')))
  const delta = { finish_reason: 'COMPLETE', usage: { tokens: {} } }
  assert.ok(must(event('message-end', { delta }).data))
  assert.ok(must('{"type":"message-end","delta":{"finish_reason":"ERROR"}}'))
  assert.ok(must('{"type":"message-end","delta":{"finish_reason":"COMPLETE","error":"x"}}'))
  assert.ok(must('{"id":"x","message":"overloaded"}'))
  assert.ok(!must(text('"error" "usage":{ "message":"x"').data))
  const [frame] = [event('message-end', { delta })]
  assert.ok(frame !== undefined && cohereChat.hideUsage(frame) === frame)
})
