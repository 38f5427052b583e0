import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRenewals } from '../../../policies/budget/renewals.js'

/** Renewals on a timer that the test turns. */
function renewals() {
  const timers = new Set<() => void>()
  const periods: number[] = []
  const { add } = createRenewals((period, tick) => {
    periods.push(period)
    timers.add(tick)
    return () => timers.delete(tick)
  }, 20_000)
  return {
    add,
    periods,
    running: () => timers.size,
    tick() {
      for (const tick of timers) tick()
    },
  }
}

test('holds one timer while something is open, and none otherwise', () => {
  const { add, periods, running } = renewals()
  assert.equal(running(), 0)
  const first = add(() => {})
  const second = add(() => {})
  assert.deepEqual([running(), periods], [1, [20_000]])
  first()
  first()
  assert.equal(running(), 1)
  second()
  assert.equal(running(), 0)
  add(() => {})
  assert.deepEqual([running(), periods.length], [1, 2])
})

test('renews from the second tick on, and never again once it is taken off', () => {
  const { add, tick } = renewals()
  let renewed = 0
  const remove = add(() => {
    renewed++
  })
  tick()
  assert.equal(renewed, 0)
  tick()
  tick()
  assert.equal(renewed, 2)
  remove()
  tick()
  assert.equal(renewed, 2)
})

test('each waits for its own second tick, so that none goes two periods without renewal', () => {
  const { add, tick } = renewals()
  const renewed: string[] = []
  add(() => void renewed.push('a'))
  tick()
  add(() => void renewed.push('b'))
  tick()
  assert.deepEqual(renewed, ['a'])
  tick()
  assert.deepEqual(renewed, ['a', 'a', 'b'])
})

test('one that ends while others are renewed is taken off', () => {
  const { add, tick } = renewals()
  const renewed: string[] = []
  let remove = () => {}
  add(() => {
    renewed.push('a')
    remove()
  })
  remove = add(() => void renewed.push('b'))
  tick()
  tick()
  assert.deepEqual(renewed, ['a'])
})
