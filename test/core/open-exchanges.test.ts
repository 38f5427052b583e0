import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange } from '../../core/exchange.js'
import { openExchanges } from '../../core/open-exchanges.js'

const exchange = (id: string): Exchange => ({
  kind: 'exchange',
  id,
  targets: [],
  answers: 'whole',
  places: [],
  isWanted: () => false,
  attemptTimeout: 1,
  idleTimeout: 1,
  attempt: () => assert.fail('nobody is asked'),
  committed: () => false,
  unseen: () => assert.fail(),
  seen: () => assert.fail(),
  delivered: () => false,
  fail: () => assert.fail('nothing has failed'),
  settle: async () => {},
})

test('finds what is open, and nothing that was removed', () => {
  const open = openExchanges()
  const [a, b] = [exchange('a'), exchange('b')]
  open.add(a)
  open.add(b)
  assert.equal(open.find('a'), a)
  open.remove('a')
  open.remove('a')
  assert.equal(open.find('a'), undefined)
  assert.equal(open.find('b'), b)
  assert.equal(open.size(), 1)
})

test('is settled once those that were open have gone, whoever has come since', async () => {
  const open = openExchanges()
  await open.settled()
  open.add(exchange('a'))
  open.add(exchange('b'))
  let state = 'waiting'
  const settled = open.settled().then(() => {
    state = 'settled'
  })
  open.add(exchange('c'))
  open.remove('a')
  await Promise.resolve()
  assert.equal(state, 'waiting')
  open.remove('b')
  await settled
  assert.equal(open.size(), 1)
})
