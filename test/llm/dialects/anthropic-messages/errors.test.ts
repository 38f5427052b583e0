import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GatewayError } from '../../../../core/errors.js'
import { anthropicMessages } from '../../../../llm/dialects/anthropic-messages.js'

const { decodeError, encodeError, encodeStreamError } = anthropicMessages
const body = (type: string, message = 'max_tokens: too large') =>
  JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_1' })

test("keeps status, message and type of the provider's refusal of the request", () => {
  for (const [status, type] of [
    [400, 'invalid_request_error'],
    [404, 'not_found_error'],
    [413, 'request_too_large'],
    [422, 'invalid_request_error'],
  ] as const) {
    const error = decodeError(status, body(type))
    assert.deepEqual(
      [error.code, error.status, error.message, error.providerCode],
      ['upstream_refused', status, 'max_tokens: too large', type],
    )
  }
})

test('maps other statuses by the error table and hides what the provider said about credentials', () => {
  const read = (status: number, type: string) => {
    const error = decodeError(status, body(type, 'invalid x-api-key sk-1'))
    assert.doesNotMatch(error.message, /sk-1/)
    return [error.code, error.status, error.providerCode]
  }
  assert.deepEqual(read(401, 'authentication_error'), ['upstream_error', 502, undefined])
  assert.deepEqual(read(403, 'permission_error'), ['upstream_error', 502, undefined])
  assert.deepEqual(read(408, 'timeout_error'), ['upstream_timeout', 504, undefined])
  assert.deepEqual(read(504, 'timeout_error'), ['upstream_timeout', 504, undefined])
  assert.deepEqual(read(429, 'rate_limit_error'), ['rate_limit_exceeded', 429, undefined])
  assert.deepEqual(read(500, 'api_error'), ['upstream_error', 502, 'api_error'])
  assert.deepEqual(read(529, 'overloaded_error'), ['upstream_error', 502, 'overloaded_error'])
})

test('reads an error of any body', () => {
  assert.equal(decodeError(400, '{"message":"nope"}').message, 'nope')
  assert.equal(decodeError(400, '{"error":"nope"}').message, 'nope')
  assert.equal(decodeError(413, '<html>413</html>').message, 'the provider answered 413')
  fc.assert(
    fc.property(fc.integer({ min: 400, max: 599 }), fc.oneof(fc.json(), fc.string()), (status, text) => {
      assert.ok(decodeError(status, text) instanceof GatewayError)
    }),
  )
})

test("writes errors in Anthropic's words", () => {
  const type = (error: GatewayError) => {
    const { error: inner } = encodeError(error, 'req_9') as { error: { type: string } }
    return inner.type
  }
  assert.deepEqual(encodeError(new GatewayError('malformed_request', 'no'), 'req_9'), {
    type: 'error',
    error: { type: 'invalid_request_error', message: 'no' },
    request_id: 'req_9',
  })
  assert.equal(type(new GatewayError('invalid_api_key', '')), 'authentication_error')
  assert.equal(type(new GatewayError('model_not_allowed', '')), 'permission_error')
  assert.equal(type(new GatewayError('model_not_found', '')), 'not_found_error')
  assert.equal(type(new GatewayError('request_too_large', '')), 'request_too_large')
  assert.equal(type(new GatewayError('rate_limit_exceeded', '')), 'rate_limit_error')
  assert.equal(type(new GatewayError('upstream_timeout', '')), 'timeout_error')
  assert.equal(type(new GatewayError('upstream_unavailable', '')), 'overloaded_error')
  assert.equal(type(new GatewayError('upstream_error', '', { providerCode: 'overloaded_error' })), 'overloaded_error')
  assert.equal(type(new GatewayError('upstream_error', '', { providerCode: 'server_error' })), 'api_error')
  assert.equal(type(new GatewayError('upstream_refused', '', { status: 404 })), 'not_found_error')
})

test('ends a stream with an event named error', () => {
  assert.deepEqual(encodeStreamError(new GatewayError('upstream_error', 'gone'), 'req_1'), {
    type: 'event',
    event: 'error',
    data: '{"type":"error","error":{"type":"api_error","message":"gone"},"request_id":"req_1"}',
  })
})
