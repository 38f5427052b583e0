import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WireTarget } from '../../../core/provider.js'
import { cohere } from '../../../llm/providers/cohere.js'
import { AT } from './adjusted.js'

const body = new TextEncoder().encode('{}')
const target = (basePath: string): WireTarget => ({ model: '../../v1/keys?x', basePath, stream: true, options: {} })

test('asks the second version of the API, whatever the base URL ends in; the model stays in the body', () => {
  assert.equal(cohere.kind, 'cohere')
  assert.equal(cohere.dialect.name, 'cohere-chat')
  assert.equal(cohere.defaultBaseUrl, 'https://api.cohere.com')
  for (const basePath of ['', '/', '/v1', '/v2', '/v2/']) {
    assert.deepEqual(cohere.build(body, target(basePath)), {
      method: 'POST',
      path: '/v2/chat',
      headers: { 'content-type': 'application/json' },
      body,
    })
  }
  assert.equal(cohere.build(body, target('/cohere/v12')).path, '/cohere/v12/v2/chat')
})

test('signs with the key as a bearer token; without one with nothing', async () => {
  const wire = cohere.build(body, target(''))
  const signed = await cohere.sign(wire, { apiKey: 'co-1' }, 0, AT)
  assert.equal(signed.headers['authorization'], 'Bearer co-1')
  assert.deepEqual(await cohere.sign(wire, {}, 0, AT), wire)
})
