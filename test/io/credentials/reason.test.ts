import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CredentialError, reasonOf } from '../../../io/credentials/reason.js'

test('names, codes and statuses are told, of causes and of what is gathered too', () => {
  const refused = Object.assign(new Error('connect 10.0.0.1'), { code: 'ECONNREFUSED' })
  assert.equal(reasonOf(refused), 'Error ECONNREFUSED')
  assert.equal(reasonOf(new CredentialError('no token', { cause: refused })), 'no token: Error ECONNREFUSED')
  assert.equal(
    reasonOf(new AggregateError([refused, new TypeError('x')])),
    'AggregateError Error ECONNREFUSED TypeError',
  )
  assert.equal(
    reasonOf({ response: { status: 403, data: { error: { status: 'PERMISSION_DENIED' } } } }),
    'PERMISSION_DENIED 403',
  )
  assert.equal(reasonOf({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }), 'AccessDenied 403')
  assert.equal(
    reasonOf({ name: 'E', errorResponse: { error: 'invalid_client' }, statusCode: 401 }),
    'E invalid_client 401',
  )
  assert.equal(reasonOf(new Error('AADSTS700016: not in directory')), 'Error AADSTS700016')
  assert.equal(reasonOf(undefined), 'an error without a name')
})

test('an error that holds itself has a reason too', () => {
  const error: Error & { cause?: unknown } = new Error('x')
  error.cause = error
  assert.equal(reasonOf(error), 'Error')
})

test('no message, and nothing that is longer or stranger than a word, gets through', () => {
  const secret = fc.oneof(
    fc.string({ minLength: 4 }).map((text) => `${text} secret`),
    fc.base64String({ minLength: 49 }).map((text) => `k${text}`),
  )
  fc.assert(
    fc.property(secret, (text) => {
      const config = { headers: { authorization: text }, data: text }
      const response = { status: 400, data: { error: text, error_description: text } }
      const error = Object.assign(new Error(text), { code: text, config, response, errorResponse: { error: text } })
      assert.equal(reasonOf(new CredentialError('no token', { cause: error })), 'no token: Error 400')
    }),
  )
})
