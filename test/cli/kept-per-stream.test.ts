import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { fullConfig, IDENTITY } from '../../bench/pipeline/systems.js'
import { prose } from '../../bench/prompt.js'
import type { Exchange } from '../../core/exchange.js'
import type { Gateway } from '../../core/gateway.js'
import type { JsonObject } from '../../core/json.js'
import { gatewayOf } from '../support/configured-gateway.js'

const STREAMS = 20
const PROMPT = 100_000
/** A stream by itself is about 20,000. */
const MOST_BYTES = 80_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const WORDS = { name: 'words', kind: 'words', action: 'mask', lists: [{ name: 'projects', terms: ['Blue Heron'] }] }

for (const [what, more] of [
  ['with everything on', {}],
  ['that guards have read', { guardrails: [{ name: 'injection', kind: 'injection', action: 'flag' }, WORDS] }],
  ['whose answer guards read', { guardrails: [{ ...WORDS, answers: true }] }],
] as const satisfies [string, JsonObject][]) {
  test(`a stream ${what} keeps no prompt once its answer is on its way`, async () => {
    const gateway = await gatewayOf({ ...fullConfig(9, { kind: 'memory' }), ...more })
    await over(await allBegun(gateway))
    const before = used()
    const open = await allBegun(gateway)
    const kept = (used() - before) / STREAMS
    await over(open)
    assert.ok(kept < MOST_BYTES, `${kept.toFixed(0)} bytes of each stream are kept`)
  })
}

const over = (open: readonly Exchange[]) => Promise.all(open.map((exchange) => exchange.settle('complete')))

async function allBegun(gateway: Gateway): Promise<readonly Exchange[]> {
  const open: Exchange[] = []
  for (let index = 0; index < STREAMS; index++) open.push(await begun(gateway, index))
  return open
}

function used(): number {
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const CHUNK = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o' }
const CHOICE = { index: 0, delta: { role: 'assistant', content: 'An answer' }, finish_reason: null }
const EVENT = new TextEncoder().encode(`data: ${JSON.stringify({ ...CHUNK, choices: [CHOICE] })}\n\n`)

/** A stream that the client sees the beginning of. */
async function begun(gateway: Gateway, index: number): Promise<Exchange> {
  const headers: Readonly<Record<string, string>> = { 'content-type': 'application/json', ...IDENTITY }
  const content = `Write to me${index}@example.com. ${prose(PROMPT, index + 1)}`
  const body = JSON.stringify({ model: 'restore', stream: true, messages: [{ role: 'user', content }] })
  const exchange = await gateway.open({
    method: 'POST',
    path: '/v1/chat/completions',
    requestId: `request-${index}`,
    header: (name) => headers[name],
    body: new TextEncoder().encode(body),
  })
  assert.ok(exchange.kind === 'exchange')
  const attempt = await exchange.attempt(0)
  const answer = attempt.respond(200, (name) => (name === 'content-type' ? 'text/event-stream' : undefined))
  await answer.body.push(EVENT)
  exchange.seen()
  return exchange
}
