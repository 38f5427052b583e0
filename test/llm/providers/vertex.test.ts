import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../core/json.js'
import type { WireTarget } from '../../../core/provider.js'
import { vertexAnthropic, vertexFor, vertexGemini } from '../../../llm/providers/vertex.js'

const body = new TextEncoder().encode('{}')
const options = { project: 'my-project', location: 'europe-west1' }
const target = (model: string, more: Partial<WireTarget> = {}): WireTarget => ({
  model,
  basePath: '',
  stream: false,
  options,
  ...more,
})
const destination = { authority: 'x.test' }

test('the model says which of the two formats it speaks', () => {
  for (const name of ['claude-sonnet-4-5@20250929', 'anthropic/claude-opus-4-1']) {
    assert.equal(vertexFor(name), vertexAnthropic)
  }
  for (const name of ['gemini-2.5-pro', 'google/gemini-3-flash-preview', 'not-claude']) {
    assert.equal(vertexFor(name), vertexGemini)
  }
  assert.deepEqual([vertexGemini.kind, vertexAnthropic.kind], ['vertex', 'vertex'])
  assert.equal(vertexAnthropic.dialect.name, 'anthropic-messages')
})

test('a location has a host of its own, and only a location has', () => {
  const host = (location?: string) => vertexGemini.baseUrlFor?.(location === undefined ? {} : { location })
  assert.equal(host('europe-west1'), 'https://europe-west1-aiplatform.googleapis.com')
  assert.equal(host('global'), 'https://aiplatform.googleapis.com')
  assert.equal(host('eu'), 'https://aiplatform.eu.rep.googleapis.com')
  for (const wrong of [undefined, '', 'evil.test/', 'a.b', 'A', '-a', 'x@evil.test', `${'a'.repeat(64)}`]) {
    assert.throws(() => host(wrong), { code: 'internal_error' }, wrong)
  }
})

test('puts project, location and model into the path', () => {
  const place = '/v1/projects/my-project/locations/europe-west1/publishers'
  assert.equal(
    vertexGemini.build(body, target('google/gemini-2.5-pro')).path,
    `${place}/google/models/gemini-2.5-pro:generateContent`,
  )
  assert.equal(
    vertexGemini.build(body, target('gemini-2.5-pro', { stream: true })).path,
    `${place}/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse`,
  )
  const claude = 'claude-haiku-4-5@20251001'
  assert.equal(vertexAnthropic.build(body, target(claude)).path, `${place}/anthropic/models/${claude}:rawPredict`)
  assert.equal(
    vertexAnthropic.build(body, target(claude, { stream: true })).path,
    `${place}/anthropic/models/${claude}:streamRawPredict`,
  )
  const beta = target('g', { options: { ...options, apiVersion: 'v1beta1' } })
  assert.match(vertexGemini.build(body, beta).path, /^\/v1beta1\/projects\//)
  assert.match(vertexGemini.build(body, target('g', { basePath: '/proxy/v1' })).path, /^\/proxy\/v1\/projects\//)
  assert.throws(() => vertexGemini.build(body, target('g', { options: {} })), { code: 'internal_error' })
})

test("no project or location of the configuration's can leave its place in the path", () => {
  const hostile = { project: '../../x?y', location: 'a/b#c' }
  assert.equal(
    vertexGemini.build(body, target('g', { options: hostile })).path,
    '/v1/projects/..%2F..%2Fx%3Fy/locations/a%2Fb%23c/publishers/google/models/g:generateContent',
  )
})

test('signs with a token, fetched or at hand, or with a key', async () => {
  const wire = vertexGemini.build(body, target('g'))
  for (const token of [() => 'ya29.x', async () => 'ya29.x']) {
    const signed = await vertexGemini.sign(wire, { token }, 0, destination)
    assert.deepEqual(signed.headers, { 'content-type': 'application/json', authorization: 'Bearer ya29.x' })
  }
  const express = await vertexGemini.sign(wire, { apiKey: 'k' }, 0, destination)
  assert.equal(express.headers['x-goog-api-key'], 'k')
  assert.deepEqual(await vertexGemini.sign(wire, {}, 0, destination), wire)
  assert.throws(() => vertexGemini.sign(wire, { token: () => 'a\r\nhost: evil.test' }, 0, destination), {
    code: 'internal_error',
  })
})

test('the model of a Messages request stands in the path, its version in the body', () => {
  const { members, dropped } = vertexAnthropic.adjust?.({ model: 'm', max_tokens: 1 }, target('m')) ?? {}
  assert.deepEqual(members, { model: undefined, anthropic_version: 'vertex-2023-10-16' })
  assert.deepEqual(dropped, [])
})

test('takes out what only the Gemini API knows, and names the two roles', () => {
  const adjusted = (value: JsonObject) => vertexGemini.adjust?.(value, target('g'))
  const plain = { contents: [{ role: 'user', parts: [] }], tools: [{ googleSearch: {} }], labels: { a: 'b' } }
  assert.deepEqual(adjusted(plain), { members: {}, dropped: [] })
  assert.deepEqual(
    adjusted({
      model: 'models/g',
      store: true,
      contents: [{ parts: [] }, { role: 'model', parts: [] }, { role: 'function', parts: [] }],
      tools: [{ file_search: {} }, { googleSearch: {} }],
      toolConfig: { includeServerSideToolInvocations: true, functionCallingConfig: { mode: 'ANY' } },
    }),
    {
      members: {
        model: undefined,
        store: undefined,
        toolConfig: { functionCallingConfig: { mode: 'ANY' } },
        tools: [{ googleSearch: {} }],
        contents: [
          { parts: [], role: 'user' },
          { role: 'model', parts: [] },
          { role: 'user', parts: [] },
        ],
      },
      dropped: ['store', 'toolConfig.includeServerSideToolInvocations', 'tools[0]'],
    },
  )
  assert.deepEqual(adjusted({ contents: { parts: [] }, tools: [{ mcpServers: [] }] }), {
    members: { tools: undefined, contents: { parts: [], role: 'user' } },
    dropped: ['tools[0]'],
  })
})
