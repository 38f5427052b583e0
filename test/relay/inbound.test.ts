import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientRequest } from '../../relay/client.js'
import { inboundOf } from '../../relay/inbound.js'

const request = (headers: ClientRequest['headers']): ClientRequest => ({
  method: 'POST',
  url: '/v1/chat/completions?x=1',
  headers,
  on: () => {},
  off: () => {},
  destroy: () => {},
})

const signal = () => new AbortController().signal

test('what the gateway said is in claims and overrides, and in no header', () => {
  const caller = { consumer: { username: 'ann' }, overrides: { models: ['gpt'] } }
  const headers = { 'x-tollgate-context': 'v1', 'x-tollgate-egress': 'v1', 'x-team': 'blue' }
  const inbound = inboundOf(request(headers), caller, signal)
  assert.equal(inbound.method, 'POST')
  assert.equal(inbound.path, '/v1/chat/completions?x=1')
  assert.equal(inbound.header('x-team'), 'blue')
  assert.equal(inbound.header('x-tollgate-context'), undefined)
  assert.equal(inbound.header('x-tollgate-egress'), undefined)
  assert.equal(inbound.claim?.('kong.consumer.username'), 'ann')
  assert.deepEqual(inbound.overrides, { models: ['gpt'] })
})

test('several headers of one name are joined, bytes beyond ASCII are UTF-8', () => {
  const utf8 = Buffer.from('grün').toString('latin1')
  const inbound = inboundOf(request({ 'set-cookie': ['a', 'b'], 'x-team': utf8 }), {}, signal)
  assert.equal(inbound.header('set-cookie'), 'a, b')
  assert.equal(inbound.header('x-team'), 'grün')
})

test('a good request id is kept, any other is replaced', () => {
  const id = (value?: string) => inboundOf(request({ 'x-request-id': value }), {}, signal).requestId
  assert.equal(id('req-1'), 'req-1')
  for (const bad of [undefined, '', 'a b', 'x'.repeat(201), 'ü']) assert.match(id(bad), /^[0-9a-f-]{36}$/)
})

test('a request comes from where the signed context says, whatever its headers do', () => {
  const headers = { 'x-forwarded-for': '6.6.6.6', 'x-real-ip': '6.6.6.6' }
  assert.equal(inboundOf(request(headers), { address: '203.0.113.7' }, signal).address?.(), '203.0.113.7')
  assert.equal(inboundOf(request(headers), {}, signal).address?.(), undefined)
})
