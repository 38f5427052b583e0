import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ChatRequest } from '../../core/chat.js'
import { GatewayError } from '../../core/errors.js'
import type { Outcome } from '../../core/outcome.js'
import { createMetrics } from '../../io/metrics.js'
import { createLog } from '../../io/request-log.js'
import { chatRequest, target } from '../policies/fakes.js'

const request: ChatRequest = {
  ...chatRequest,
  model: 'gpt-4',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'private words' }] }],
}
const outcome: Outcome = {
  id: 'r-1',
  path: '/v1/chat/completions',
  policyVersion: 'v1',
  chain: [],
  how: 'complete',
  status: 200,
  request,
  prompt: { tokens: 3, upperBound: 3, exact: true },
  attempts: [
    {
      target: target('openai/m'),
      outcome: 'served',
      status: 200,
      usage: { prompt: 10, cachedPrompt: 4, completion: 2 },
      usageSource: 'provider',
      cost: 1_234_500_000n,
      finish: 'stop',
      firstTokenMs: 12.3456,
      durationMs: 20,
    },
  ],
  failures: [],
  cost: 1_234_500_000n,
  dropped: ['seed'],
  audits: [],
  durationMs: 25.5,
  firstTokenMs: 13,
  overheadMs: 0.5,
}

test('a line per request: ids, target, tokens, cost to the nano-dollar, timings, and no content', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-'))
  try {
    const file = join(directory, 'log')
    const log = createLog(file)
    log.ended(outcome)
    log.ended({ ...outcome, id: 'r-2', cost: undefined, attempts: [] })
    const searched = (webSearches: number) =>
      outcome.attempts.map((attempt) => ({ ...attempt, usage: { ...attempt.usage, webSearches } }))
    log.ended({ ...outcome, id: 'r-3', attempts: [...searched(2), ...searched(0), ...searched(1)] })
    log.ended({ ...outcome, id: 'r-4', attempts: searched(0) })
    await log.close()
    const text = readFileSync(file, 'utf8')
    const [line, second, third, fourth] = text
      .trim()
      .split('\n')
      .map((entry) => JSON.parse(entry))
    const head = text.slice(0, text.indexOf(',"request"'))
    assert.match(head, /^\{"level":30,"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"$/)
    assert.equal(line.msg, 'request')
    assert.equal(line.request, 'r-1')
    assert.equal(line.model, 'gpt-4')
    assert.equal(line.target, 'openai/m')
    assert.equal(line.costUsd, '1.2345')
    assert.deepEqual(line.attempts[0].usage, { prompt: 10, cachedPrompt: 4, completion: 2 })
    assert.equal(line.attempts[0].firstTokenMs, 12.35)
    assert.equal(second.costUsd, null)
    assert.deepEqual(
      [line, second, third, fourth].map(({ webSearches }) => webSearches),
      [undefined, undefined, 3, undefined],
    )
    // Without a target the model is only what a client wrote.
    assert.equal(second.model, undefined)
    assert.doesNotMatch(text, /private/)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test("metrics carry the contract's names and bounded labels", async () => {
  const metrics = createMetrics(() => 3)
  metrics.ended(outcome)
  metrics.ended({ ...outcome, attempts: [], status: 404, request: { ...chatRequest, model: 'whatever a client says' } })
  metrics.ended({
    ...outcome,
    attempts: outcome.attempts.map((attempt) => ({ ...attempt, cost: undefined, usageSource: 'counted' })),
  })
  const text = await metrics.text()
  assert.match(text, /^tollgate_requests_total\{model="gpt-4",provider="openai\/m",status="200",code=""\} 2$/m)
  assert.match(text, /^tollgate_requests_total\{model="",provider="",status="404",code=""\} 1$/m)
  assert.match(text, /^tollgate_tokens_total\{model="gpt-4",provider="openai\/m",kind="cached_input"\} 8$/m)
  assert.match(text, /^tollgate_cost_usd_total\{model="gpt-4",provider="openai\/m"\} 1\.2345$/m)
  assert.match(text, /^tollgate_unpriced_requests_total\{model="gpt-4",provider="openai\/m"\} 1$/m)
  assert.match(text, /^tollgate_usage_estimated_total\{model="gpt-4",provider="openai\/m"\} 1$/m)
  assert.match(text, /^tollgate_attempts_total\{provider="openai\/m",outcome="served"\} 2$/m)
  assert.match(text, /^tollgate_exchanges_open 3$/m)
  assert.match(text, /^tollgate_time_to_first_token_seconds_bucket/m)
  assert.match(text, /^tollgate_overhead_seconds_bucket/m)
  assert.doesNotMatch(text, /whatever/)
})

test('an error of our own is logged with its place, and never with a message that may quote the request', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-'))
  try {
    const file = join(directory, 'log')
    const log = createLog(file)
    const cause = new SyntaxError('unexpected token in "private words"\n    at private line')
    const error = new GatewayError('internal_error', 'Tollgate failed to process this request.', { cause })
    log.ended({ ...outcome, how: 'refused', status: 500, error, attempts: [] })
    await log.close()
    const text = readFileSync(file, 'utf8')
    const [, second] = text.trim().split('\n')
    const line = JSON.parse(second ?? '')
    assert.equal(line.request, 'r-1')
    assert.equal(line.error, 'SyntaxError')
    assert.match(line.at[0], /request-log\.test/)
    assert.doesNotMatch(text, /private/)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('guards that took more than 5 ms for a request are told by name', async () => {
  const metrics = createMetrics(() => 0)
  const audit = {
    outcome: 'passed',
    scanned: { texts: 1, characters: 2, unscannable: 0 },
    request: {},
    answer: {},
  } as const
  metrics.ended({
    ...outcome,
    audits: [
      { ...audit, guard: 'quick', ms: 5 },
      { ...audit, guard: 'slow', ms: 12 },
      { ...audit, guard: 'slow', ms: 6 },
    ],
  })
  const text = await metrics.text()
  assert.match(text, /^tollgate_slow_guard_seconds_bucket\{le="0.01",guard="slow"\} 1$/m)
  assert.match(text, /^tollgate_slow_guard_seconds_count\{guard="slow"\} 2$/m)
  assert.doesNotMatch(text, /slow_guard_seconds.*quick/)
})
