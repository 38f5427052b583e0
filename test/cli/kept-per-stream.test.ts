import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fullConfig } from '../../bench/pipeline/systems.js'
import { prose } from '../../bench/prompt.js'
import type { Exchange } from '../../core/exchange.js'
import type { Gateway } from '../../core/gateway.js'
import type { JsonObject } from '../../core/json.js'
import { openaiStream } from '../support/answers.js'
import { collector } from '../support/collector.js'
import { exchangeOf, gatewayOf } from '../support/configured-gateway.js'

const STREAMS = 20
const PROMPT = 100_000
/** A stream by itself is about 20,000. */
const MOST_BYTES = 80_000

const collect = collector()

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

const BEGINNING = new TextEncoder().encode(openaiStream(['An answer']).slice(0, 2).join(''))

/** A stream that the client sees the beginning of. */
async function begun(gateway: Gateway, index: number): Promise<Exchange> {
  const content = `Write to me${index}@example.com. ${prose(PROMPT, index + 1)}`
  const body = JSON.stringify({ model: 'restore', stream: true, messages: [{ role: 'user', content }] })
  const exchange = await exchangeOf(gateway, `request-${index}`, body)
  const attempt = await exchange.attempt(0)
  const answer = attempt.respond(200, (name) => (name === 'content-type' ? 'text/event-stream' : undefined))
  await answer.body.push(BEGINNING)
  exchange.seen()
  return exchange
}
