import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatewayError } from '../../../core/errors.js'
import { bedrock, bedrockFor } from '../../../llm/providers/bedrock.js'
import { bedrockInvoke } from '../../../llm/providers/bedrock-invoke.js'

const BODY = new TextEncoder().encode('{}')
const pathFor = (model: string, stream = false, basePath = '') =>
  bedrock.build(BODY, { model, basePath, stream, options: {} }).path

test('the base URL follows the region and its partition', () => {
  const hosts = {
    'us-east-1': 'https://bedrock-runtime.us-east-1.amazonaws.com',
    'us-gov-west-1': 'https://bedrock-runtime.us-gov-west-1.amazonaws.com',
    'cn-north-1': 'https://bedrock-runtime.cn-north-1.amazonaws.com.cn',
    'eusc-de-east-1': 'https://bedrock-runtime.eusc-de-east-1.amazonaws.eu',
  }
  for (const [region, url] of Object.entries(hosts)) assert.equal(bedrock.baseUrlFor?.({ region }), url)
  for (const region of [undefined, '', 'evil.example/', 'us-east-1.evil.example', 'US-EAST-1']) {
    assert.throws(() => bedrock.baseUrlFor?.({ region }), GatewayError)
  }
})

test('calls Converse or ConverseStream of the model', () => {
  const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
  assert.deepEqual(bedrock.build(BODY, { model, basePath: '/proxy/', stream: true, options: {} }), {
    method: 'POST',
    path: '/proxy/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse-stream',
    headers: { 'content-type': 'application/json' },
    body: BODY,
  })
  assert.equal(pathFor(model), '/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse')
})

test('ARNs are one segment of the path, escaped once', () => {
  const arn = 'arn:aws:bedrock:us-east-1:012345678901:inference-profile/us.anthropic.claude-3-7-sonnet-20250219-v1:0'
  const path = pathFor(arn)
  assert.equal(
    path,
    '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A012345678901%3Ainference-profile%2Fus.anthropic.claude-3-7-sonnet-20250219-v1%3A0/converse',
  )
  assert.equal(decodeURIComponent(path.split('/')[2] ?? ''), arn)
})

test('a hostile name stays one segment', () => {
  for (const name of [
    '../../admin',
    'a?b=c#d',
    'a b\r\nx: y',
    "!'()*",
    '%2e%2e',
    'é😀',
    '\ud800',
    '.../..',
    'a\\..\\b',
  ]) {
    const path = pathFor(name)
    assert.match(path, /^\/model\/[A-Za-z0-9._~%-]+\/converse$/, name)
    const url = new URL(path, 'https://host.test')
    assert.deepEqual([url.host, url.pathname, url.search], ['host.test', path, ''])
  }
  for (const name of ['', '.', '..']) {
    assert.throws(
      () => pathFor(name),
      (error) => error instanceof GatewayError && error.code === 'model_not_found',
    )
  }
})

test('Claude is served in its own API, everything else through Converse', () => {
  for (const model of [
    'anthropic.claude-3-haiku-20240307-v1:0',
    'global.anthropic.claude-opus-4-8',
    'arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-5',
    'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2:1',
  ]) {
    assert.equal(bedrockFor(model), bedrockInvoke, model)
  }
  for (const model of ['us.amazon.nova-pro-v1:0', 'arn:aws:bedrock:us-east-1:1:application-inference-profile/x', '']) {
    assert.equal(bedrockFor(model), bedrock, model)
  }
})
