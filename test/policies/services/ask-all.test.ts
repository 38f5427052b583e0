import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { askAll } from '../../../policies/services/ask-all.js'

test('so many calls are made at a time, and none after one has failed', async () => {
  let running = 0
  let most = 0
  const ended: (() => void)[] = []
  const asked = askAll([1, 2, 3, 4, 5], 2, async (item) => {
    most = Math.max(most, ++running)
    await new Promise<void>((resolve) => ended.push(resolve))
    running--
    if (item === 3) throw new Error('third')
    return item
  })
  for (let done = 0; done < 4; done++) {
    ended[done]?.()
    await setImmediate()
  }
  const { answers, failure } = await asked
  assert.deepEqual(answers, [1, 2, 4])
  assert.ok(failure?.cause instanceof Error && failure.cause.message === 'third')
  assert.deepEqual([most, ended.length], [2, 4])
})

test('answers are in the order of what was asked', async () => {
  const { answers } = await askAll([3, 1, 2], 3, async (item) => {
    for (let turn = 0; turn < item; turn++) await setImmediate()
    return item
  })
  assert.deepEqual(answers, [3, 1, 2])
})
