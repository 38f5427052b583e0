import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatewayError } from '../../core/errors.js'
import type { AttemptReport, Outcome } from '../../core/outcome.js'
import { requestLine } from '../../io/request-line.js'
import { chatRequest, target } from '../policies/fakes.js'

const AT = '2026-01-02T03:04:05.678Z'

const served: AttemptReport = {
  target: target('openai/m'),
  outcome: 'served',
  status: 200,
  upstreamId: 'req "1"',
  credential: 'spare',
  usage: { prompt: 10, cachedPrompt: 4, completion: Number.POSITIVE_INFINITY },
  usageSource: 'provider',
  cost: 1_234_500_000n,
  finish: 'stop',
  firstTokenMs: 12.3456,
  durationMs: 20,
}
const failed: AttemptReport = {
  target: target('other/m'),
  outcome: 'failed',
  error: new GatewayError('upstream_timeout', 'private'),
  usage: {},
  usageSource: 'none',
  cost: 0n,
  durationMs: 1000.004,
}
const outcome: Outcome = {
  id: 'r\n1',
  path: '/v1/chat/completions',
  identity: { key: 'key_1', tags: {} },
  policyVersion: 'v1',
  chain: [],
  how: 'complete',
  status: 200,
  request: { ...chatRequest, model: 'gpt-4', stream: true },
  prompt: { tokens: 3, upperBound: 3, exact: true },
  attempts: [failed, served],
  failures: [],
  cost: 1_234_500_000n,
  dropped: ['seed'],
  audits: [
    {
      guard: 'pii',
      outcome: 'changed',
      scanned: { texts: 1, characters: 2, unscannable: 0 },
      request: { email: 1 },
      answer: {},
      ms: 0.128,
    },
  ],
  durationMs: 25.5,
  firstTokenMs: 13,
  overheadMs: 0.005,
}

test('all that is known of a request, in this order', () => {
  assert.equal(
    requestLine(outcome, AT),
    `${JSON.stringify({
      level: 30,
      time: AT,
      request: 'r\n1',
      path: '/v1/chat/completions',
      how: 'complete',
      status: 200,
      key: 'key_1',
      model: 'gpt-4',
      stream: true,
      target: 'openai/m',
      promptTokensCounted: 3,
      costUsd: '1.2345',
      dropped: ['seed'],
      guards: [
        {
          guard: 'pii',
          outcome: 'changed',
          scanned: { texts: 1, characters: 2, unscannable: 0 },
          request: { email: 1 },
          ms: 0.13,
        },
      ],
      durationMs: 25.5,
      firstTokenMs: 13,
      overheadMs: 0.01,
      attempts: [
        {
          target: 'other/m',
          outcome: 'failed',
          code: 'upstream_timeout',
          usage: {},
          usageSource: 'none',
          costUsd: '0',
          durationMs: 1000,
        },
        {
          target: 'openai/m',
          outcome: 'served',
          status: 200,
          upstreamId: 'req "1"',
          credential: 'spare',
          usage: { prompt: 10, cachedPrompt: 4, completion: null },
          usageSource: 'provider',
          costUsd: '1.2345',
          finish: 'stop',
          firstTokenMs: 12.35,
          durationMs: 20,
        },
      ],
      msg: 'request',
    })}\n`,
  )
})

test('of a request that was refused what was asked for is left out, and who was refused by what is said', () => {
  const error = new GatewayError('model_not_allowed', 'private', { rule: 'no "secrets"' })
  const { request, prompt, identity, firstTokenMs, cost, ...rest } = outcome
  const refused: Outcome = { ...rest, how: 'refused', status: 403, error, attempts: [], audits: [], dropped: [] }
  assert.equal(
    requestLine(refused, AT),
    `${JSON.stringify({
      level: 30,
      time: AT,
      request: 'r\n1',
      path: '/v1/chat/completions',
      how: 'refused',
      status: 403,
      code: 'model_not_allowed',
      rule: 'no "secrets"',
      costUsd: null,
      durationMs: 25.5,
      overheadMs: 0.01,
      attempts: [],
      msg: 'request',
    })}\n`,
  )
})
