import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GatewayError } from '../../../../core/errors.js'
import { gemini } from '../../../../llm/dialects/gemini.js'

const { decodeError, encodeError, encodeStreamError } = gemini
const body = (code: number, status: string, message = 'topK is too large', details: readonly unknown[] = []) =>
  JSON.stringify({ error: { code, message, status, details } })

test("keeps status, message and word of the provider's refusal of the request", () => {
  for (const [status, word] of [
    [400, 'INVALID_ARGUMENT'],
    [400, 'FAILED_PRECONDITION'],
    [404, 'NOT_FOUND'],
    [413, 'INVALID_ARGUMENT'],
  ] as const) {
    for (const text of [body(status, word), `[${body(status, word)}]`]) {
      const error = decodeError(status, text)
      assert.deepEqual(
        [error.code, error.status, error.message, error.providerCode],
        ['upstream_refused', status, 'topK is too large', word],
      )
    }
  }
})

test('maps other statuses by the error table and hides what the provider said about credentials', () => {
  const read = (status: number, word: string) => {
    const error = decodeError(status, body(status, word, 'key AIza-1'))
    return [error.code, error.status, error.message.includes('AIza-1') ? 'told' : 'hidden']
  }
  assert.deepEqual(read(401, 'UNAUTHENTICATED'), ['upstream_error', 502, 'hidden'])
  assert.deepEqual(read(403, 'PERMISSION_DENIED'), ['upstream_error', 502, 'hidden'])
  assert.deepEqual(read(429, 'RESOURCE_EXHAUSTED'), ['rate_limit_exceeded', 429, 'hidden'])
  assert.deepEqual(read(504, 'DEADLINE_EXCEEDED'), ['upstream_timeout', 504, 'hidden'])
  assert.deepEqual(read(503, 'UNAVAILABLE').slice(0, 2), ['upstream_error', 502])
  assert.deepEqual(read(500, 'INTERNAL').slice(0, 2), ['upstream_error', 502])
})

test("a wrong key is the gateway's trouble, though Google calls it a bad request", () => {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }]
  const error = decodeError(400, body(400, 'INVALID_ARGUMENT', 'API key not valid: AIza-1', details))
  assert.deepEqual([error.code, error.status], ['upstream_error', 502])
  assert.doesNotMatch(error.message, /AIza/)
})

test('reads when to come back', () => {
  const retryInfo = (retryDelay: unknown) => [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }]
  const after = (delay: unknown) => decodeError(429, body(429, 'RESOURCE_EXHAUSTED', 'x', retryInfo(delay))).retryAfter
  assert.equal(after('34.4s'), 34.4)
  assert.equal(after('48s'), 48)
  assert.equal(after('soon'), undefined)
  assert.equal(after(9), undefined)
})

test('reads an error of any body', () => {
  assert.equal(decodeError(400, '{"error":"nope"}').message, 'nope')
  assert.equal(decodeError(413, '<html>413</html>').message, 'the provider answered 413')
  fc.assert(
    fc.property(fc.integer({ min: 400, max: 599 }), fc.oneof(fc.json(), fc.string()), (status, text) => {
      assert.ok(decodeError(status, text) instanceof GatewayError)
    }),
  )
})

test("writes errors in Google's words, with its details", () => {
  const error = new GatewayError('malformed_request', "'contents': is required", { param: 'contents' })
  const type = (name: string) => `type.googleapis.com/google.rpc.${name}`
  assert.deepEqual(encodeError(error, 'req_9'), {
    error: {
      code: 400,
      message: "'contents': is required",
      status: 'INVALID_ARGUMENT',
      details: [
        { '@type': type('ErrorInfo'), reason: 'MALFORMED_REQUEST', domain: 'tollgate' },
        {
          '@type': type('BadRequest'),
          fieldViolations: [{ field: 'contents', description: "'contents': is required" }],
        },
        { '@type': type('RequestInfo'), requestId: 'req_9' },
      ],
    },
  })
  const said = (each: GatewayError) => {
    const { code, status } = encodeError(each, '')['error'] as { code: number; status: string }
    return [code, status]
  }
  assert.deepEqual(said(new GatewayError('invalid_api_key', '')), [401, 'UNAUTHENTICATED'])
  assert.deepEqual(said(new GatewayError('model_not_allowed', '')), [403, 'PERMISSION_DENIED'])
  assert.deepEqual(said(new GatewayError('model_not_found', '')), [404, 'NOT_FOUND'])
  assert.deepEqual(said(new GatewayError('budget_exceeded', '')), [429, 'RESOURCE_EXHAUSTED'])
  assert.deepEqual(said(new GatewayError('upstream_unavailable', '')), [503, 'UNAVAILABLE'])
  assert.deepEqual(said(new GatewayError('upstream_timeout', '')), [504, 'DEADLINE_EXCEEDED'])
  assert.deepEqual(said(new GatewayError('upstream_refused', '', { status: 404, providerCode: 'not_found_error' })), [
    404,
    'NOT_FOUND',
  ])
  const kept = new GatewayError('upstream_refused', '', { status: 400, providerCode: 'FAILED_PRECONDITION' })
  assert.deepEqual(said(kept), [400, 'FAILED_PRECONDITION'])
})

test('ends a stream with a chunk that is an error', () => {
  const frame = encodeStreamError(new GatewayError('upstream_error', 'gone', { retryAfter: 2 }), '')
  assert.equal(frame.type, 'event')
  const { error } = JSON.parse(frame.data)
  assert.deepEqual([error.code, error.status, error.message], [502, 'INTERNAL', 'gone'])
  assert.equal(error.details[1].retryDelay, '2s')
})
