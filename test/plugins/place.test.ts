import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeSource } from '../../plugins/place.js'
import { fakeKong, NOBODY } from './fake-kong.js'

test('a plugin on one route asks for it once in five seconds', async () => {
  let now = 0
  const placeOf = placeSource('r-1', () => now)
  const { kong, calls } = fakeKong(NOBODY)
  const first = await placeOf(kong)
  assert.deepEqual(first, { route: { id: 'r-1', name: 'chat' }, service: { id: 's-1' } })
  now = 4999
  assert.deepEqual(await placeOf(kong), first)
  assert.equal(calls.length, 1)
  now = 5000
  await placeOf(kong)
  assert.equal(calls.length, 2)
})

test('a plugin on a service, or for all, asks every time', async () => {
  for (const routeId of [undefined, 'another-route']) {
    const placeOf = placeSource(routeId, () => 0)
    const { kong, calls } = fakeKong(NOBODY)
    await placeOf(kong)
    await placeOf(kong)
    assert.equal(calls.length, 2)
  }
})

test('a route may have no service', async () => {
  const { kong } = fakeKong({ getRoute: { id: 'r-2', service: null } })
  const place = await placeSource(undefined, () => 0)(kong)
  assert.deepEqual(place, { route: { id: 'r-2', name: undefined }, service: undefined })
})
