import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ErrorCode, GatewayError } from '../../core/errors.js'
import { newsOf } from '../../core/key-pool.js'

const failure = (status: number | undefined, code: ErrorCode, more: { wait?: number; retryAfter?: number } = {}) =>
  newsOf({ status, error: new GatewayError(code, 'no', { retryAfter: more.retryAfter }), wait: more.wait })

test('refusals of the key are told from one another', () => {
  assert.deepEqual(failure(401, 'upstream_error'), { kind: 'refused', as: 'invalid' })
  assert.deepEqual(failure(402, 'upstream_error'), { kind: 'refused', as: 'unpaid' })
  assert.deepEqual(failure(403, 'upstream_error'), { kind: 'refused', as: 'forbidden' })
})

test("Google's 400 for a wrong key is a refusal of the key, one of the request is not", () => {
  assert.deepEqual(failure(400, 'upstream_error'), { kind: 'refused', as: 'invalid' })
  assert.equal(failure(400, 'upstream_refused'), undefined)
})

test('a limit says how long it lasts, by headers before the body', () => {
  assert.deepEqual(failure(429, 'rate_limit_exceeded'), { kind: 'limited' })
  assert.deepEqual(failure(429, 'rate_limit_exceeded', { retryAfter: 34 }), { kind: 'limited', seconds: 34 })
  assert.deepEqual(failure(429, 'rate_limit_exceeded', { wait: 5, retryAfter: 34 }), { kind: 'limited', seconds: 5 })
  assert.deepEqual(failure(200, 'rate_limit_exceeded'), { kind: 'limited' })
})

test('servers, networks and policies of ours say nothing of a key', () => {
  for (const status of [500, 502, 503, 529]) assert.equal(failure(status, 'upstream_error'), undefined)
  assert.equal(failure(504, 'upstream_timeout'), undefined)
  assert.equal(failure(undefined, 'upstream_timeout'), undefined)
  assert.equal(failure(undefined, 'rate_limit_exceeded'), undefined)
})
