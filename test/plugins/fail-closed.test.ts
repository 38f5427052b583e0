import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatewayError } from '../../core/errors.js'
import { encodeError as anthropic } from '../../llm/dialects/anthropic-messages/errors.js'
import { encodeError as gemini } from '../../llm/dialects/gemini/encode-error.js'
import { encodeError as openai } from '../../llm/dialects/openai-chat/errors.js'
import { dialectByPath, failClosed } from '../../plugins/fail-closed.js'
import { fakeKong } from './fake-kong.js'

function failing(error: unknown, now = () => 0) {
  const said: string[] = []
  const options = {
    dialectOf: dialectByPath({ anthropic, gemini, openai }),
    say: (line: string) => void said.push(line),
    now,
  }
  return { access: failClosed(() => Promise.reject(error), options), said }
}

test('the answer is 503 in the dialect of the path', async () => {
  const paths: readonly [unknown, 'anthropic' | 'gemini' | 'openai'][] = [
    ['/v1/messages', 'anthropic'],
    ['/v1/messages/count_tokens', 'anthropic'],
    ['/some/prefix/v1/messages', 'anthropic'],
    ['/v1/messagesque', 'openai'],
    ['/v1beta/models', 'gemini'],
    ['/v1beta/models/gpt:streamGenerateContent', 'gemini'],
    ['/some/prefix/v1beta/models/gpt:countTokens', 'gemini'],
    ['/v1beta/modelsque', 'openai'],
    ['/v1/chat/completions', 'openai'],
    ['/', 'openai'],
    [null, 'openai'],
  ]
  for (const [path, dialect] of paths) {
    const { kong, args } = fakeKong({ getPath: path })
    await failing(new Error('SECRET')).access(kong)
    const [status, body, headers] = args('exit')
    assert.equal(status, 503)
    assert.deepEqual(headers, { 'content-type': 'application/json' })
    const message = 'the gateway cannot take requests at the moment'
    const expected = {
      gemini: gemini(new GatewayError('upstream_unavailable', message), ''),
      anthropic: { type: 'error', error: { type: 'overloaded_error', message } },
      openai: { error: { message, type: 'api_error', param: null, code: 'upstream_unavailable' } },
    }
    assert.deepEqual(JSON.parse(String(body)), expected[dialect], String(path))
  }
})

test('where not even the path is known, the answer is OpenAI’s', async () => {
  const { kong, args } = fakeKong({}, ['getPath'])
  await failing(new Error('x')).access(kong)
  assert.match(String(args('exit')[1]), /upstream_unavailable/)
})

test('a refusal is shown as it is', async () => {
  const { kong, args } = fakeKong({})
  const refusal = new GatewayError('invalid_api_key', 'for others only', {
    status: 403,
    providerCode: 'egress_refused',
  })
  await failing(refusal).access(kong)
  const [status, body] = args('exit')
  assert.equal(status, 403)
  const error = { message: 'for others only', type: 'authentication_error', param: null, code: 'egress_refused' }
  assert.deepEqual(JSON.parse(String(body)), { error })
})

test('the log has our words and Kong’s, and no others', async () => {
  const pdk = Object.assign(new Error('PDK method kong.x failed:  y'), { name: 'PDKError' })
  const cases: readonly [unknown, string][] = [
    [new SyntaxError('Unexpected token S, "SECRET" is not valid JSON'), 'SyntaxError in the plugin'],
    [new GatewayError('upstream_unavailable', "Kong has no upstream 'relays'"), "Kong has no upstream 'relays'"],
    [pdk, 'PDK method kong.x failed:  y'],
    ['SECRET', 'the plugin failed'],
  ]
  for (const [error, words] of cases) {
    const { access, said } = failing(error)
    await access(fakeKong({}).kong)
    assert.deepEqual(said, [`a request was refused: ${words}`])
  }
})

test('the log gets one line a second', async () => {
  let now = 0
  const { access, said } = failing(new Error('x'), () => now)
  for (now of [0, 1, 999, 1000, 1001]) await access(fakeKong({}).kong)
  assert.equal(said.length, 2)
})
