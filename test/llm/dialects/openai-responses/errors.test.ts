import assert from 'node:assert/strict'
import { test } from 'node:test'
import { APIError } from 'openai'
import { GatewayError } from '../../../../core/errors.js'
import type { JsonObject } from '../../../../core/json.js'
import { openaiResponses } from '../../../../llm/dialects/openai-responses.js'
import { decode, encode, event, withClient } from './answer.js'

const CREATED = event('response.created', { response: { id: 'resp_1', model: 'm', status: 'in_progress' } })

function errorOf(type: string, members: JsonObject): GatewayError {
  const last = decode([CREATED, event(type, members)]).at(-1)
  assert.equal(last?.type, 'error')
  return last.error
}

test('reads the error event in the form that OpenAI documents, and in the form that it sends', () => {
  const flat = { code: 'rate_limit_exceeded', message: 'slow down', param: null }
  const nested = { error: { type: 'too_many_requests', code: 'too_many_requests', message: 'slow down', param: null } }
  for (const members of [flat, nested]) {
    const error = errorOf('error', members)
    assert.deepEqual([error.code, error.message], ['rate_limit_exceeded', 'slow down'])
  }
  const refused = errorOf('error', { error: { type: 'invalid_request_error', message: 'bad', param: 'input' } })
  assert.deepEqual([refused.code, refused.status, refused.param], ['upstream_refused', 400, 'input'])
})

test('reads a failed response', () => {
  const failed = (code: string) =>
    errorOf('response.failed', { response: { id: 'resp_1', status: 'failed', error: { code, message: 'why' } } })
  const codes: readonly (readonly [string, string, number])[] = [
    ['server_error', 'upstream_error', 502],
    ['rate_limit_exceeded', 'rate_limit_exceeded', 429],
    ['vector_store_timeout', 'upstream_timeout', 504],
    ['invalid_prompt', 'upstream_refused', 400],
    ['image_too_large', 'upstream_refused', 400],
  ]
  for (const [word, code, status] of codes) {
    const error = failed(word)
    assert.deepEqual([error.code, error.status], [code, status])
  }
})

test('a failed response in a body is an error, with the usage that it reports', () => {
  const response = { id: 'r', status: 'failed', output: [], error: { code: 'server_error', message: 'why' } }
  const events = decode([{ type: 'body', data: JSON.stringify({ ...response, usage: { input_tokens: 3 } }) }])
  assert.deepEqual(
    events.map(({ type }) => type),
    ['start', 'usage', 'error'],
  )
})

test("writes OpenAI's error body", () => {
  const error = new GatewayError('malformed_request', 'm', { param: 'input[0].type' })
  assert.deepEqual(openaiResponses.encodeError(error, 'r'), {
    error: { message: 'm', type: 'invalid_request_error', param: 'input[0].type', code: 'malformed_request' },
  })
})

test('the official client throws on the error event, in the helper and in the plain stream', async () => {
  const frames = [
    ...encode([{ type: 'start', id: 'resp_1', model: 'm' }], { stream: true }),
    openaiResponses.encodeStreamError(new GatewayError('upstream_timeout', 'gone'), 'r'),
  ]
  const isGone = (error: unknown) => error instanceof APIError && error.message.includes('gone')
  await withClient(frames, async (client) => {
    await assert.rejects(client.responses.stream({ model: 'm', input: 'x' }).finalResponse(), isGone)
    await assert.rejects(async () => {
      for await (const _event of await client.responses.create({ model: 'm', input: 'x', stream: true }));
    }, isGone)
  })
})

test('an error event has its members beside its type too, as documented', () => {
  const frame = openaiResponses.encodeStreamError(new GatewayError('upstream_timeout', 'gone'), 'r')
  assert.deepEqual([frame.type, frame.type === 'event' && frame.event], ['event', 'error'])
  const { error, ...flat } = JSON.parse(frame.data)
  assert.deepEqual(flat, { type: 'error', code: 'upstream_timeout', message: 'gone', param: null, sequence_number: 0 })
  assert.equal(error.message, 'gone')
})
