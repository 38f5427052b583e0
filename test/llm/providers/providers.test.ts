import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anthropic } from '../../../llm/providers/anthropic.js'
import { providers } from '../../../llm/providers/index.js'
import { openai } from '../../../llm/providers/openai.js'
import { AT } from './adjusted.js'

const body = new TextEncoder().encode('{}')

const all = (model: string) => [...providers.values()].flatMap(({ serving }) => serving(model))

const REST = { stream: false, options: {} }

test('lists each provider under its kind', () => {
  assert.deepEqual(
    [...providers.keys()],
    [
      ...['openai', 'azure', 'anthropic', 'gemini', 'vertex', 'bedrock', 'bedrock-converse', 'bedrock-invoke'],
      ...['mistral', 'groq', 'deepseek', 'xai', 'together', 'fireworks', 'openrouter'],
      ...['cerebras', 'perplexity', 'ollama', 'vllm', 'compatible', 'cohere', 'voyage'],
    ],
  )
  for (const [kind, family] of providers) assert.equal(family.kind, kind)
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
  const signed = await openai.sign(wire, { apiKey: 'sk-1' }, 0, AT)
  assert.equal(signed.headers['authorization'], 'Bearer sk-1')
  assert.ok(!Object.hasOwn(wire.headers, 'authorization'))
})

test("every provider of OpenAI's protocol has its endpoint, path and key", async () => {
  const google = ['gemini', 'vertex']
  const amazon = ['bedrock', 'bedrock-converse', 'bedrock-invoke']
  const others = ['azure', 'anthropic', ...google, ...amazon, 'cohere', 'voyage']
  const endpoints = [...providers.values()]
    .filter(({ kind }) => !others.includes(kind))
    .map(({ kind, defaultBaseUrl, serving }) => [kind, serving('m')[0].dialect.name, defaultBaseUrl])
  const at = (kind: string, url: string | undefined) => [kind, 'openai-chat', url]
  assert.deepEqual(endpoints, [
    at('openai', 'https://api.openai.com/v1'),
    at('mistral', 'https://api.mistral.ai/v1'),
    at('groq', 'https://api.groq.com/openai/v1'),
    at('deepseek', 'https://api.deepseek.com'),
    at('xai', 'https://api.x.ai/v1'),
    at('together', 'https://api.together.ai/v1'),
    at('fireworks', 'https://api.fireworks.ai/inference/v1'),
    at('openrouter', 'https://openrouter.ai/api/v1'),
    at('cerebras', 'https://api.cerebras.ai/v1'),
    at('perplexity', 'https://api.perplexity.ai'),
    at('ollama', 'http://127.0.0.1:11434/v1'),
    at('vllm', undefined),
    at('compatible', undefined),
  ])
  for (const [kind] of endpoints) {
    const provider = providers.get(kind ?? '')?.serving('m')[0]
    assert.ok(provider)
    const wire = provider.build(body, { model: '../evil', basePath: '/base/', ...REST })
    assert.equal(wire.path, '/base/chat/completions')
    assert.deepEqual(wire.headers, { 'content-type': 'application/json' })
    assert.equal((await provider.sign(wire, { apiKey: 'k' }, 0, AT)).headers['authorization'], 'Bearer k')
  }
})

test('no adjustment fails on a body that holds nothing, or something else', () => {
  const odd = [{}, { messages: null, stream_options: 5, thinking: 'on' }, { messages: [null, 7, { role: 5 }], n: 'x' }]
  for (const { adjust } of all('m')) {
    for (const body of odd) adjust?.(body, { model: 'deepseek-v4', basePath: '', ...REST })
  }
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
  const signed = await anthropic.sign(wire, { apiKey: 'k' }, 0, AT)
  assert.equal(signed.headers['x-api-key'], 'k')
})

test('sends no credentials where none are configured', async () => {
  const options = { region: 'us-east-1', project: 'p', location: 'us-central1' }
  for (const provider of all('m').filter(({ kind }) => !kind.startsWith('bedrock') && kind !== 'vertex')) {
    const wire = provider.build(body, { model: 'm', basePath: '', stream: false, options })
    assert.deepEqual(await provider.sign(wire, {}, 0, AT), wire)
  }
})
