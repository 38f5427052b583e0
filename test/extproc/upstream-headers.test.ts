import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Attempt } from '../../core/attempt.js'
import type { Exchange } from '../../core/exchange.js'
import type { Gateway } from '../../core/gateway.js'
import { ATTEMPT_COUNT_HEADER, CLUSTER_ATTRIBUTE, EXCHANGE_HEADER } from '../../extproc/names.js'
import { upstreamLevel } from '../../extproc/upstream-level.js'
import { target } from '../policies/fakes.js'

const never = () => assert.fail('nobody asks for this')

/** What becomes of a client's headers on their way to the first of two targets. */
async function removedFrom(clientHeaders: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const targets = [target('one'), target('two')]
  const attempt: Attempt = {
    target: target('one'),
    request: { method: 'POST', path: '/v1/x', headers: {}, body: new Uint8Array(0) },
    dropped: [],
    ...{
      upstreamId: never,
      respond: never,
      lost: never,
      committed: never,
      unseen: never,
      delivered: never,
      ageMs: never,
      report: never,
    },
  }
  const exchange: Exchange = {
    ...{ kind: 'exchange', id: 'x', targets, answers: 'whole', attemptTimeout: 1, idleTimeout: 1 },
    places: targets.map((_, index) => ({ index, kind: 'own' })),
    isWanted: () => true,
    attempt: () => attempt,
    ...{ committed: never, unseen: never, seen: never, delivered: never, fail: never, settle: never },
  }
  const gateway: Gateway = {
    ...{ open: never, precheck: never, refuse: never, settled: never, close: never, openExchanges: 1 },
    find: () => exchange,
  }
  const level = upstreamLevel(gateway, { unknownExchange: never, unpack: never, stream: { send: never, fail: never } })
  const own = { [EXCHANGE_HEADER]: 'x', [ATTEMPT_COUNT_HEADER]: '1' }
  const [message] = await level.take({
    kind: 'request-headers',
    headers: new Map(Object.entries({ ...own, ...clientHeaders })),
    attributes: new Map([[CLUSTER_ATTRIBUTE, targets[0]?.upstream.cluster ?? '']]),
    metadata: undefined,
    endOfStream: false,
  })
  assert.ok(message?.kind === 'request-headers')
  return message.headers?.remove ?? []
}

test("of a client's headers nothing goes to a provider, also not the path as it was before a route has rewritten it", async () => {
  const removed = await removedFrom({
    ...{ authorization: 'Bearer k', 'x-api-key': 'k', cookie: 'k', 'x-user-id': 'ann' },
    ...{ 'x-envoy-original-path': '/v1/x?key=k', 'x-envoy-max-retries': '1' },
  })
  assert.deepEqual([...removed].sort(), ['authorization', 'cookie', 'x-api-key', 'x-envoy-original-path', 'x-user-id'])
})
