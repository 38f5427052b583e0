import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatewayError } from '../../../../core/errors.js'
import { bedrockConverse } from '../../../../llm/dialects/bedrock-converse.js'

const { decodeError, encodeError, encodeStreamError } = bedrockConverse

test('reads errors by their status, and by the exception where the body names one', () => {
  const cases = [
    [400, { message: 'No' }, 'upstream_refused', 400, 'No', undefined],
    [400, { __type: 'ValidationException', message: 'No' }, 'upstream_refused', 400, 'No', 'ValidationException'],
    [404, { Message: 'No model' }, 'upstream_refused', 404, 'No model', undefined],
    [400, { __type: 'com.amazon.bedrock#ServiceQuotaExceededException', message: 'q' }, 'rate_limit_exceeded', 429],
    [
      400,
      { code: 'IncompleteSignatureException:http://internal.amazon.com/', message: 'SECRET' },
      'upstream_error',
      502,
    ],
    [429, { message: 'Too many tokens' }, 'rate_limit_exceeded', 429],
    [429, { __type: 'ModelNotReadyException', message: 'Warming' }, 'upstream_error', 502],
    [403, { message: 'SECRET is not authorized' }, 'upstream_error', 502],
    [408, { message: 'SECRET' }, 'upstream_timeout', 504],
    [424, { __type: 'ModelErrorException', message: 'SECRET' }, 'upstream_error', 502],
    [500, { message: 'SECRET' }, 'upstream_error', 502],
    [503, { message: 'SECRET' }, 'upstream_error', 502],
  ] as const
  for (const [status, body, code, answered, message, providerCode] of cases) {
    const error = decodeError(status, JSON.stringify(body))
    assert.deepEqual([error.code, error.status], [code, answered], JSON.stringify(body))
    if (message !== undefined) assert.deepEqual([error.message, error.providerCode], [message, providerCode])
    assert.doesNotMatch(error.message, /SECRET/)
  }
})

test('tells a prompt that is too long from other faults of a request', () => {
  for (const message of [
    'Input is too long for requested model.',
    'The model returned the following errors: prompt is too long: 210000 tokens > 200000 maximum',
  ]) {
    assert.equal(decodeError(400, JSON.stringify({ message })).providerCode, 'context_length_exceeded')
  }
})

test('never quotes a body that is not JSON', () => {
  for (const body of ['', '<html>SECRET</html>', '[]', '"SECRET"', 'null']) {
    const error = decodeError(400, body)
    assert.deepEqual([error.code, error.status], ['upstream_refused', 400])
    assert.doesNotMatch(error.message, /SECRET/)
  }
})

test('writes errors as AWS does', () => {
  const words = {
    malformed_request: 'ValidationException',
    invalid_api_key: 'AccessDeniedException',
    model_not_found: 'ResourceNotFoundException',
    budget_exceeded: 'ThrottlingException',
    upstream_timeout: 'ModelTimeoutException',
    upstream_unavailable: 'ServiceUnavailableException',
    internal_error: 'InternalServerException',
  } as const
  for (const [code, type] of Object.entries(words)) {
    const error = new GatewayError(code as keyof typeof words, 'm')
    assert.deepEqual(encodeError(error, 'r'), { __type: type, message: 'm' })
  }
  const refused = new GatewayError('upstream_refused', 'm', { status: 404 })
  assert.equal(encodeError(refused, 'r')['__type'], 'ResourceNotFoundException')
  assert.deepEqual(encodeStreamError(new GatewayError('upstream_error', 'm'), 'r'), {
    type: 'event',
    event: 'exception:internalServerException',
    data: '{"message":"m"}',
  })
})
