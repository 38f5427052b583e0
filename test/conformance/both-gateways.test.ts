import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/free-port.js'
import type { BothCase } from './both-gateways/case.js'
import { assertSame, assertSameLines, comparable } from './both-gateways/compared.js'
import { DIFFERING } from './both-gateways/differing.js'
import { FAILING } from './both-gateways/failing.js'
import { ODD } from './both-gateways/odd.js'
import { bothOptions } from './both-gateways/options.js'
import { SERVED } from './both-gateways/served.js'
import { type BothSides, type Seen, startBothSides } from './both-gateways/side.js'
import { SPENDING, STRICT_CASES } from './both-gateways/spending.js'
import type { WorldOptions } from './world.js'

const LIMIT = { timeout: 30_000 }

let options: WorldOptions
let both: BothSides
before(async () => {
  options = bothOptions(`http://127.0.0.1:${await freePort()}/v1`)
  both = await startBothSides(options)
})
after(() => both?.stop())

const seen = new Map<BothCase, { readonly kong: Seen; readonly envoy: Seen }>()

function compared(one: BothCase) {
  test(one.name, LIMIT, async () => {
    for (const [account, handler] of Object.entries(one.accounts ?? {})) both.at(account, handler)
    const found = await both.ask(one.asked)
    seen.set(one, found)
    assertSame(comparable(found.kong), comparable(found.envoy), one)
  })
}

const sameTotals = async () => assert.deepEqual(await both.kong.totals(), await both.envoy.totals())
const sameLedgers = async () => assert.deepEqual(await both.kong.budgets(), await both.envoy.budgets())

for (const one of [...SERVED, ...ODD, ...FAILING, ...SPENDING]) compared(one)
test('strict', LIMIT, () => both.reconfigure({ ...options, settings: { ...options.settings, strict: true } }))
for (const one of STRICT_CASES) compared(one)
test('the same totals are in the metrics', LIMIT, sameTotals)
test('the same is in the ledgers', LIMIT, sameLedgers)

for (const one of DIFFERING) compared(one)
test('the same is in the ledgers after all', LIMIT, sameLedgers)

test('the same providers are left before they have answered', LIMIT, async () => {
  const left = (side: 'kong' | 'envoy') => [...seen].map(([{ name }, found]) => [name, found[side].left()])
  // A provider notices a moment later that nobody listens any more.
  await eventually('both sides are alike', () => isDeepStrictEqual(left('kong'), left('envoy'))).catch(() => undefined)
  assert.deepEqual(left('kong'), left('envoy'))
})

test('an id that the client gives is kept where nobody has replaced it, and Envoy does', LIMIT, async () => {
  const { kong, envoy } = await both.ask({ method: 'GET', path: '/v1/models', headers: { 'x-request-id': 'mine' } })
  assert.equal(kong.answer.headers['x-request-id'], 'mine')
  assert.match(envoy.answer.headers['x-request-id'] ?? '', /^[\da-f-]{36}$/)
})

test('the same lines are in the logs', LIMIT, async () => {
  const linesOf = async (side: 'kong' | 'envoy') => {
    const lines = new Map((await both[side].lines()).map(({ request, ...line }) => [request, line]))
    return new Map([...seen].map(([one, found]) => [one, lines.get(found[side].answer.headers['x-request-id'])]))
  }
  const last = [...seen.keys()].at(-1)
  const [kong, envoy] = await eventually('the last lines are there', async () => {
    const both = await Promise.all([linesOf('kong'), linesOf('envoy')])
    return both.every((lines) => last && lines.get(last)) && both
  })
  for (const one of seen.keys()) assertSameLines(kong.get(one), envoy.get(one), one)
})
