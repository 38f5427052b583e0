import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GatewayError } from '../../../core/errors.js'
import type { Provider, WireTarget } from '../../../core/provider.js'
import { gemini } from '../../../llm/providers/gemini.js'
import { vertexAnthropic, vertexGemini } from '../../../llm/providers/vertex.js'

const body = new TextEncoder().encode('{}')
const destination = { authority: 'generativelanguage.googleapis.com' }
const target = (model: string, more: Partial<WireTarget> = {}): WireTarget => ({
  model,
  basePath: '/v1beta',
  stream: false,
  options: {},
  ...more,
})
const pathOf = (model: string, more?: Partial<WireTarget>) => gemini.build(body, target(model, more)).path

test('puts the model and the method into the path, and asks for events', () => {
  assert.equal(gemini.defaultBaseUrl, 'https://generativelanguage.googleapis.com/v1beta')
  assert.equal(pathOf('gemini-2.5-flash'), '/v1beta/models/gemini-2.5-flash:generateContent')
  assert.equal(
    pathOf('gemini-2.5-flash', { stream: true, basePath: '/v1beta/' }),
    '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
  )
  assert.equal(pathOf('models/g'), '/v1beta/models/g:generateContent')
  assert.equal(pathOf('tunedModels/mine-1'), '/v1beta/tunedModels/mine-1:generateContent')
})

test('signs with the key in a header, never in the path', async () => {
  const wire = gemini.build(body, target('g'))
  const signed = await gemini.sign(wire, { apiKey: 'AIza' }, 0, destination)
  assert.equal(signed.headers['x-goog-api-key'], 'AIza')
  assert.equal(signed.path, wire.path)
  assert.deepEqual(await gemini.sign(wire, {}, 0, destination), wire)
})

test('takes out what only Vertex AI knows', () => {
  const adjusted = (value: Parameters<NonNullable<Provider['adjust']>>[0]) => gemini.adjust?.(value, target('g'))
  assert.deepEqual(adjusted({ contents: [] }), { members: {}, dropped: [] })
  assert.deepEqual(
    adjusted({
      labels: { a: 'b' },
      tool_config: { function_calling_config: { mode: 'ANY', stream_function_call_arguments: true }, x: 1 },
    }),
    {
      members: { labels: undefined, tool_config: { function_calling_config: { mode: 'ANY' }, x: 1 } },
      dropped: ['labels', 'toolConfig.functionCallingConfig.streamFunctionCallArguments'],
    },
  )
})

const HOSTILE = [
  '../../v1/keys',
  '..',
  '',
  'a/../../b',
  'g:streamGenerateContent?alt=sse&key=x',
  'g?key=stolen',
  'g#fragment',
  'g%2f..%2f',
  'g\r\nhost: evil.test',
  '//evil.test/',
  '@evil.test',
  'models/../x',
  'tunedModels/../x',
  'g\\..\\x',
  '\ud800',
  'ÄöU 🌊',
]
const options = { project: 'p', location: 'eu' }

test('no name can change path, query, host or headers', () => {
  const names = fc.oneof(fc.constantFrom(...HOSTILE), fc.string(), fc.string({ unit: 'binary' }))
  const wanted: readonly (readonly [Provider, RegExp])[] = [
    [gemini, /^\/v1beta\/(models|tunedModels)\/[^/:?#]+:generateContent$/],
    [vertexGemini, /^\/v1\/projects\/p\/locations\/eu\/publishers\/google\/models\/[^/:?#]+:generateContent$/],
    [vertexAnthropic, /^\/v1\/projects\/p\/locations\/eu\/publishers\/anthropic\/models\/[^/:?#]+:rawPredict$/],
  ]
  fc.assert(
    fc.property(names, (name) => {
      for (const [provider, form] of wanted) {
        const basePath = provider === gemini ? '/v1beta' : ''
        try {
          const { path, headers, method } = provider.build(body, target(name, { basePath, options }))
          assert.match(path, form)
          assert.match(path, /^[\x21-\x7e]+$/)
          const url = new URL(`https://good.test${path}`)
          assert.equal(url.host, 'good.test')
          assert.equal(url.pathname + url.search, path)
          assert.deepEqual([method, headers], ['POST', { 'content-type': 'application/json' }])
        } catch (error) {
          assert.ok(error instanceof GatewayError, String(error))
          assert.equal(error.code, 'model_not_found')
        }
      }
    }),
    { numRuns: 500 },
  )
})
