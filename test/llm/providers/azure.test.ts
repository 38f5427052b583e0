import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatewayError } from '../../../core/errors.js'
import type { ProviderOptions } from '../../../core/provider.js'
import { azure } from '../../../llm/providers/azure.js'
import { AT, adjusted, targetOf } from './adjusted.js'

const BODY = new TextEncoder().encode('{}')
const pathFor = (model: string, basePath: string, options: ProviderOptions = {}) =>
  azure.build(BODY, targetOf(model, { basePath, options })).path

test('with a dated API version the deployment stands in the path', () => {
  const options = { apiVersion: '2024-10-21' }
  const path = '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21'
  for (const base of ['', '/', '/openai', '/openai/']) assert.equal(pathFor('gpt-4o', base, options), path)
  assert.equal(pathFor('gpt-4o', '/proxy', options), `/proxy${path}`)
  assert.equal(
    pathFor('d', '', { apiVersion: '2025-01-01-preview' }),
    '/openai/deployments/d/chat/completions?api-version=2025-01-01-preview',
  )
})

test('without one, or at a base URL that says so, it is the v1 surface', () => {
  for (const base of ['', '/openai', '/openai/v1', '/openai/v1/']) {
    assert.equal(pathFor('gpt-4o', base), '/openai/v1/chat/completions')
    assert.equal(pathFor('d', base, { apiVersion: 'preview' }), '/openai/v1/chat/completions?api-version=preview')
  }
  const dated = { apiVersion: '2025-04-01-preview' }
  assert.equal(pathFor('d', '/openai/v1', dated), '/openai/v1/chat/completions?api-version=2025-04-01-preview')
})

test("a base URL that ends in /models is Foundry's model inference", () => {
  const options = { apiVersion: '2024-05-01-preview' }
  assert.equal(pathFor('grok', '/models', options), '/models/chat/completions?api-version=2024-05-01-preview')
})

test('no model name and no API version changes the path around it, or a header', () => {
  const options = { apiVersion: '2024-10-21' }
  const hostile = [
    '../../v1/x',
    'a/b',
    'a?b=c',
    'a#b',
    'a\r\nhost: evil',
    '%2e%2e',
    'a\\b',
    '@evil.test',
    '//evil.test',
    'é',
  ]
  for (const model of hostile) {
    const wire = azure.build(BODY, targetOf(model, { options }))
    const [, segment = ''] =
      /^\/openai\/deployments\/([^/?#]+)\/chat\/completions\?api-version=2024-10-21$/.exec(wire.path) ?? []
    assert.equal(decodeURIComponent(segment), model)
    assert.match(wire.path, /^[\x21-\x7e]+$/)
    assert.equal(new URL(wire.path, 'https://x.test').pathname, `/openai/deployments/${segment}/chat/completions`)
    assert.deepEqual(wire.headers, { 'content-type': 'application/json' })
  }
  for (const model of ['.', '..', '', '\ud800']) {
    assert.throws(
      () => pathFor(model, '', options),
      (error) => error instanceof GatewayError && error.code === 'model_not_found',
    )
  }
  assert.match(pathFor('d', '', { apiVersion: '2024&x=y#' }), /\?api-version=2024%26x%3Dy%23$/)
})

test('is signed with the key header, else with a bearer token', async () => {
  const wire = azure.build(BODY, targetOf('d'))
  assert.deepEqual((await azure.sign(wire, { apiKey: 'k' }, 0, AT)).headers, {
    'content-type': 'application/json',
    'api-key': 'k',
  })
  for (const token of [() => 't', async () => 't']) {
    assert.equal((await azure.sign(wire, { token }, 0, AT)).headers['authorization'], 'Bearer t')
  }
  assert.equal(Object.hasOwn(wire.headers, 'api-key'), false)
})

test('versions before September 2024 do not know the members that it brought', () => {
  const body = {
    stream_options: { include_usage: true },
    max_completion_tokens: 5,
    parallel_tool_calls: false,
  }
  const at = (apiVersion: string, basePath = '') =>
    adjusted(azure, body, targetOf('d', { basePath, options: { apiVersion } }))
  for (const version of ['2024-02-01', '2024-08-01-preview']) {
    const old = at(version)
    assert.deepEqual(Object.keys(old.body), ['messages', 'max_tokens'])
    assert.deepEqual(old.dropped, ['parallel_tool_calls'])
  }
  for (const version of ['2024-09-01-preview', '2024-10-21', 'preview']) {
    assert.deepEqual(Object.keys(at(version).body), ['messages', ...Object.keys(body)])
  }
  assert.deepEqual(Object.keys(at('2024-05-01-preview', '/models').body), ['messages', ...Object.keys(body)])
  assert.deepEqual(adjusted(azure, body, targetOf('d')).dropped, [])
})
