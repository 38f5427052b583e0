import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonValue } from '../../core/json.js'
import { readContext, type SignedContext, writeContext } from '../../core/signed-context.js'

const NOW = 1_800_000_000_000
const sign = (text: string) => createHmac('sha256', 'secret').update(text).digest('base64url')
const options = {
  purpose: 'ingress' as const,
  now: NOW,
  window: 30_000,
  sign,
  equal: (a: string, b: string) => a === b,
}
const context = (content: SignedContext['content'] = {}): SignedContext => ({
  purpose: 'ingress',
  issuedAt: NOW,
  nonce: 'n-1',
  content,
})
const reason = (value: string | undefined, over: Partial<typeof options> = {}) => {
  const read = readContext(value, { ...options, ...over })
  return read.kind === 'refused' ? read.reason : read.kind
}

test('what is written is read again, as one line of ASCII', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (content) => {
      const plain = JSON.parse(JSON.stringify(content)) as Readonly<Record<string, JsonValue>>
      const value = writeContext(context(plain), sign)
      assert.match(value, /^[\x20-\x7e]+$/)
      const read = readContext(value, options)
      assert.equal(read.kind, 'valid')
      // Compared as text: a member named __proto__ is an ordinary one here.
      assert.equal(read.kind === 'valid' && JSON.stringify(read.context.content), JSON.stringify(plain))
    }),
  )
})

test('a change of any character is refused', () => {
  const value = writeContext(context({ user: 'ann' }), sign)
  for (let at = 0; at < value.length; at++) {
    const changed = value.slice(0, at) + (value[at] === '1' ? '2' : '1') + value.slice(at + 1)
    assert.match(reason(changed), /^(forged|malformed)$/, `changed at ${at}`)
    assert.match(reason(value.slice(0, at)), /^(forged|malformed)$/, `cut at ${at}`)
  }
})

test('a context made with another secret, or for the other direction, is forged', () => {
  const other = (text: string) => createHmac('sha256', 'other').update(text).digest('base64url')
  assert.equal(reason(writeContext(context(), other)), 'forged')
  assert.equal(reason(writeContext({ ...context(), purpose: 'egress' }, sign)), 'forged')
})

test('a context is good within the window, on either side of the clock', () => {
  const value = writeContext(context(), sign)
  assert.equal(reason(value, { now: NOW + 30_000 }), 'valid')
  assert.equal(reason(value, { now: NOW - 30_000 }), 'valid')
  assert.equal(reason(value, { now: NOW + 30_001 }), 'expired')
  assert.equal(reason(value, { now: NOW - 30_001 }), 'expired')
})

test('nothing is read of what is no context', () => {
  assert.equal(reason(undefined), 'absent')
  for (const value of ['', 'v1', 'v2.ingress.1.n.s.{}', 'v1.ingress.x.n.s.{}', 'v1.ingress.1.n.s.[]']) {
    assert.equal(reason(value), 'malformed', value)
  }
  const head = `v1.ingress.${NOW}.n`
  assert.equal(reason(`${head}.${sign(`${head}.{no json}`)}.{no json}`), 'malformed')
})
