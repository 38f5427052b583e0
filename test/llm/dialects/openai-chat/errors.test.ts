import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatewayError } from '../../../../core/errors.js'
import type { JsonValue } from '../../../../core/json.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'

const read = (status: number, body: JsonValue) => openaiChat.decodeError(status, JSON.stringify(body))

test("keeps the provider's refusal: status, message, code and param", () => {
  for (const status of [400, 404, 413, 422]) {
    const error = read(status, {
      error: { message: 'bad seed', type: 'invalid_request_error', param: 'seed', code: 'x' },
    })
    assert.deepEqual(
      [error.code, error.status, error.message, error.param, error.providerCode],
      ['upstream_refused', status, 'bad seed', 'seed', 'x'],
    )
  }
  assert.equal(
    read(400, { error: { message: 'm', type: 'invalid_request_error', code: null } }).providerCode,
    'invalid_request_error',
  )
})

test('reads the message of every shape of body', () => {
  const shapes: readonly (readonly [JsonValue, string])[] = [
    [{ error: 'plain' }, 'plain'],
    [{ error: 'kind', message: 'said' }, 'said'],
    [{ message: 'said', type: 't' }, 'said'],
    [{ detail: 'said' }, 'said'],
    [{ detail: [{ loc: ['body', 'n'], msg: 'too big' }, { msg: 'and odd' }] }, 'body.n: too big; and odd'],
    [[{ error: { message: 'said', code: 400 } }], 'said'],
  ]
  for (const [body, message] of shapes) assert.equal(read(400, body).message, message)
})

test('does not quote a body that is not JSON', () => {
  for (const body of ['<html>secret</html>', '', '{"secret', 'null', '[]', '7']) {
    for (const status of [400, 429, 500, 504]) {
      const error = openaiChat.decodeError(status, body)
      assert.doesNotMatch(error.message, /secret/)
      assert.notEqual(error.message, '')
    }
  }
})

test('maps the other statuses to our codes', () => {
  const codes: readonly (readonly [number, string, number])[] = [
    [429, 'rate_limit_exceeded', 429],
    [408, 'upstream_timeout', 504],
    [504, 'upstream_timeout', 504],
    [401, 'upstream_error', 502],
    [403, 'upstream_error', 502],
    [402, 'upstream_error', 502],
    [409, 'upstream_error', 502],
    [500, 'upstream_error', 502],
    [503, 'upstream_error', 502],
    [529, 'upstream_error', 502],
  ]
  for (const [status, code, shown] of codes) {
    const error = read(status, { error: { message: 'm', type: 't', code: 'c' } })
    assert.deepEqual([error.code, error.status, error.providerCode], [code, shown, undefined])
  }
})

test('never repeats what a provider says about credentials', () => {
  for (const status of [401, 403]) {
    assert.doesNotMatch(read(status, { error: { message: 'Incorrect API key: sk-1234' } }).message, /sk-1234/)
  }
})

test('cuts long messages', () => {
  for (const status of [400, 429, 500]) {
    assert.ok(read(status, { error: { message: 'x'.repeat(5000) } }).message.length <= 2000)
  }
})

test('knows a prompt that is too long, whatever the provider calls it', () => {
  const bodies: readonly JsonValue[] = [
    { error: { message: 'm', code: 'context_length_exceeded' } },
    {
      object: 'error',
      message: "This model's maximum context length is 4096 tokens.",
      type: 'BadRequestError',
      code: 400,
    },
    {
      error: {
        code: 400,
        message: 'the request exceeds the available context size',
        type: 'exceed_context_size_error',
      },
    },
    { error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' } },
  ]
  for (const body of bodies) {
    const error = read(400, body)
    assert.deepEqual([error.code, error.providerCode], ['upstream_refused', 'context_length_exceeded'])
  }
})

test("writes OpenAI's error body", () => {
  assert.deepEqual(openaiChat.encodeError(new GatewayError('malformed_request', 'm', { param: 'n' }), 'r'), {
    error: { message: 'm', type: 'invalid_request_error', param: 'n', code: 'malformed_request' },
  })
  assert.deepEqual(openaiChat.encodeError(new GatewayError('upstream_refused', 'm', { providerCode: 'c' }), 'r'), {
    error: { message: 'm', type: 'invalid_request_error', param: null, code: 'c' },
  })
  assert.deepEqual(openaiChat.encodeError(new GatewayError('upstream_refused', 'm'), 'r'), {
    error: { message: 'm', type: 'invalid_request_error', param: null, code: null },
  })
})

test('writes a stream error as an event without a name', () => {
  const error = new GatewayError('upstream_timeout', 'm')
  assert.deepEqual(openaiChat.encodeStreamError(error, 'r'), {
    type: 'event',
    event: '',
    data: JSON.stringify(openaiChat.encodeError(error, 'r')),
  })
})
