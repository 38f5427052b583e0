import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rememberNonces } from '../../core/nonces.js'
import { CONTEXT_WINDOW } from '../../core/signed-context.js'
import { sinceStart } from '../../plugins/since-start.js'

const START = 1_000_000

test('a context from before the start may have been used, one from after it is good once', () => {
  const remember = sinceStart(rememberNonces(CONTEXT_WINDOW), START)
  const seen = (issuedAt: number, nonce: string) =>
    remember({ purpose: 'egress', issuedAt, nonce, content: {} }, START + 10)
  assert.equal(seen(START - 1, 'a'), 'seen')
  assert.equal(seen(START, 'b'), 'new')
  assert.equal(seen(START, 'b'), 'seen')
  assert.equal(seen(START + 20, 'c'), 'new')
})
