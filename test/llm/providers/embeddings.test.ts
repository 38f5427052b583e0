import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../core/json.js'
import type { Provider } from '../../../core/provider.js'
import { providers } from '../../../llm/providers/index.js'
import { AT, targetOf } from './adjusted.js'

const BODY = new TextEncoder().encode('{}')

const embeddings = (kind: string, model = 'm'): Provider | undefined =>
  providers
    .get(kind)
    ?.serving(model)
    .find(({ dialect }) => dialect.task === 'embeddings')

function apiOf(kind: string, model?: string): Provider {
  const api = embeddings(kind, model)
  assert.ok(api, `${kind} has no embeddings`)
  return api
}

test('embeddings have their own path beside the chat', () => {
  const path = (kind: string, model: string, basePath = '', options = {}) =>
    apiOf(kind, model).build(BODY, targetOf(model, { basePath, options })).path
  for (const kind of ['openai', 'mistral', 'vllm', 'openrouter', 'together', 'fireworks', 'ollama', 'voyage']) {
    assert.equal(path(kind, 'm', '/v1'), '/v1/embeddings', kind)
  }
  assert.equal(path('compatible', 'm', '/v1/chat'), '/v1/chat/embeddings')
  assert.equal(path('azure', 'a/b'), '/openai/v1/embeddings')
  const dated = { apiVersion: '2024-10-21' }
  assert.equal(
    path('azure', 'a/chat/completions', '', dated),
    '/openai/deployments/a%2Fchat%2Fcompletions/embeddings?api-version=2024-10-21',
  )
  assert.equal(path('azure', 'm', '/models'), '/models/embeddings')
  assert.equal(path('cohere', 'm'), '/v2/embed')
  assert.equal(path('gemini', 'x:generateContent', '/v1beta'), '/v1beta/models/x%3AgenerateContent:batchEmbedContents')
  const place = { project: 'p', location: 'l' }
  const models = '/v1/projects/p/locations/l/publishers/google/models'
  assert.equal(path('vertex', 'text-embedding-005', '', place), `${models}/text-embedding-005:predict`)
  assert.equal(path('vertex', 'gemini-embedding-001', '', place), `${models}/gemini-embedding-001:predict`)
  assert.equal(path('vertex', 'gemini-embedding-2', '', place), `${models}/gemini-embedding-2:embedContent`)
  for (const kind of ['bedrock', 'bedrock-invoke']) {
    assert.equal(path(kind, 'us.cohere.embed-v4:0'), '/model/us.cohere.embed-v4%3A0/invoke')
    assert.equal(path(kind, 'amazon.titan-embed-text-v1'), '/model/amazon.titan-embed-text-v1/invoke')
  }
})

test('they are signed as the chat is', async () => {
  const signed = async (kind: string) => {
    const api = apiOf(kind)
    return (await api.sign(api.build(BODY, targetOf('m')), { apiKey: 'k' }, 0, AT)).headers
  }
  for (const kind of ['openai', 'cohere', 'voyage']) assert.equal((await signed(kind))['authorization'], 'Bearer k')
  assert.equal((await signed('azure'))['api-key'], 'k')
  assert.equal((await signed('gemini'))['x-goog-api-key'], 'k')
})

test('a model that makes no vectors is served by no such API', () => {
  assert.equal(embeddings('vertex', 'claude-sonnet-4-5'), undefined)
  for (const kind of ['bedrock', 'bedrock-invoke']) {
    assert.equal(embeddings(kind, 'anthropic.claude-sonnet-4-5-20250929-v1:0'), undefined)
    assert.equal(embeddings(kind, 'amazon.nova-pro-v1:0'), undefined)
  }
  for (const kind of ['anthropic', 'bedrock-converse', 'groq']) assert.equal(embeddings(kind), undefined, kind)
})

test('chat stays the first API of those that have both', () => {
  for (const [kind, { serving }] of providers) {
    const [first] = serving('gemini-embedding-001')
    assert.equal(first.dialect.task, kind === 'voyage' ? 'embeddings' : 'chat', kind)
  }
})

const ALL = {
  input: ['a'],
  dimensions: 5,
  encoding_format: 'base64',
  input_type: 'search_query',
  user: 'u',
  truncation: true,
}

function adjusted(kind: string, body: JsonObject) {
  const { members, dropped } = apiOf(kind).adjust?.(body, targetOf('m')) ?? { members: {}, dropped: [] }
  return { body: JSON.parse(JSON.stringify({ ...body, ...members })), dropped }
}

test('each server is sent what it knows, in its own words', () => {
  const { input, encoding_format, truncation, user, dimensions } = ALL
  assert.deepEqual(adjusted('openai', ALL), {
    body: { input, encoding_format, truncation, user, dimensions },
    dropped: ['input_type'],
  })
  assert.deepEqual(adjusted('mistral', ALL), {
    body: { input, encoding_format, truncation, output_dimension: 5 },
    dropped: ['input_type', 'user'],
  })
  assert.deepEqual(adjusted('fireworks', ALL), {
    body: { input, truncation, dimensions },
    dropped: ['input_type', 'user'],
  })
  assert.deepEqual(adjusted('voyage', ALL), {
    body: { input, encoding_format, truncation, input_type: 'query', output_dimension: 5 },
    dropped: ['user'],
  })
  for (const kind of ['azure', 'vllm', 'openrouter', 'together', 'compatible']) {
    assert.deepEqual(adjusted(kind, ALL), { body: ALL, dropped: [] }, kind)
  }
})

test('Voyage is told of base64 only, and of no purpose but its two', () => {
  assert.deepEqual(adjusted('voyage', { input: 'a', encoding_format: 'float', input_type: 'clustering' }), {
    body: { input: 'a' },
    dropped: ['input_type'],
  })
  assert.deepEqual(adjusted('voyage', { input: 'a' }), { body: { input: 'a' }, dropped: [] })
})
