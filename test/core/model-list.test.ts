import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatewayError } from '../../core/errors.js'
import { NOBODY } from '../../core/identity.js'
import { asksAsAnthropic, isModelsPath, listModels } from '../../core/model-list.js'
import type { ModelRoute, Settings } from '../../core/settings.js'

const route = (name: string): [string, ModelRoute] => [name, { name, targets: [] }]
const NAMES = ['a', 'b', 'c/d', 'e', 'f']
// Nothing else of the settings is read.
const settings = { models: new Map(NAMES.map(route)), loadedAt: 1_700_000_000 } as unknown as Settings

function ask(path: string, query = '', version?: string, models?: readonly string[]) {
  const header = (name: string) => (name === 'anthropic-version' ? version : undefined)
  const overrides = models === undefined ? {} : { overrides: { models } }
  const reply = listModels({ path, query, requestId: 'r', header, identity: NOBODY, ...overrides }, settings)
  return JSON.parse(Buffer.from(reply.body).toString())
}
const anthropic = (query: string) => {
  const { data, ...page } = ask('/v1/models', query, '2023-06-01')
  return { ids: data.map(({ id }: { id: string }) => id), ...page }
}
const gemini = (query: string) => {
  const { models, nextPageToken } = ask('/v1beta/models', query)
  return [models.map(({ name }: { name: string }) => name).join(), nextPageToken]
}

test('knows whose list is asked for', () => {
  for (const path of ['/v1/models', '/v1/models/x', '/v1beta/models', '/v1beta/models/x']) assert.ok(isModelsPath(path))
  for (const path of ['/v1/modelsque', '/v1beta/model', '/v2/models']) assert.ok(!isModelsPath(path))
  const version = (name: string) => (name === 'anthropic-version' ? '2023-06-01' : undefined)
  assert.ok(asksAsAnthropic('/v1/models', version))
  assert.ok(!asksAsAnthropic('/v1beta/models', version))
  assert.ok(!asksAsAnthropic('/v1/models', () => undefined))
})

test("lists in Anthropic's form, forwards and backwards", () => {
  assert.deepEqual(anthropic(''), { ids: NAMES, has_more: false, first_id: 'a', last_id: 'f' })
  assert.deepEqual(anthropic('limit=2'), { ids: ['a', 'b'], has_more: true, first_id: 'a', last_id: 'b' })
  assert.deepEqual(anthropic('limit=2&after_id=b'), {
    ids: ['c/d', 'e'],
    has_more: true,
    first_id: 'c/d',
    last_id: 'e',
  })
  assert.deepEqual(anthropic('limit=2&after_id=e'), { ids: ['f'], has_more: false, first_id: 'f', last_id: 'f' })
  assert.deepEqual(anthropic('after_id=f'), { ids: [], has_more: false, first_id: null, last_id: null })
  assert.deepEqual(anthropic('limit=2&before_id=e'), {
    ids: ['b', 'c/d'],
    has_more: true,
    first_id: 'b',
    last_id: 'c/d',
  })
  assert.deepEqual(anthropic('limit=2&before_id=b'), { ids: ['a'], has_more: false, first_id: 'a', last_id: 'a' })
  assert.deepEqual(ask('/v1/models/c%2Fd', '', '2023-06-01'), {
    type: 'model',
    id: 'c/d',
    display_name: 'c/d',
    created_at: '2023-11-14T22:13:20.000Z',
  })
})

test("lists in Gemini's form", () => {
  assert.deepEqual(gemini(''), ['models/a,models/b,models/c/d,models/e,models/f', undefined])
  assert.deepEqual(gemini('pageSize=3'), ['models/a,models/b,models/c/d', 'c/d'])
  assert.deepEqual(gemini('pageSize=3&pageToken=c%2Fd'), ['models/e,models/f', undefined])
  const one = ask('/v1beta/models/c/d')
  assert.equal(one.name, 'models/c/d')
  assert.ok(one.supportedGenerationMethods.includes('generateContent'))
})

test('shows only what the route may see', () => {
  assert.deepEqual(ask('/v1/models', '', '2023-06-01', ['b']).data.length, 1)
  assert.deepEqual(ask('/v1beta/models', '', undefined, ['b', 'e']).models.length, 2)
  assert.throws(() => ask('/v1beta/models/a', '', undefined, ['b']), GatewayError)
})

test('refuses pages that there cannot be', () => {
  for (const query of ['limit=x', 'limit=-1', 'after_id=none', 'before_id=none']) {
    assert.throws(
      () => anthropic(query),
      (error) => error instanceof GatewayError && error.param === query.split('=')[0],
    )
  }
  assert.throws(() => gemini('pageToken=none'), GatewayError)
})
