import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as round } from 'node:timers/promises'
import { createTurnQueue } from '../../io/turn-queue.js'

test('each goes on in a round of its own, in the order in which they came', async () => {
  const rounds: (() => void)[] = []
  const pause = createTurnQueue((run) => rounds.push(run))
  const went: string[] = []
  for (const name of ['first', 'second', 'third']) void pause().then(() => went.push(name))
  for (const expected of [['first'], ['first', 'second'], ['first', 'second', 'third']]) {
    assert.equal(rounds.length, 1)
    rounds.shift()?.()
    await Promise.resolve()
    assert.deepEqual(went, expected)
  }
  assert.equal(rounds.length, 0)
})

test('who pauses again goes behind those who wait already', async () => {
  const pause = createTurnQueue(setImmediate)
  const went: string[] = []
  const work = async (name: string) => {
    for (let turn = 1; turn <= 2; turn++) {
      await pause()
      went.push(`${name}${turn}`)
    }
  }
  await Promise.all([work('a'), work('b')])
  assert.deepEqual(went, ['a1', 'b1', 'a2', 'b2'])
})

test('what has nothing to do with it runs between two turns', async () => {
  const pause = createTurnQueue(setImmediate)
  const went: string[] = []
  const turns = Promise.all([1, 2, 3].map(() => pause().then(() => went.push('turn'))))
  await round()
  went.push('other')
  await turns
  assert.deepEqual(went, ['turn', 'other', 'turn', 'turn'])
})
