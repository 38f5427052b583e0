import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatewayError } from '../../../core/errors.js'
import type { JsonObject } from '../../../core/json.js'
import type { Provider, ProviderOptions } from '../../../core/provider.js'
import type { ServingPlace } from '../../../llm/providers/family.js'
import { providers } from '../../../llm/providers/index.js'
import { AT, adjusted, targetOf } from './adjusted.js'

const BODY = new TextEncoder().encode('{}')

function served(kind: string, model: string, place?: ServingPlace): readonly Provider[] {
  const family = providers.get(kind)
  assert.ok(family, kind)
  return family.serving(model, place)
}
const names = (kind: string, model: string, place?: ServingPlace) =>
  served(kind, model, place).map(({ dialect }) => dialect.name)
const chats = (kind: string, model: string, place?: ServingPlace) =>
  served(kind, model, place)
    .filter(({ dialect }) => dialect.task === 'chat')
    .map(({ dialect }) => dialect.name)
const path = (kind: string, dialect: string, basePath: string, model = 'm', options = {}) =>
  served(kind, model, { basePath, options })
    .find((api) => api.dialect.name === dialect)
    ?.build(BODY, targetOf(model, { basePath, options })).path

test('OpenAI answers chats and Responses; some models only one API, by their names', () => {
  for (const kind of ['openai', 'azure']) {
    for (const model of ['gpt-4o', 'gpt-5', 'o3', 'gpt-5-search-api', 'my-deployment', 'provider-gpt']) {
      assert.deepEqual(chats(kind, model), ['openai-chat', 'openai-responses'], model)
    }
    const only = [
      'o1-pro',
      'o1-pro-2025-03-19',
      'o3-pro',
      'gpt-5-pro',
      'gpt-5.2-pro',
      'codex-mini-latest',
      'gpt-5.1-codex-max',
    ]
    for (const model of [...only, 'o3-deep-research', 'o4-mini-deep-research-2025-06-26']) {
      assert.deepEqual(chats(kind, model), ['openai-responses'], model)
    }
    for (const model of ['gpt-3.5-turbo-instruct', 'davinci-002', 'babbage-002', 'ft:davinci-002:org::x']) {
      assert.deepEqual(chats(kind, model), ['openai-completions'], model)
    }
  }
})

test('a target that chooses its API gets that one alone', () => {
  for (const kind of ['openai', 'azure', 'vllm', 'compatible', 'ollama', 'fireworks', 'openrouter']) {
    for (const api of ['chat', 'responses', 'completions'] as const) {
      assert.deepEqual(chats(kind, 'o1-pro', { api }), [`openai-${api}`], kind)
    }
  }
  for (const kind of ['vllm', 'compatible', 'ollama', 'groq', 'together', 'mistral', 'deepseek', 'xai']) {
    assert.deepEqual(chats(kind, 'o1-pro'), ['openai-chat'], kind)
  }
  for (const { kind, apis, serving } of providers.values()) {
    for (const api of apis) assert.equal(serving('m', { api })[0].dialect.name, `openai-${api}`, kind)
  }
})

test('Azure has Responses on its v1 surface and since one version, and none for model inference', () => {
  const at = (basePath: string, apiVersion?: string) => ({
    basePath,
    options: apiVersion === undefined ? {} : { apiVersion },
  })
  assert.deepEqual(chats('azure', 'd', at('', '2024-10-21')), ['openai-chat'])
  assert.deepEqual(chats('azure', 'o1-pro', at('', '2024-10-21')), ['openai-chat'])
  assert.deepEqual(chats('azure', 'd', at('', '2025-03-01-preview')), ['openai-chat', 'openai-responses'])
  assert.ok(!names('azure', 'd', at('/models')).includes('openai-speech'))
  assert.equal(path('azure', 'openai-responses', ''), '/openai/v1/responses')
  const dated = { apiVersion: '2025-04-01-preview' }
  assert.equal(
    path('azure', 'openai-responses', '/x', 'd', dated),
    '/x/openai/responses?api-version=2025-04-01-preview',
  )
  assert.equal(
    path('azure', 'openai-transcriptions', '', 'a/b', dated),
    '/openai/deployments/a%2Fb/audio/transcriptions?api-version=2025-04-01-preview',
  )
  assert.equal(path('azure', 'openai-image-edits', '/openai/v1'), '/openai/v1/images/edits')
  assert.equal(path('azure', 'openai-completions', '', 'davinci-002'), '/openai/v1/completions')
})

test('each API has its path, with the key and without the adjustments of chats', async () => {
  const paths = {
    'openai-responses': '/v1/responses',
    'openai-image-generations': '/v1/images/generations',
    'openai-image-edits': '/v1/images/edits',
    'openai-image-variations': '/v1/images/variations',
    'openai-speech': '/v1/audio/speech',
    'openai-transcriptions': '/v1/audio/transcriptions',
    'openai-translations': '/v1/audio/translations',
    'openai-moderations': '/v1/moderations',
  }
  for (const [dialect, expected] of Object.entries(paths)) assert.equal(path('openai', dialect, '/v1/'), expected)
  for (const kind of ['groq', 'mistral', 'together', 'fireworks', 'vllm', 'compatible']) {
    const api = served(kind, 'm').find(({ dialect }) => dialect.name === 'openai-transcriptions')
    assert.ok(api && api.adjust === undefined, kind)
    const wire = api.build(BODY, targetOf('m', { basePath: '/v1' }))
    assert.equal(wire.path, '/v1/audio/transcriptions')
    assert.equal((await api.sign(wire, { apiKey: 'k' }, 0, AT)).headers['authorization'], 'Bearer k')
  }
  assert.equal(
    served('deepseek', 'm', { api: 'completions' })[0]?.build(BODY, targetOf('m', { basePath: '/v1/' })).path,
    '/beta/completions',
  )
})

test('rerankers are where their makers have them', () => {
  assert.deepEqual(
    ['', '/v1', '/v2/', '/proxy'].map((base) => [path('cohere', 'rerank', base), path('cohere', 'rerank-v2', base)]),
    [
      ['/v1/rerank', '/v2/rerank'],
      ['/v1/rerank', '/v2/rerank'],
      ['/v1/rerank', '/v2/rerank'],
      ['/proxy/v1/rerank', '/proxy/v2/rerank'],
    ],
  )
  assert.deepEqual([path('vllm', 'rerank', '/v1'), path('vllm', 'rerank-v2', '/v1')], ['/v1/rerank', '/v2/rerank'])
  for (const kind of ['voyage', 'together', 'fireworks', 'compatible'])
    assert.equal(path(kind, 'rerank', '/v1'), '/v1/rerank')
})

test('Anthropic and Gemini count, on Vertex AI too', async () => {
  assert.equal(path('anthropic', 'anthropic-count-tokens', '/v1'), '/v1/messages/count_tokens')
  assert.equal(
    path('gemini', 'gemini-count-tokens', '/v1beta', 'gemini-2.5-pro'),
    '/v1beta/models/gemini-2.5-pro:countTokens',
  )
  const vertex = { project: 'p', location: 'us-central1' }
  const place = '/v1/projects/p/locations/us-central1/publishers'
  assert.equal(
    path('vertex', 'anthropic-count-tokens', '', 'claude-sonnet-4@20250514', vertex),
    `${place}/anthropic/models/count-tokens:rawPredict`,
  )
  assert.equal(
    path('vertex', 'gemini-count-tokens', '', 'gemini-2.5-pro', vertex),
    `${place}/google/models/gemini-2.5-pro:countTokens`,
  )
  assert.deepEqual(
    names('vertex', 'claude-sonnet-4').filter((name) => name.endsWith('count-tokens')),
    ['anthropic-count-tokens'],
  )
})

test('Vertex AI counts the members of a request, and wants to know the version of its Anthropic models', () => {
  const counting = (model: string) =>
    served('vertex', model).find(({ dialect }) => dialect.name.endsWith('count-tokens'))
  const claude = counting('claude-sonnet-4')
  assert.ok(claude)
  assert.deepEqual(adjusted(claude, { model: 'anthropic/claude-sonnet-4', messages: [] }).body, {
    model: 'claude-sonnet-4',
    messages: [],
    anthropic_version: 'vertex-2023-10-16',
  })
  const contents = [{ role: 'user', parts: [{ text: 'hi' }] }]
  const inner = { model: 'models/x', contents, systemInstruction: { parts: [] } }
  const counted = (body: JsonObject) => {
    const { members } = counting('gemini-2.5-pro')?.adjust?.(body, targetOf('gemini-2.5-pro')) ?? { members: {} }
    return JSON.parse(JSON.stringify({ ...body, ...members }))
  }
  assert.deepEqual(counted({ generateContentRequest: inner }), { contents, systemInstruction: { parts: [] } })
  assert.deepEqual(counted({ contents }), { contents })
})

test('no model name changes the path around it', () => {
  const options = { apiVersion: '2025-04-01-preview', project: 'p', location: 'us-central1' }
  for (const kind of ['azure', 'gemini', 'vertex', 'openai', 'vllm', 'compatible']) {
    for (const model of ['../../x', 'a?b#c', 'a b', 'x:other', '%2e%2e', '..']) {
      for (const api of served(kind, model, { basePath: '/v1', options })) {
        const built = pathOrRefusal(api, model, options)
        assert.ok(!/\/\.\.(\/|$)|[\s#]/.test(built) && built.split('?').length <= 2, `${kind} ${built}`)
      }
    }
  }
})

function pathOrRefusal(api: Provider, model: string, options: ProviderOptions): string {
  try {
    return api.build(BODY, targetOf(model, { basePath: '/v1', options })).path
  } catch (error) {
    assert.ok(error instanceof GatewayError)
    return ''
  }
}
