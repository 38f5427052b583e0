import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Gateway, Inbound, Wanted } from '../../core/gateway.js'
import { routerLevel } from '../../extproc/router-level.js'

const WANTED = { kind: 'wanted', at: 0 } as Wanted

/** A router level whose request has been sent to a gateway that never answers, and what the gateway got. */
function opening(attributes: ReadonlyMap<string, string> = new Map()) {
  const opened: Inbound[] = []
  const gateway: Gateway = {
    open: (inbound) => {
      opened.push(inbound)
      return new Promise(() => {})
    },
    precheck: () => WANTED,
    find: () => undefined,
    refuse: () => assert.fail('nothing was refused'),
    openExchanges: 0,
    settled: async () => {},
    close: () => {},
  }
  const level = routerLevel(gateway, { quiet: () => {}, unpack: () => undefined }, { send: () => {} })
  void level.take({ kind: 'request-headers', headers: new Map(), attributes, endOfStream: false })
  void level.take({ kind: 'request-body', body: Buffer.from('{}'), endOfStream: true })
  const [inbound] = opened
  assert.ok(inbound)
  return { level, inbound }
}

test('a signal that was asked for is aborted when the stream closes', () => {
  const { level, inbound } = opening()
  const signal = inbound.hangUp?.()
  assert.equal(signal?.aborted, false)
  assert.equal(inbound.hangUp?.(), signal)
  level.left?.()
  assert.equal(signal?.aborted, true)
})

test('a signal that is asked for after the stream has closed is aborted already', () => {
  const { level, inbound } = opening()
  level.left?.()
  assert.equal(inbound.hangUp?.().aborted, true)
})

test('a request comes from where Envoy says, which is nowhere where it says nothing', () => {
  const { inbound } = opening(new Map([['source.address', '203.0.113.7:4711']]))
  assert.equal(inbound.address?.(), '203.0.113.7:4711')
  assert.equal(opening().inbound.address?.(), undefined)
})
