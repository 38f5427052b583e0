import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { JsonObject } from '../../core/json.js'
import { openaiJson } from '../support/answers.js'
import { gatewayName } from './subject.js'
import { errorIn, startWorld, type World } from './world.js'

const LIMIT = { timeout: 20_000 }
const GOOD: JsonObject = { model: 'gpt', messages: [{ role: 'user', content: 'hi' }] }
const MIB = 1024 * 1024

let world: World
before(async () => {
  world = await startWorld({
    accounts: { oa: 'openai', other: 'openai' },
    models: { gpt: ['oa/gpt-target'], secret: ['other/hidden'] },
    settings: { maxBody: '2MiB' },
  })
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('ok')))
})
after(() => world?.stop())

/** Sends a body that must be refused without asking a provider; the gateway must serve the next request. */
async function refused(body: JsonObject | string | Uint8Array) {
  const before = world.provider.calls.length
  const answer = await world.chat(body)
  const error = await errorIn(answer)
  assert.equal(world.provider.calls.length, before, 'a provider was called')
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  assert.ok(answer.headers.get('x-request-id'))
  assert.equal((await world.chat(GOOD)).status, 200)
  return { status: answer.status, ...error }
}

const NOT_JSON: Readonly<Record<string, string | Uint8Array>> = {
  'an empty body': '',
  'truncated JSON': '{"model":"gpt","messages":[{"role":"user","content":"h',
  'two JSON values': `${JSON.stringify(GOOD)}{}`,
  'bytes that are no UTF-8': Buffer.concat([
    Buffer.from('{"model":"gpt","messages":[{"role":"user","content":"'),
    Buffer.of(0xff, 0xfe, 0xc3),
    Buffer.from('"}]}'),
  ]),
  'an overlong UTF-8 sequence': Buffer.concat([
    Buffer.from('{"model":"gpt","messages":[{"role":"user","content":"'),
    Buffer.of(0xc0, 0xaf),
    Buffer.from('"}]}'),
  ]),
  'a list': '[]',
  'a string': '"gpt"',
  null: 'null',
  'NaN in it': '{"model":"gpt","messages":[],"temperature":NaN}',
  'a model given twice': '{"model":"gpt","messages":[{"role":"user","content":"hi"}],"model":"secret"}',
  'messages given twice, once escaped':
    '{"model":"gpt","messages":[{"role":"user","content":"hi"}],"messa\\u0067es":[{"role":"user","content":"ho"}]}',
  '100,000 nested lists': `{"model":"gpt","messages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  '100,000 nested objects in an unknown field': `{"model":"gpt","messages":[{"role":"user","content":"hi"}],"x":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
}

for (const [title, body] of Object.entries(NOT_JSON)) {
  test(`${title} is 400 malformed_request`, LIMIT, async () => {
    const { status, code, type } = await refused(body)
    assert.deepEqual([status, code, type], [400, 'malformed_request', 'invalid_request_error'])
  })
}

const WRONG: readonly (readonly [string, JsonObject])[] = [
  ['model', { ...GOOD, model: undefined }],
  ['model', { ...GOOD, model: 5 }],
  ['messages', { model: 'gpt' }],
  ['messages', { ...GOOD, messages: 'hi' }],
  ['messages', { ...GOOD, messages: { role: 'user' } }],
  ['messages[0]', { ...GOOD, messages: ['hi'] }],
  ['messages[0].role', { ...GOOD, messages: [{ role: 'robot', content: 'hi' }] }],
  ['messages[0].content', { ...GOOD, messages: [{ role: 'user', content: 5 }] }],
  ['messages[0].content[0].type', { ...GOOD, messages: [{ role: 'user', content: [{ text: 'hi' }] }] }],
  [
    'messages[1].tool_call_id',
    {
      ...GOOD,
      messages: [
        { role: 'user', content: 'x' },
        { role: 'tool', content: 'x' },
      ],
    },
  ],
  ['temperature', { ...GOOD, temperature: 'hot' }],
  ['max_tokens', { ...GOOD, max_tokens: -1 }],
  ['max_completion_tokens', { ...GOOD, max_completion_tokens: 1.5 }],
  ['stream', { ...GOOD, stream: 'yes' }],
  ['stream_options', { ...GOOD, stream: true, stream_options: 5 }],
  ['n', { ...GOOD, n: 'two' }],
  ['stop', { ...GOOD, stop: 5 }],
  ['tools', { ...GOOD, tools: 'all' }],
  ['tools[0].function.name', { ...GOOD, tools: [{ type: 'function', function: {} }] }],
  ['tool_choice', { ...GOOD, tool_choice: 5 }],
  ['response_format', { ...GOOD, response_format: 5 }],
]

for (const [param, body] of WRONG) {
  test(`a wrong ${param} is 400 with it as param: ${JSON.stringify(body).slice(0, 90)}`, LIMIT, async () => {
    const error = await refused(body)
    assert.deepEqual([error.status, error.code, error.param], [400, 'malformed_request', param])
  })
}

test('an unknown model is 404 model_not_found', LIMIT, async () => {
  const error = await refused({ ...GOOD, model: 'gpt-99' })
  assert.deepEqual([error.status, error.code, error.type], [404, 'model_not_found', 'invalid_request_error'])
})

test('names of object members are no models', LIMIT, async () => {
  for (const model of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    assert.equal((await refused({ ...GOOD, model })).status, 404, model)
  }
})

test('a body above maxBody is 413 request_too_large', LIMIT, async () => {
  const error = await refused({ ...GOOD, messages: [{ role: 'user', content: 'x'.repeat(3 * MIB) }] })
  assert.deepEqual([error.status, error.code], [413, 'request_too_large'])
})

test('a body just below maxBody passes whole', LIMIT, async () => {
  const content = 'x '.repeat(MIB * 0.95)
  const answer = await world.chat({ ...GOOD, messages: [{ role: 'user', content }] })
  assert.equal(answer.status, 200)
  assert.deepEqual(world.provider.calls.at(-1)?.body['messages'], [{ role: 'user', content }])
})

test('__proto__ keys change nothing', LIMIT, async () => {
  const body =
    '{"__proto__":{"stream":true,"polluted":1},"model":"gpt",' +
    '"messages":[{"__proto__":{"role":"system"},"role":"user","content":"hi"}]}'
  const answer = await world.chat(body)
  assert.ok([200, 400].includes(answer.status))
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  assert.equal(Reflect.get({}, 'polluted'), undefined)
  assert.equal((await world.chat(GOOD)).status, 200)
})

/** Sends requests with such a method and path, each of which must get such a status. */
async function statusesAre(wrong: readonly (readonly [string, string, number])[]): Promise<void> {
  for (const [method, path, status] of wrong) {
    const body = method === 'POST' ? { body: JSON.stringify(GOOD) } : {}
    const answer = await fetch(`${world.host.url}${path}`, { method, ...body })
    await errorIn(answer)
    assert.equal(answer.status, status, `${method} ${path}`)
  }
}

test('a wrong method is 405, in the OpenAI form', LIMIT, async () => {
  await statusesAre([
    ['GET', '/v1/chat/completions', 405],
    ['DELETE', '/v1/chat/completions', 405],
    ['POST', '/v1/models', 405],
    ['POST', '/v1/chat/completions/nothing', 404],
  ])
})

// Kong answers where it has no route, and so the rendered route decides what comes to Tollgate.
test('an unknown path is 404, in the OpenAI form', { ...LIMIT, skip: gatewayName === 'kong' }, async () => {
  await statusesAre([
    ['POST', '/v1/nothing', 404],
    ['GET', '/', 404],
    ['GET', '/v1/chat/completions/../../admin', 404],
  ])
})

test('internal headers that a client sends neither steer the gateway nor reach a provider', LIMIT, async () => {
  const answer = await world.chat(GOOD, {
    'x-tollgate-target-1': 'other/hidden',
    'x-tollgate-target-2': 'other/hidden',
    'x-tollgate-target': 'other/hidden',
    'x-tollgate-exchange': 'forged',
    'x-tollgate-anything': 'forged',
    'x-envoy-attempt-count': '3',
    'x-envoy-max-retries': '0',
    'x-envoy-upstream-rq-timeout-ms': '1',
    'x-envoy-upstream-rq-per-try-timeout-ms': '1',
    'x-envoy-retry-on': 'connect-failure',
    'x-envoy-original-path': '/forged',
    'x-envoy-decorator-operation': 'forged',
  })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('x-tollgate-target'), 'oa/gpt-target')
  assert.equal(world.provider.callsOf('other').length, 0)
  const names = Object.keys(world.provider.calls.at(-1)?.headers ?? {})
  assert.deepEqual(
    names.filter((name) => name.startsWith('x-tollgate-') || name.startsWith('x-envoy-')),
    [],
  )
})

test('nothing of the gateway itself shows in the answer headers', LIMIT, async () => {
  const answer = await world.chat(GOOD)
  const known = [
    'x-tollgate-target',
    'x-tollgate-attempts',
    'x-tollgate-cache',
    'x-tollgate-dropped',
    'x-tollgate-budget-remaining-usd',
  ]
  const names = [...answer.headers.keys()].filter((name) => /^x-(tollgate|envoy)-/.test(name))
  assert.deepEqual(
    names.filter((name) => !known.includes(name)),
    [],
  )
})

test('refused requests leave no exchange behind', LIMIT, async () => {
  await world.settled()
})
