import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anthropic } from '../../../llm/providers/anthropic.js'
import { providers } from '../../../llm/providers/index.js'
import { openai } from '../../../llm/providers/openai.js'

const body = new TextEncoder().encode('{}')

const REST = { stream: false, options: {} }

test('lists each provider under its kind', () => {
  assert.deepEqual([...providers.keys()], ['openai', 'anthropic'])
  for (const [kind, provider] of providers) assert.equal(provider.kind, kind)
})

test('builds an OpenAI request and signs it with a bearer token', async () => {
  assert.equal(openai.defaultBaseUrl, 'https://api.openai.com/v1')
  const wire = openai.build(body, { model: 'gpt-x', basePath: '/v1/', ...REST })
  assert.deepEqual(wire, {
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json' },
    body,
  })
  const signed = await openai.sign(wire, { apiKey: 'sk-1' }, 0)
  assert.equal(signed.headers['authorization'], 'Bearer sk-1')
  assert.ok(!Object.hasOwn(wire.headers, 'authorization'))
})

test('builds an Anthropic request for a base URL with and without /v1', async () => {
  for (const [basePath, path] of [
    ['', '/v1/messages'],
    ['/', '/v1/messages'],
    ['/v1', '/v1/messages'],
    ['/v1/', '/v1/messages'],
    ['/proxy', '/proxy/v1/messages'],
  ] as const) {
    assert.equal(anthropic.build(body, { model: 'claude-x', basePath, ...REST }).path, path)
  }
  const wire = anthropic.build(body, { model: 'claude-x', basePath: '', ...REST })
  assert.equal(wire.headers['anthropic-version'], '2023-06-01')
  const signed = await anthropic.sign(wire, { apiKey: 'k' }, 0)
  assert.equal(signed.headers['x-api-key'], 'k')
})

test('sends no credentials where none are configured', async () => {
  for (const provider of providers.values()) {
    const wire = provider.build(body, { model: 'm', basePath: '', ...REST })
    assert.deepEqual(await provider.sign(wire, {}, 0), wire)
  }
})
