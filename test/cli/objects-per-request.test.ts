import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHeapSpaceStatistics } from 'node:v8'
import { fullConfig } from '../../bench/pipeline/systems.js'
import { requestBody } from '../../bench/prompt.js'
import type { Gateway } from '../../core/gateway.js'
import { collector } from '../support/collector.js'
import { exchangeOf, gatewayOf } from '../support/configured-gateway.js'

const REQUESTS = 600
/** Between what it is, about 4,000, and what it was while objects had shapes of their own, 11,000. */
const MOST_BYTES = 7000

const collect = collector()

test('what a request leaves behind is gone with the next collections of the young', async () => {
  const gateway = await gatewayOf(fullConfig(9, { kind: 'memory' }))
  await runRequests(gateway, REQUESTS)
  collect({ type: 'major' })
  const before = old()
  await runRequests(gateway, REQUESTS)
  const kept = (old() - before) / REQUESTS
  assert.ok(kept < MOST_BYTES, `${kept.toFixed(0)} bytes of each request are kept`)
})

/** Bytes of objects that are not young. */
function old(): number {
  collect({ type: 'minor' })
  collect({ type: 'minor' })
  const spaces = getHeapSpaceStatistics().filter(({ space_name: name }) => !/^new_|^code_/.test(name))
  return spaces.reduce((sum, { space_used_size: used }) => sum + used, 0)
}

async function runRequests(gateway: Gateway, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    await runRequest(gateway, index)
    if (index % 40 === 0) collect({ type: 'minor' })
  }
}

const ANSWER = new TextEncoder().encode(
  JSON.stringify({
    ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'gpt-4o' },
    choices: [{ index: 0, message: { role: 'assistant', content: 'An answer.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 480, completion_tokens: 60, total_tokens: 540 },
  }),
)

async function runRequest(gateway: Gateway, index: number): Promise<void> {
  const shape = { stream: 'no', model: 'gpt-4o', chunks: 1, intervalMs: 0 } as const
  const exchange = await exchangeOf(gateway, `request-${index}`, requestBody(shape, 2048, index))
  const attempt = await exchange.attempt(0)
  const answer = attempt.respond(200, (name) => (name === 'content-type' ? 'application/json' : undefined))
  await answer.body.push(ANSWER)
  await answer.body.end('complete')
  await exchange.settle('complete')
}
