import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { nonces, sameText, signer } from '../../plugins/signing.js'

test('a signature is HMAC-SHA256 of the UTF-8 text, as base64url', () => {
  const expected = createHmac('sha256', 'sécret').update('text').digest('base64url')
  assert.equal(signer('sécret')('text'), expected)
  assert.notEqual(signer('secret')('text'), expected)
})

test('texts are the same when their bytes are', () => {
  assert.equal(sameText('abc', 'abc'), true)
  assert.equal(sameText('abc', 'abd'), false)
  assert.equal(sameText('abc', 'abcd'), false)
})

test('a nonce never comes twice', () => {
  const next = nonces('r4nd0m')
  const many = Array.from({ length: 1000 }, next)
  assert.equal(new Set(many).size, 1000)
  for (const nonce of many) assert.match(nonce, /^r4nd0m-[0-9a-z]+$/)
})
