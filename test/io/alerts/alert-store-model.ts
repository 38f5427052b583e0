import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AlertStore } from '../../../policies/alerts/alert.js'
import { alertOf, DAY, NOW, raisedOf } from './sample.js'

/** What every store of alerts does. `open` gives the same store again for the same name, as after a restart. */
export function testAlertStore(open: (name: string, now?: () => number) => AlertStore): void {
  test('a subject is raised once, over restarts, until it is re-armed', async () => {
    const store = open('once')
    assert.deepEqual(await store.raise(raisedOf('a', { subject: 's' }), ['ops']), { kind: 'raised', dropped: 0 })
    assert.deepEqual(await store.raise(raisedOf('b', { subject: 's' }), ['ops']), { kind: 'known', dropped: 0 })
    await store.close()
    const again = open('once')
    assert.equal((await again.raise(raisedOf('c', { subject: 's' }), ['ops'])).kind, 'known')
    assert.deepEqual((await again.inForce()).get('s'), raisedOf('a', { subject: 's' }))
    await again.rearm('s')
    assert.equal((await again.raise(raisedOf('d', { subject: 's' }), ['ops'])).kind, 'raised')
    assert.deepEqual(
      (await again.recent()).map(({ id }) => id),
      ['d', 'a'],
    )
    await again.close()
  })

  test('of two that raise at the same time one does', async () => {
    const store = open('race')
    const answers = await Promise.all(['a', 'b', 'c'].map((id) => store.raise(raisedOf(id, { subject: 's' }), [])))
    assert.deepEqual(answers.map(({ kind }) => kind).sort(), ['known', 'known', 'raised'])
    await store.close()
  })

  test('what is in force is forgotten at its time', async () => {
    let now = NOW
    const store = open('until', () => now)
    await store.raise(raisedOf('a', { subject: 's' }), [])
    now += DAY
    assert.equal((await store.inForce()).size, 0)
    assert.equal((await store.raise({ ...raisedOf('b', { subject: 's' }), until: now + DAY }, [])).kind, 'raised')
    await store.close()
  })

  test('a delivery is taken by one, and by another once its lease is over', async () => {
    const store = open('lease')
    await store.raise(raisedOf('a'), ['ops', 'chat'])
    const taken = await store.take(NOW, 60_000, 10)
    assert.deepEqual(taken.map(({ webhook }) => webhook).sort(), ['chat', 'ops'])
    assert.deepEqual(taken[0]?.alert, alertOf('a'))
    assert.deepEqual(await store.take(NOW + 59_000, 60_000, 10), [])
    assert.equal((await store.take(NOW + 60_000, 60_000, 1)).length, 1)
    await store.close()
  })

  test('a delivery that is put off counts its failures, over restarts; one that is finished is gone', async () => {
    const store = open('put-off')
    await store.raise(raisedOf('a'), ['ops', 'chat'])
    await store.take(NOW, 60_000, 10)
    await store.putOff('a:ops', NOW + 5_000)
    await store.finish('a:chat')
    await store.close()
    const again = open('put-off')
    assert.deepEqual(await again.take(NOW + 4_999, 60_000, 10), [])
    const [delivery] = await again.take(NOW + 5_000, 60_000, 10)
    assert.deepEqual(delivery, { id: 'a:ops', webhook: 'ops', alert: alertOf('a'), failures: 1 })
    assert.deepEqual(await again.take(NOW + 5_000, 60_000, 10), [])
    await again.close()
  })

  test('more than 1,000 deliveries do not wait: the oldest go, and are counted', async () => {
    const store = open('full')
    const names = (from: number, count: number) => Array.from({ length: count }, (_, index) => `w${from + index}`)
    assert.equal((await store.raise(raisedOf('a'), names(0, 999))).dropped, 0)
    assert.equal((await store.raise(raisedOf('b'), names(0, 3))).dropped, 2)
    assert.equal((await store.take(NOW + 1, 1, 5_000)).length, 1000)
    await store.close()
  })

  test('an alert that is only sent is in force for nobody', async () => {
    const store = open('sent')
    await store.send(alertOf('t', { kind: 'test' }), ['ops'])
    assert.equal((await store.inForce()).size, 0)
    assert.deepEqual(await store.recent(), [])
    assert.equal((await store.take(NOW, 1, 10)).length, 1)
    await store.close()
  })
}
