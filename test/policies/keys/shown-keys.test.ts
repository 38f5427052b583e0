import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Claims } from '../../../core/settings.js'
import { shownKeys } from '../../../policies/keys/shown-keys.js'

function claims(headers: Readonly<Record<string, string | undefined>>, key?: string): Claims {
  return { header: (name) => headers[name], query: (name) => (name === 'key' ? key : undefined) }
}

test("a key is found where the vendors' clients show theirs", () => {
  for (const headers of [
    { authorization: 'Bearer tg_a' },
    { authorization: 'bearer   tg_a' },
    { authorization: ' BEARER tg_a ' },
    { 'x-api-key': 'tg_a' },
    { 'api-key': ' tg_a' },
    { 'x-goog-api-key': 'tg_a' },
  ]) {
    assert.deepEqual(shownKeys(claims(headers)), ['tg_a'], JSON.stringify(headers))
  }
  assert.deepEqual(shownKeys(claims({}, 'tg_a')), ['tg_a'])
})

test("what is somebody else's is left alone", () => {
  for (const headers of [
    {},
    { authorization: 'Basic tg_a' },
    { authorization: 'tg_a' },
    { authorization: 'Bearer eyJhbGciOi' },
    { 'x-api-key': 'sk-ant-api03-x' },
    { 'x-other': 'tg_a' },
    { 'api-key': '' },
  ]) {
    assert.deepEqual(shownKeys(claims(headers)), [], JSON.stringify(headers))
  }
})

test('a key that is shown twice is one; every other one counts, also in one header', () => {
  assert.deepEqual(shownKeys(claims({ authorization: 'Bearer tg_a', 'x-api-key': 'tg_a' }, 'tg_a')), ['tg_a'])
  assert.deepEqual(shownKeys(claims({ authorization: 'Bearer tg_a', 'x-api-key': 'tg_b' })), ['tg_a', 'tg_b'])
  assert.deepEqual(shownKeys(claims({ authorization: 'Bearer tg_a, Bearer tg_b' })), ['tg_a', 'tg_b'])
  assert.deepEqual(shownKeys(claims({ 'x-api-key': 'other,tg_b' })), ['tg_b'])
})
