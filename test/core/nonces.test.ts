import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rememberNonces } from '../../core/nonces.js'

test('old nonces are forgotten', () => {
  const remember = rememberNonces(1_000)
  const seen = (nonce: string, issuedAt: number, now: number) =>
    remember({ purpose: 'ingress', content: {}, nonce, issuedAt }, now)
  assert.equal(seen('a', 0, 0), 'new')
  assert.equal(seen('a', 0, 1_000), 'seen')
  assert.equal(seen('b', 1_500, 1_500), 'new')
  assert.equal(seen('a', 0, 1_500), 'seen')
  assert.equal(seen('b', 2_100, 2_100), 'new', 'another time is another generation')
  // Nobody asks for a context that has expired; it shows that its set is gone.
  assert.equal(seen('a', 0, 2_100), 'new')
})
